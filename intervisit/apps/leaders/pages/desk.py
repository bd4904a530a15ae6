"""Posts as the program runs them: open or not, who has applied, numbers, and the way to everything else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.urls import reverse

from intervisit.apps.leaders.actions.applying import close_posts, open_posts
from intervisit.apps.leaders.bridge import findings_of, verdict_words
from intervisit.apps.leaders.forms import CallForm
from intervisit.apps.leaders.models import LeaderApplication, LeaderCheck
from intervisit.apps.leaders.queries.applying import STATES, Filters, in_hand, takes_applications
from intervisit.apps.leaders.queries.pool import Numbers, numbers
from intervisit.apps.leaders.states import APPLY_LABELS, APPLY_TONES
from intervisit.apps.people.pages.schools import page_number
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import PROGRAM_PANELS, Panel, day_words, moment_words
from intervisit.core.access import Actor
from intervisit.kit.access import may
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused

PAGE_SIZE = 50


@dataclass(frozen=True)
class Row:
    name: str
    url: str
    school: str
    post: str
    state: str
    tone: str
    verdict: str
    verdict_tone: str
    interview: str


@dataclass(frozen=True)
class ProgramLeadersPage(PageRecord):
    template: ClassVar[str] = "leaders/desk.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    may_manage: bool
    is_open: bool
    call: CallForm
    numbers: Sequence[Numbers]
    filters: Filters
    posts: Sequence[tuple[str, str]]
    states: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    listed: "Page[LeaderApplication]"
    status: int = 200


@page("program.work", at="programs/<uuid:program>/leaders/", model=Program, acts="program.manage",
      methods=("GET", "POST"), name="program_leaders")  # fmt: skip
def program_leaders_page(request: Request, program: Program) -> ProgramLeadersPage | Go:
    """Who has applied, with filters and numbers. On POST the posts are opened or closed (`then`)."""
    # One query for what the whole page asks of its program.
    related = ("version", "district", "leader_call")
    program = Program.objects.select_related(*related).get(pk=program.pk)
    in_program(request, program)
    call = getattr(program, "leader_call", None)
    form = CallForm(initial={"closes": call.closes if call else None})
    if request.method == "POST":
        done = _open_or_close(request, program)
        if isinstance(done, Go):
            return done
        form = done
    filters = Filters.of(request.GET)
    found = filters.apply(in_hand(request.actor, program)).select_related("interview")
    checks = Prefetch("checks", LeaderCheck.objects.select_related("person"))
    paginator = Paginator(found.prefetch_related(checks, "school__years"), PAGE_SIZE)
    every = numbers(program)
    if not filters.any:
        paginator.count = sum(n.waiting + n.qualified + n.not_yet for n in every)
    listed = paginator.page(page_number(request, paginator.num_pages))
    is_open = takes_applications(program, call)
    until = f" until {day_words(call.closes)}" if is_open and call and call.closes else ""
    return ProgramLeadersPage(
        page_title="Teacher leaders",
        lead=f"Applications are taken{until}." if is_open else "Applications are not taken now.",
        program=program,
        breadcrumbs=crumbs(program, "Teacher leaders"),
        reads=f"the staff of {program.name}. Drafts, and what waits for a principal, are only counted.",
        may_manage=bool(may(request.actor, "program.manage", program)),
        is_open=is_open,
        call=form,
        numbers=every,
        filters=filters,
        posts=[(p.key, p.title) for p in program.design.positions.values()],
        states=STATES,
        rows=[_row(a, program) for a in listed],
        listed=listed,
        status=422 if request.method == "POST" else 200,
    )


def _open_or_close(request: Request, program: Program) -> CallForm | Go:
    """The posts are opened or closed; or the form comes back with what is wrong."""
    if request.POST.get("then") == "close":
        close_posts(program, by=request.actor)
        return Go(request.path, "Closed. Drafts stay with their writers.")
    form = CallForm(request.POST)
    if form.is_valid():
        try:
            open_posts(program, by=request.actor, closes=form.cleaned_data["closes"])
            return Go(request.path, "Open. Teachers and principals can apply.")
        except Refused as refusal:
            add_refusal(form, refusal)
    return form


def _row(application: LeaderApplication, program: Program) -> Row:
    application.program = program
    found = findings_of(application, years=application.school.years.all(), checks=application.checks.all())
    verdict, tone = verdict_words(found)
    interview = getattr(application, "interview", None)
    return Row(
        name=application.person.name,
        url=reverse("leader_application", args=[application.pk]),
        school=application.school.name,
        post=application.post.title,
        state=APPLY_LABELS[application.state],
        tone=APPLY_TONES[application.state],
        verdict=verdict,
        verdict_tone=tone,
        interview=moment_words(interview.at, program.zone) if interview else "",
    )


def panel(actor: Actor, program: Program) -> Panel | None:
    """What the overview of a program shows of its posts."""
    if not program.design.positions or not may(actor, "program.work", program):
        return None
    every = numbers(program)
    waiting = sum(n.waiting for n in every)
    stats = [
        ("With the committee", waiting),
        ("In the pool", sum(n.qualified for n in every)),
        ("In a post", sum(n.serving for n in every)),
    ]
    return Panel("Teacher leaders", "program_leaders", "", [s for s in stats if s[1]])


PROGRAM_PANELS.append(panel)
