"""The joint committee: who sits on it; and one interview as a member of it sees it, with her own form."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse

from intervisit.apps.instruments.answers import ShownSection
from intervisit.apps.instruments.forms import ItemSection, build_form, items
from intervisit.apps.instruments.pages.saved import SavedPart, kept, problems_of
from intervisit.apps.leaders.actions.interviewing import (
    add_member,
    declare_conflict,
    end_member,
    save_sheet,
    seat_of,
)
from intervisit.apps.leaders.bridge import ALL, findings_of, interview_form, verdict_words
from intervisit.apps.leaders.forms import MemberForm
from intervisit.apps.leaders.models import Interview, InterviewSheet
from intervisit.apps.leaders.pages.reading import SheetShown, sheet_shown, shown_answers
from intervisit.apps.leaders.pages.writing import clash_words, note_missing, number_in
from intervisit.apps.leaders.queries.committee import members_of, sheets_read
from intervisit.apps.leaders.states import SheetState
from intervisit.apps.people.models import RoleHeld
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import day_words, moment_words
from intervisit.kit.access import may, visible
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue, Refused, Stale


@dataclass(frozen=True)
class Member:
    seat: RoleHeld
    side: str
    since: str
    interviews: int


@dataclass(frozen=True)
class CommitteePage(PageRecord):
    template: ClassVar[str] = "leaders/committee.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    members: Sequence[Member]
    lacking: Sequence[str]
    form: MemberForm | None
    status: int = 200


@page("program.work", at="programs/<uuid:program>/leaders/committee/", model=Program, acts="program.manage",
      methods=("GET", "POST"), name="leader_committee")  # fmt: skip
def leader_committee_page(request: Request, program: Program) -> CommitteePage | Go:
    """Who sits on the committee, for which side. A director adds members."""
    in_program(request, program)
    sides = program.design.committee.parties()
    form, status = MemberForm(sides=sides), 200
    if request.method == "POST":
        form, status = MemberForm(request.POST, sides=sides), 422
        if form.is_valid():
            try:
                held = add_member(program, by=request.actor, **form.cleaned_data)
                return Go(request.path, f"{held.person} is on the committee.")
            except (Refused, BadValue) as refusal:
                add_refusal(form, refusal)
    rows = list(members_of(program))
    counts = _open_forms(rows)
    there = {row.title for row in rows}
    return CommitteePage(
        page_title="Committee",
        lead="Each side sends its own people. Members see only the persons they interview.",
        program=program,
        breadcrumbs=[
            *crumbs(program),
            Crumb("Teacher leaders", reverse("program_leaders", args=[program.pk])),
            Crumb("Committee"),
        ],
        members=[Member(row, row.title, day_words(row.starts), counts.get(row.pk, 0)) for row in rows],
        lacking=[side.label for side in sides if side.label not in there],
        form=form if may(request.actor, "program.manage", program) else None,
        status=status,
    )


def _open_forms(rows: Sequence[RoleHeld]) -> dict[Any, int]:
    found: dict[Any, int] = {}
    sheets = InterviewSheet.objects.filter(seat__in=rows, state=SheetState.OPEN, away=False)
    for key in sheets.values_list("seat_id", flat=True):
        found[key] = found.get(key, 0) + 1
    return found


@page("program.work", at="programs/<uuid:program>/leaders/committee/<uuid:seat>/end/", model=Program,
      acts="program.manage", methods=("POST",), name="leader_committee_end")  # fmt: skip
def leader_committee_end_page(request: Request, program: Program, seat: str) -> Go:
    """End a seat: everything of the interviews is closed to this member at once."""
    found = seat_of(program, str(seat), members_of(program))
    end_member(found, by=request.actor, program=program)
    return Go(
        reverse("leader_committee", args=[program.pk]), f"{found.person} is not on the committee any more."
    )


@dataclass(frozen=True)
class InterviewPage(PageRecord):
    template: ClassVar[str] = "leaders/interview.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    interview: Interview
    when: str
    verdict: str
    verdict_tone: str
    sections: Sequence[ShownSection]
    sheet: InterviewSheet | None
    form: Any
    asked: Sequence[ItemSection]
    intro: str
    seen: int
    handed_in: str
    own: SheetShown | None
    others: Sequence[SheetShown]
    tab: str
    status: int = 200


@page("interview.view", at="interviews/<uuid:interview>/", model=Interview, name="interview")
def interview_page(request: Request, interview: Interview) -> InterviewPage:
    """Whom the committee meets, and one's own form."""
    return _interview(request, interview, _own_sheet(request, interview), None, 200)


@page("interview_sheet.view", at="interview-sheets/<uuid:sheet>/", model=InterviewSheet,
      acts="interview_sheet.write", methods=("POST",), name="interview_sheet")  # fmt: skip
def interview_sheet_page(request: Request, sheet: InterviewSheet) -> InterviewPage | Go:
    """Save one's own form, or hand it in (`then` = send)."""
    interview = sheet.interview
    form = _form(interview, sheet, request.POST)
    if form.is_valid():
        sends = (request.POST.get("then") or request.GET.get("then")) == "send"
        seen = number_in(request.POST.get("seen", ""))
        try:
            save_sheet(sheet, by=request.actor, answers=form.answers(), hand_in=sends, seen=seen,
                       tab=request.POST.get("tab", "")[:40])  # fmt: skip
            word = "Handed in. The other members can read it once theirs is in." if sends else "Saved."
            return Go(reverse("interview", args=[interview.pk]), word)
        except Refused as refusal:
            if refusal.status != 422:
                raise
            note_missing(form, refusal)
    return _interview(request, interview, sheet, form, 422)


@page("interview_sheet.view", at="interview-sheets/<uuid:sheet>/autosave/", model=InterviewSheet,
      acts="interview_sheet.write", methods=("POST",), name="interview_autosave")  # fmt: skip
def interview_autosave_page(request: Request, sheet: InterviewSheet) -> SavedPart:
    """Keep what is valid while one types; handing in stays an act of its own."""
    form = _form(sheet.interview, sheet, request.POST)
    form.is_valid()
    seen, problems = request.POST.get("seen", "")[:9], problems_of(form)
    try:
        saved = save_sheet(sheet, by=request.actor, answers=form.answers(), seen=number_in(seen),
                           tab=request.POST.get("tab", "")[:40])  # fmt: skip
    except Stale as stale:
        return SavedPart(clash_words(stale), "bad", "seen", seen, problems, status=409)
    zone = sheet.interview.application.program.zone
    return kept(zone, problems, field="seen", value=str(saved.version))


def _own_sheet(request: Request, interview: Interview) -> InterviewSheet | None:
    rows = visible(request.actor, "interview_sheet.view", interview.sheets.all())
    found = rows.filter(seat__person=request.person).select_related("seat__person").first()
    if found is not None:
        found.interview = interview
    return found


def _form(interview: Interview, sheet: InterviewSheet, data: Any) -> Any:
    application = interview.application
    design = application.program.design
    form = interview_form(design, application.post)
    assert form is not None
    return build_form(
        form, design, ALL, district=application.program.district, data=data, answers=sheet.answers
    )


def _interview(
    request: Request, interview: Interview, sheet: InterviewSheet | None, form: Any, status: int
) -> InterviewPage:
    application = interview.application
    program, post = application.program, application.post
    in_program(request, program)
    design_form = interview_form(program.design, post)
    writes = sheet is not None and bool(may(request.actor, "interview_sheet.write", sheet))
    if writes and form is None and sheet is not None:
        form = _form(interview, sheet, None)
    verdict, tone = verdict_words(findings_of(application))
    read = sheets_read(request.actor, interview)
    for row in read:
        row.interview = interview
    others = [sheet_shown(row, program) for row in read if sheet is None or row.pk != sheet.pk]
    return InterviewPage(
        page_title=application.person.name,
        lead=f"{post.title}, {application.school}. {program}",
        program=program,
        breadcrumbs=[Crumb("Teacher leaders", reverse("my_leaders")), Crumb(application.person.name)],
        reads="the members of the committee at this interview and the program’s staff. What you write is read by you "
        "alone until you hand it in, then by members whose own form is in and the program. The person never reads it.",
        interview=interview,
        when=moment_words(interview.at, program.zone) or "The day is not set yet.",
        verdict=verdict,
        verdict_tone=tone,
        sections=shown_answers(application),
        sheet=sheet,
        form=form if writes else None,
        asked=items(form, design_form, ALL) if writes and design_form is not None else [],
        intro=design_form.intro.strip() if design_form else "",
        seen=sheet.version if sheet else 0,
        handed_in=moment_words(sheet.handed_in, program.zone) if sheet and sheet.handed_in else "",
        own=sheet_shown(sheet, program) if sheet and sheet.state == SheetState.IN else None,
        others=others,
        tab=request.POST.get("tab", "")[:40] or str(uuid.uuid4()),
        status=status,
    )


@page("interview_sheet.view", at="interview-sheets/<uuid:sheet>/away/", model=InterviewSheet,
      acts="interview_sheet.leave", methods=("POST",), name="interview_away")  # fmt: skip
def interview_away_page(request: Request, sheet: InterviewSheet) -> Go:
    """Declare a conflict: from the next request on this person is not there for this member."""
    declare_conflict(sheet, by=request.actor)
    return Go(
        reverse("my_leaders"),
        "Noted. You see nothing of this person any more; the office finds somebody else.",
    )
