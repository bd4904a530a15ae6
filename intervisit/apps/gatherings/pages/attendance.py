"""Who is here: one tap a person, on a phone, on a bad line; and the list to print and sign."""

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.calendar.models import Visit
from intervisit.apps.calendar.states import VisitState
from intervisit.apps.gatherings import queries
from intervisit.apps.gatherings.actions import attendance as actions
from intervisit.apps.gatherings.actions import reminders  # noqa: F401 - registers the job and the mail
from intervisit.apps.gatherings.forms import StandInForm
from intervisit.apps.gatherings.states import Presence
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.kit import access
from intervisit.kit.clock import today
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, is_htmx, page
from intervisit.kit.refusal import Refused


@dataclass(frozen=True)
class AttendancePage(PageRecord):
    template: ClassVar[str] = "gatherings/attendance.html"
    page_title: str
    kicker: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    visit: Visit
    sheet: queries.Sheet
    ahead: bool
    may_take: bool
    held: bool
    form: StandInForm
    status: int = 200


def loaded(visit: Visit) -> Visit:
    """The visit with everything its page asks of it, in one question."""
    found = Visit.objects.select_related(
        "plan__program__version", "plan__program__district", "network__group", "school__district"
    )
    return found.get(pk=visit.pk)


def kicker_of(visit: Visit) -> str:
    return f"{visit.school.name}, {visit.date:%A} {visit.date.day} {visit.date:%B %Y}"


def reads_of(visit: Visit) -> str:
    words = visit.plan.program.design.words
    return (
        f"the {words['school'].many} of this {words['network'].one}, its {words['facilitator'].one} and program staff. "
        "Nobody who rates them reads it here."
    )


def crumbs(visit: Visit, last: str) -> list[Crumb]:
    return [Crumb("My calendar", reverse("my_calendar")), Crumb(visit.school.name, reverse("visit", args=[visit.pk])),
            Crumb(last)]  # fmt: skip


def _page(
    request: Request, visit: Visit, form: StandInForm | None = None, status: int = 200
) -> AttendancePage:
    request.thing = visit = loaded(visit)  # the menu asks for its program, too
    day = today(visit.plan.program.district.zone)
    sheet = queries.sheet_of(visit, request.actor)
    return AttendancePage(
        page_title="Who is here",
        kicker=kicker_of(visit),
        program=visit.plan.program,
        reads=reads_of(visit),
        breadcrumbs=crumbs(visit, "Who is here"),
        visit=visit,
        sheet=sheet,
        ahead=visit.date > day,
        may_take=sheet.everybody,
        held=visit.state == VisitState.PLANNED,
        form=form or StandInForm(sheet),
        status=status,
    )


def _here(visit: Visit) -> str:
    return reverse("attendance", args=[visit.pk])


@page(
    "visit.attendance", at="visits/<uuid:visit>/attendance/", model=Visit, acts="visit.sign_in",
    methods=("GET", "POST"), name="attendance",
)  # fmt: skip
def attendance_page(request: Request, visit: Visit) -> AttendancePage | Go:
    """The list of a visit. A tap notes one person; the same tap again changes nothing."""
    if request.method == "GET":
        return _page(request, visit)
    try:
        state = Presence(request.POST.get("state", ""))
    except ValueError:
        raise Refused("not-a-state", "Choose: here, excused or expected.", "state") from None
    if state == Presence.ABSENT:
        raise Refused("not-a-state", "Close the list: whoever is not on it did not come.", "state")
    actions.mark(visit, request.POST.get("who", ""), state, by=request.actor)
    if is_htmx(request):
        return _page(request, visit)
    return Go(_here(visit))


@page("visit.attendance", at="visits/<uuid:visit>/attendance/add/", model=Visit, acts="visit.sign_in",
      methods=("POST",), name="attendance_add")  # fmt: skip
def attendance_add_page(request: Request, visit: Visit) -> AttendancePage | Go:
    """Somebody came who is not on the list, perhaps instead of somebody."""
    sheet = queries.sheet_of(visit, request.actor)
    form = StandInForm(sheet, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        school = access.load(request.actor, "school.view", Organization, pk=data["school"])
        try:
            actions.stand_in(visit, by=request.actor, school=school, name=data["name"], title=data["title"],
                             instead_of=data["instead_of"])  # fmt: skip
            return Go(_here(visit), f"{data['name']} is on the list.")
        except Refused as refusal:
            add_refusal(form, refusal)
    return _page(request, visit, form, 422)


@page("visit.attendance", at="visits/<uuid:visit>/attendance/close/", model=Visit, acts="visit.close_attendance",
      methods=("POST",), name="attendance_close")  # fmt: skip
def attendance_close_page(request: Request, visit: Visit) -> Go:
    missing = actions.close_attendance(visit, by=request.actor)
    said = (
        f"Closed. {missing} expected people did not come."
        if missing
        else "Closed. Everybody expected was here or excused."
    )
    return Go(_here(visit), said, undo=reverse("attendance_reopen", args=[visit.pk]))


@page("visit.attendance", at="visits/<uuid:visit>/attendance/reopen/", model=Visit, acts="visit.close_attendance",
      methods=("POST",), name="attendance_reopen")  # fmt: skip
def attendance_reopen_page(request: Request, visit: Visit) -> Go:
    actions.reopen_attendance(visit, by=request.actor)
    return Go(_here(visit), "The list is open again.")


@page("visit.attendance", at="visits/<uuid:visit>/attendance/not-held/", model=Visit, acts="visit.close_attendance",
      methods=("POST",), name="attendance_not_held")  # fmt: skip
def attendance_not_held_page(request: Request, visit: Visit) -> Go:
    """The day came and nothing took place: the ledger owes it again."""
    actions.did_not_take_place(visit, by=request.actor, reason=request.POST.get("reason", "").strip()[:160]
                               or "It did not take place")  # fmt: skip
    return Go(
        _here(visit), "Noted. The year owes it again.", undo=reverse("attendance_held", args=[visit.pk])
    )


@page("visit.attendance", at="visits/<uuid:visit>/attendance/held/", model=Visit, acts="visit.close_attendance",
      methods=("POST",), name="attendance_held")  # fmt: skip
def attendance_held_page(request: Request, visit: Visit) -> Go:
    actions.took_place(visit, by=request.actor)
    return Go(_here(visit), "Noted: it took place.")


@dataclass(frozen=True)
class SignInSheetPage(PageRecord):
    template: ClassVar[str] = "gatherings/sign_in_sheet.html"
    page_title: str
    kicker: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    sheet: queries.Sheet
    blank: range


@page("visit.attendance", at="visits/<uuid:visit>/attendance/print/", model=Visit, name="sign_in_sheet")
def sign_in_sheet_page(request: Request, visit: Visit) -> SignInSheetPage:
    """The list on paper: names, and a line to sign on."""
    return SignInSheetPage(
        page_title="Sign-in sheet",
        kicker=kicker_of(visit),
        program=visit.plan.program,
        reads=reads_of(visit),
        breadcrumbs=crumbs(visit, "Sign-in sheet"),
        sheet=queries.sheet_of(visit, request.actor),
        blank=range(4),
    )
