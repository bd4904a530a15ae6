"""The menu: the product's table of contents, asked of the policy for each reader. And what every page knows."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from intervisit.apps.people.models import District, Person
from intervisit.apps.programs.models import Program
from intervisit.kit import access
from intervisit.kit.models import ImportRun
from intervisit.kit.pages import new_key


@dataclass(frozen=True)
class Place:
    """One entry of the menu."""

    label: str
    url: str
    icon: str
    group: str = ""
    count: int = 0
    current: bool = False


@dataclass(frozen=True)
class Entry:
    """How an entry is asked for: the address it leads to and the action that must be open somewhere."""

    label: str
    route: str
    icon: str
    action: str = ""  # "" for everybody signed in
    word: str = ""  # the design's own word for it, where the page belongs to a program


# The desk: what belongs to the person and to the district.
DESK = (
    Entry("Today", "home", "home"),
    Entry("My calendar", "my_calendar", "calendar"),
    Entry("Days of visits", "visit_days", "calendar", "visit.when"),
    Entry("Our days", "our_days", "clock", "school.own_days"),
    Entry("Networks", "my_networks", "network", "network.view"),
    Entry("Applications", "my_applications", "form", "application.write"),
    Entry("Who has applied", "application_statuses", "form", "application.status"),
    Entry("Reviews", "my_reviews", "star", "program.review"),
    Entry("Evaluation", "my_evaluation", "star", "program.evaluate"),
    Entry("Budget", "budgets", "file", "budget.view"),
    Entry("Teacher leaders", "my_leaders", "star", "program.my_posts"),
    Entry("Schools", "schools", "school", "school.view"),
)
DISTRICT = (
    Entry("Programs", "programs", "star", "program.view"),
    Entry("School days", "district_days", "calendar", "district.days"),
    Entry("People", "district_people", "people", "district.people"),
    Entry("Import schools", "school_imports", "upload", "district.import_schools"),
    Entry("History", "district_history", "clock", "district.history"),
)
# The rooms of one program in the order of its year, each asked of that program. The first group has the program's name.
PROGRAM = (
    ("", (
        Entry("Overview", "program", "star", "program.view"),
        Entry("Calls", "program_calls", "clock", "program.work"),
        Entry("Forms", "program_forms", "form", "program.work"),
        Entry("Applications", "program_applications", "form", "program.work", "application"),
        Entry("Reviews", "review_desk", "people", "program.work"),
    )),
    ("Together", (
        Entry("Matching", "scenarios", "network", "program.work"),
        Entry("Networks", "program_networks", "network", "program.work", "network"),
        Entry("Teacher leaders", "program_leaders", "people", "program.work"),
    )),
    ("The year", (
        Entry("Days that do not suit", "program_availability", "clock", "program.work"),
        Entry("What the year keeps", "program_limits", "settings", "program.work"),
        Entry("Plan the year", "year_plans", "visit", "program.work"),
        Entry("The year", "program_year", "calendar", "program.work"),
        Entry("Who came", "program_attendance", "people", "program.work"),
        Entry("Budget", "program_budget", "file", "program.work"),
    )),
    ("Terms", (
        Entry("Agreement", "program_agreement", "check", "program.work", "agreement"),
        Entry("Design", "program_design", "settings", "program.work"),
        Entry("How much was done", "program_audit", "clock", "program.audit"),
    )),
)  # fmt: skip


# Their address is the beginning of others', so only the page itself is "here".
_EXACT = ("home", "program", "programs", "schools", "my_calendar", "my_networks")


def _places(
    entries: tuple[Entry, ...], request: HttpRequest, group: str, *args: Any, of: Model | None = None
) -> list[Place]:
    """The entries open to this reader: asked of `of` where there is one, else whether they are open anywhere."""
    actor: access.Actor = request.actor  # type: ignore[attr-defined]
    found = []
    for entry in entries:
        asks_district = entry.action.startswith("district.")
        if asks_district and (of is None or not access.may(actor, entry.action, of)):
            continue
        if entry.action and not asks_district and not access.may_anywhere(actor, entry.action):
            continue
        url = _address(entry.route, *args)
        if not url:
            continue
        here = request.path == url or (entry.route not in _EXACT and request.path.startswith(url))
        label = _called(entry, of)
        found.append(Place(label, url, entry.icon, group, current=here))
    return found


@lru_cache(maxsize=2000)
def _address(route: str, *args: Any) -> str:
    """Where a route is; empty when there is none. The same for everybody, so it is worked out once."""
    try:
        return reverse(route, args=args)
    except NoReverseMatch:
        return ""


def _called(entry: Entry, of: Model | None) -> str:
    if not entry.word or not isinstance(of, Program):
        return entry.label
    many = of.design.words[entry.word].many
    return many[:1].upper() + many[1:]


def _district(request: HttpRequest) -> District | None:
    """The district in which this reader holds a role herself; most people hold none there."""
    groups = {h.group for h in request.actor.held if h.kind in ("", "district")}  # type: ignore[attr-defined]
    return District.objects.filter(group__pk__in=groups).order_by("name").first() if groups else None


def _program(request: HttpRequest) -> Program | None:
    """The program a page belongs to: the thing itself, or the program (or plan, network …) it hangs on."""
    thing: Any = getattr(request, "thing", None)
    if isinstance(
        thing, ImportRun
    ):  # a file of applications was brought into a program, one of schools was not
        return Program.objects.filter(group=thing.group_id).select_related("version", "district").first()
    for _ in range(3):
        if thing is None or isinstance(thing, Program):
            return thing
        thing = next(
            (
                getattr(thing, n, None)
                for n in ("program", "plan", "network", "application")
                if hasattr(thing, n)
            ),
            None,
        )
    return None


def navigation(request: HttpRequest) -> list[Place]:
    """The menu of this reader on this page."""
    if getattr(request, "person", None) is None:
        return []
    program = _program(request)
    places = _places(DESK, request, "")
    if program is not None and access.may(request.actor, "program.work", program):  # type: ignore[attr-defined]
        for name, entries in PROGRAM:
            places += _places(entries, request, name or str(program), program.pk, of=program)
    return places + _places(DISTRICT, request, "District", of=_district(request))


PERSON_MENU = (
    Entry("Your account", "account", "person"),
    Entry("Your calendar addresses", "my_feeds", "calendar"),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every page."""
    person: Person | None = getattr(request, "person", None)
    context: dict[str, Any] = {
        "person": person,
        "demo": settings.DEMO,
        "submit_key": new_key(),
        "sign_in_url": "/sign-in/",
        "privacy_url": "/who-sees-what/",
    }
    if person is None:
        return context
    context["navigation"] = navigation(request)
    context["person_menu"] = [
        {"label": p.label, "url": p.url, "icon": p.icon} for p in _places(PERSON_MENU, request, "")
    ]
    context["sign_out_url"] = "/sign-out/"
    if settings.DEMO:
        context["demo_url"] = "/demo/"
        context["person_menu"].append({"label": "Demo mailbox", "url": "/mailbox/", "icon": "mail"})
    said = request.session.pop("said", None)
    context["messages"] = [Said(said["text"], said["undo"])] if said else []
    program = _program(request)
    if program is not None:
        context.setdefault("program", program)
    return context


@dataclass(frozen=True)
class Said:
    """A sentence about what was just done, with the address that undoes it."""

    text: str
    undo: str = ""
    tags: str = "success"

    def __str__(self) -> str:
        return self.text
