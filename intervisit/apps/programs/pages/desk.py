"""The list of programs, and one program: where it stands, its next step, its dates and its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django.core.paginator import Page, Paginator
from django.urls import NoReverseMatch, reverse

from intervisit.apps.people.pages.schools import page_number
from intervisit.apps.programs.actions import dates_mark, move_phase, set_dates
from intervisit.apps.programs.forms import DatesForm
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import (
    CallState,
    Move,
    Step,
    call_state,
    day_words,
    moment_words,
    moves,
    panels,
    programs_of,
    said,
    steps,
    zone_words,
)
from intervisit.apps.programs.states import LABELS, ORDER, Phase
from intervisit.kit.access import may, may_anywhere
from intervisit.kit.forms import add_refusal
from intervisit.kit.history import lines_about, verb_words
from intervisit.kit.models import HistoryLine
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused, Stale


def crumbs(program: Program, last: str = "") -> list[Crumb]:
    """The way to a page of a program."""
    way = [Crumb("Programs", reverse("programs")), Crumb(str(program), reverse("program", args=[program.pk]))]
    return [*way, Crumb(last)] if last else way


def in_program(request: Request, program: Program) -> None:
    """Tell the frame which program this page belongs to."""
    cast("Any", request).program = program


def route_of(name: str, program: Program) -> str:
    """The address of another chapter's page of this program; empty while that chapter has none."""
    try:
        return reverse(name, args=[program.pk])
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class ProgramRow:
    program: Program
    phase: str
    url: str


@dataclass(frozen=True)
class ProgramsPage(PageRecord):
    template: ClassVar[str] = "programs/list.html"
    page_title: str
    rows: Sequence[ProgramRow]
    may_create: bool


@page("program.view", at="programs/", name="programs")
def programs_page(request: Request) -> ProgramsPage:
    rows = [
        ProgramRow(p, LABELS[Phase(p.phase)], reverse("program", args=[p.pk]))
        for p in programs_of(request.actor)
    ]
    return ProgramsPage("Programs", rows, may_anywhere(request.actor, "district.create_program"))


@dataclass(frozen=True)
class Card:
    """A chapter of the program, with its numbers."""

    title: str
    url: str
    sentence: str
    stats: Sequence[dict[str, int | str]]


@dataclass(frozen=True)
class ProgramPage(PageRecord):
    template: ClassVar[str] = "programs/program.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    steps: Sequence[Step]
    next_steps: Sequence[dict[str, str]]
    cards: Sequence[Card]
    dates: Sequence[dict[str, str]]
    moves: Sequence[Move]
    may_manage: bool
    call_url: str
    chapters: Sequence[Card]


@page("program.view", at="programs/<uuid:program>/", model=Program, name="program")
def program_page(request: Request, program: Program) -> ProgramPage:
    in_program(request, program)
    found = panels(request.actor, program)
    cards = [
        Card(p.title, route_of(p.route, program), p.sentence, [{"label": k, "value": v} for k, v in p.stats])
        for p in found
    ]
    todo = [{"label": p.todo, "url": route_of(p.route, program)} for p in found if p.todo]
    manages = bool(may(request.actor, "program.manage", program))
    works = bool(may(request.actor, "program.work", program))
    return ProgramPage(
        page_title=program.name,
        lead=f"{program.year} · {program.district}",
        program=program,
        breadcrumbs=crumbs(program),
        steps=steps(program),
        next_steps=(_own_next(program) if manages else []) + (todo if works else []),
        cards=cards,
        dates=date_facts(program),
        moves=moves(program) if manages else [],
        may_manage=manages,
        call_url=reverse("open_call", args=[program.pk]) if program.phase == Phase.CALL else "",
        chapters=_chapters(program, {c.title for c in cards}) if works else [],
    )


_CHAPTERS = (
    ("Calls", "program_calls", "Days, opening and closing, more time for one {school}."),
    ("Forms", "program_forms", "What is asked, edited with a preview."),
    ("{Applications}", "program_applications", "Read, decide, release, import and export."),
    ("Matching", "scenarios", "Draft {networks}, move {schools}, adopt a scenario."),
    ("{Networks}", "program_networks", "Who learns with whom, and their {facilitators}."),
    ("Days that do not suit", "program_availability", "Which days {schools} cannot, and who has not said."),
    ("Plan the year", "year_plans", "A year of {visits}, solved and published."),
    ("The year", "program_year", "All {visits}; what happens to them; releases and sheets."),
    ("Who came", "program_attendance", "Who was here on the days that are over."),
    ("Budget", "program_budget", "Cover, supplies and meals, and the file for payroll."),
    ("Design", "program_design", "Roles, forms, rules and words of this program."),
    ("People", "program_people", "Directors, staff and {facilitators}."),
)


def _chapters(program: Program, shown: set[str]) -> list[Card]:
    """The chapters that have no panel with numbers yet."""
    found = []
    for title, route, sentence in _CHAPTERS:
        label, url = said(title, program.design), route_of(route, program)
        if url and label not in shown:
            found.append(Card(label, url, said(sentence, program.design), []))
    return found


def _own_next(program: Program) -> list[dict[str, str]]:
    """What the program itself waits for."""
    dates = reverse("program_dates", args=[program.pk])
    found = []
    state = call_state(program)
    if program.phase == Phase.SETUP:
        found.append({"label": "Read the design once more: it is frozen when the call opens",
                      "url": reverse("program_design", args=[program.pk])})  # fmt: skip
        if program.call_closes is None:
            found.append({"label": "Say until when schools can apply", "url": dates})
    if state == CallState.OPEN:
        found.append({"label": "Tell the principals that the call is open",
                      "url": reverse("announce_call", args=[program.pk])})  # fmt: skip
    if state == CallState.OVER:
        found.append({"label": "The call is over: close it, or give it more time", "url": dates})
    return [{**f, "label": f["label"]} for f in found]


def date_facts(program: Program) -> list[dict[str, str]]:
    zone = zone_words(program.zone)
    opens = moment_words(program.call_opens, program.zone)
    closes = moment_words(program.call_closes, program.zone)
    return [
        {"label": "The call opens", "value": f"{opens} ({zone})" if opens else "When you open it"},
        {"label": "The call closes", "value": f"{closes} ({zone})" if closes else "When you close it"},
        {"label": "First day of the year", "value": day_words(program.first_day)},
        {"label": "Last day of the year", "value": day_words(program.last_day)},
    ]


@page("program.view", at="programs/<uuid:program>/phase/", model=Program, acts="program.manage", methods=("POST",),
      name="move_program")  # fmt: skip
def move_program_page(request: Request, program: Program) -> Go:
    wanted = request.POST.get("to", "")
    if wanted not in ORDER:
        raise Refused("unknown-phase", "Choose one of the steps.", "to")
    before = program.phase
    move_phase(program, Phase(wanted), by=request.actor)
    here = reverse("program", args=[program.pk])
    back = reverse("move_program_back", args=[program.pk, before]) if before else ""
    return Go(here, f"{program.name}: {LABELS[Phase(wanted)].lower()}.", undo=back)


@page("program.view", at="programs/<uuid:program>/phase/<slug:phase>/", model=Program, acts="program.manage",
      methods=("POST",), name="move_program_back")  # fmt: skip
def move_program_back_page(request: Request, program: Program, phase: str) -> Go:
    """Undo of the last move: allowed wherever that move may be made."""
    if phase not in ORDER:
        raise Refused("unknown-phase", "Choose one of the steps.", "to")
    move_phase(program, Phase(phase), by=request.actor)
    return Go(reverse("program", args=[program.pk]), f"Back to: {LABELS[Phase(phase)].lower()}.")


@dataclass(frozen=True)
class DatesPage(PageRecord):
    template: ClassVar[str] = "programs/dates.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    form: DatesForm
    seen: str
    status: int = 200


@page("program.manage", at="programs/<uuid:program>/dates/", model=Program, methods=("GET", "POST"),
      name="program_dates")  # fmt: skip
def program_dates_page(request: Request, program: Program) -> DatesPage | Go:
    in_program(request, program)
    form = DatesForm.of(program)
    status, seen = 200, dates_mark(program)
    if request.method == "POST":
        form = DatesForm(request.POST, zone=program.zone)
        status, seen = 422, request.POST.get("seen", "")[:200]
        if form.is_valid():
            values = {k: form.cleaned_data[k] for k in ("first_day", "last_day", "call_opens", "call_closes")}
            try:
                set_dates(program, by=request.actor, seen=request.POST.get("seen", "")[:200], **values)
                return Go(reverse("program", args=[program.pk]), "The dates are saved.")
            except Stale:
                raise
            except Refused as refusal:
                add_refusal(form, refusal)
    grace = program.call.grace_seconds
    lead = f"Times are {zone_words(program.zone)}. After the closing moment {grace} seconds are allowed."
    return DatesPage("Dates", lead, program, crumbs(program, "Dates"), form, seen, status)


@dataclass(frozen=True)
class HistoryRow:
    when: str
    who: str
    what: str
    changes: list[str]


@dataclass(frozen=True)
class HistoryPage(PageRecord):
    template: ClassVar[str] = "programs/history.html"
    page_title: str
    program: Program
    breadcrumbs: list[Crumb]
    rows: Sequence[HistoryRow]
    lines: "Page[HistoryLine]"


@page("program.history", at="programs/<uuid:program>/history/", model=Program, name="program_history")
def program_history_page(request: Request, program: Program) -> HistoryPage:
    in_program(request, program)
    paginator = Paginator(lines_about(program), 50)
    lines = paginator.page(page_number(request, paginator.num_pages))
    rows = [
        HistoryRow(
            moment_words(line.at, program.zone),
            line.who,
            verb_words(line.verb, lambda text: said(text, program.design)),
            [f"{k.replace('_', ' ')}: {_value(a)} → {_value(b)}" for k, (a, b) in line.changes.items()],
        )
        for line in lines
    ]
    return HistoryPage("History", program, crumbs(program, "History"), rows, lines)


def _value(value: object) -> str:
    return "nothing" if value in (None, "", []) else str(value)
