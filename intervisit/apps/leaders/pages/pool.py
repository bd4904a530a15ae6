"""The pool: those who qualified, as they agreed to be shown; a principal offers a post, the person answers."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.core.paginator import Page, Paginator
from django.urls import reverse

from intervisit.apps.leaders.actions.choosing import end_term, offer_again, offer_post, take_back_offer
from intervisit.apps.leaders.bridge import pay_words
from intervisit.apps.leaders.forms import EndForm
from intervisit.apps.leaders.models import LeaderTerm, PoolEntry
from intervisit.apps.leaders.queries.pool import Wanted, free_at, pool, schools_led, taken, terms_at
from intervisit.apps.leaders.states import RENEWAL_LABELS, TERM_LABELS, TERM_TONES, Renewal, TermState
from intervisit.apps.people.models import Organization
from intervisit.apps.people.pages.schools import page_number
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import in_program
from intervisit.apps.programs.queries import day_words
from intervisit.apps.programs.queries.agreements import schools_taking_part
from intervisit.kit.access import Hidden, may
from intervisit.kit.clock import today
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused

PAGE_SIZE = 30


@dataclass(frozen=True)
class EntryShown:
    """Somebody qualified, with what she agreed to show."""

    entry: PoolEntry
    title: str
    until: str
    shown: Sequence[tuple[str, str]]
    taken: str
    offers: Sequence[Organization]  # schools this reader may offer the post at


@dataclass(frozen=True)
class TermRow:
    """An offer or a post at one of this reader's schools."""

    term: LeaderTerm
    title: str
    label: str
    tone: str
    days: str
    pay: str
    renewal: str
    may_take_back: bool
    may_again: bool
    end: EndForm | None


@dataclass(frozen=True)
class Place:
    """What is free at one school."""

    school: str
    title: str
    free: str


@dataclass(frozen=True)
class PoolPage(PageRecord):
    template: ClassVar[str] = "leaders/pool.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    filters: Wanted
    posts: Sequence[tuple[str, str]]
    entries: Sequence[EntryShown]
    listed: "Page[PoolEntry]"
    terms: Sequence[TermRow]
    places: Sequence[Place]


@page("program.pool", at="programs/<uuid:program>/leaders/pool/", model=Program, name="leader_pool")
def leader_pool_page(request: Request, program: Program) -> PoolPage:
    in_program(request, program)
    filters = Wanted.of(request.GET)
    paginator = Paginator(pool(request.actor, program, filters), PAGE_SIZE)
    listed = paginator.page(page_number(request, paginator.num_pages))
    led = schools_led(request.actor, program)
    directs = str(program.group_id) in request.actor.groups("director")
    gone = taken(program, listed)
    day = today(program.zone)
    room = {
        (school.pk, key): free_at(school, role, post, on=max(day, program.first_day))
        for school, role in led
        for key, post in program.design.positions.items()
        if post.chosen_by == "principal"
    }
    return PoolPage(
        page_title="Pool",
        lead="Those who qualified. Offer a post, and the person accepts or declines.",
        program=program,
        breadcrumbs=_way(request, program),
        reads="principals of schools in the program and its staff. It shows what each person agreed to show.",
        filters=filters,
        posts=[(p.key, p.title) for p in program.design.positions.values()],
        entries=[_entry(e, program, led, room, directs, gone) for e in listed],
        listed=listed,
        terms=[term_row(request, t) for t in terms_at(request.actor, program)],
        places=[
            Place(school.name, post.many, _free(room[school.pk, key]))
            for school, _ in led
            for key, post in program.design.positions.items()
            if (school.pk, key) in room
        ],
    )


def _free(left: int | None) -> str:
    if left is None:
        return "as many as you want"
    return f"{left} free" if left else "none free"


def _way(request: Request, program: Program) -> list[Crumb]:
    if may(request.actor, "program.work", program):
        return [
            Crumb(str(program), reverse("program", args=[program.pk])),
            Crumb("Teacher leaders", reverse("program_leaders", args=[program.pk])),
            Crumb("Pool"),
        ]
    return [Crumb("Teacher leaders", reverse("my_leaders")), Crumb("Pool")]


def _entry(
    entry: PoolEntry,
    program: Program,
    led: Sequence[tuple[Organization, str]],
    room: dict[tuple[uuid.UUID, str], int | None],
    directs: bool,
    gone: dict[tuple[str, str], LeaderTerm],
) -> EntryShown:
    entry.program = program
    post = entry.post
    term = gone.get((str(entry.person_id), entry.position))
    offers: list[Organization] = []
    if term is None and post.chosen_by == "principal":
        offers = [school for school, _ in led if room.get((school.pk, entry.position)) != 0]
    elif term is None and directs:
        offers = [entry.school]
    word = ""
    if term is not None:
        word = "In the post" if term.state == TermState.SERVING else "Has an offer"
    return EntryShown(
        entry=entry,
        title=post.title,
        until=day_words(entry.until),
        shown=[(str(label), str(text)) for label, text in entry.shown],
        taken=word,
        offers=offers,
    )


def term_row(request: Request, term: LeaderTerm) -> TermRow:
    ends = bool(may(request.actor, "leader_term.end", term))
    again = (
        term.renewal == Renewal.WANTS
        and term.post.renewal == "agree"
        and bool(may(request.actor, "leader_term.offer_again", term))
    )
    return TermRow(
        term=term,
        title=term.post.title,
        label=TERM_LABELS[term.state],
        tone=TERM_TONES[term.state],
        days=f"{day_words(term.starts)} to {day_words(term.ends)}",
        pay=pay_words(term.pay, term.currency),
        renewal=RENEWAL_LABELS[term.renewal],
        may_take_back=bool(may(request.actor, "leader_term.take_back", term)),
        may_again=again,
        end=EndForm.of(term.ends, auto_id=f"id_{term.pk}_%s") if ends else None,
    )


@page("pool_entry.view", at="pool-entries/<uuid:entry>/offer/", model=PoolEntry, acts="pool_entry.offer",
      methods=("POST",), name="leader_offer")  # fmt: skip
def leader_offer_page(request: Request, entry: PoolEntry) -> Go:
    """Offer the post at one's school (`school`)."""
    wanted = request.POST.get("school", "")
    school = next((s for s, _ in schools_taking_part(entry.program) if str(s.pk) == wanted), None)
    if school is None:
        raise Hidden
    made = offer_post(entry, by=request.actor, school=school)
    return Go(
        _back(request, made.program), f"{made.person} has your offer: {made.post.title} at {made.school}."
    )


def _back(request: Request, program: Program) -> str:
    return reverse("leader_pool", args=[program.pk])


@page("leader_term.view", at="leader-terms/<uuid:term>/take-back/", model=LeaderTerm, acts="leader_term.take_back",
      methods=("POST",), name="leader_take_back")  # fmt: skip
def leader_take_back_page(request: Request, term: LeaderTerm) -> Go:
    made = take_back_offer(term, by=request.actor)
    return Go(_back(request, made.program), f"The offer to {made.person} is taken back.")


@page("leader_term.view", at="leader-terms/<uuid:term>/end/", model=LeaderTerm, acts="leader_term.end",
      methods=("POST",), name="leader_end")  # fmt: skip
def leader_end_page(request: Request, term: LeaderTerm) -> Go:
    """End a post before its time (`last_day`)."""
    form = EndForm(request.POST)
    if not form.is_valid():
        raise Refused("missing", "Choose the last day.", "last_day")
    made = end_term(term, by=request.actor, last_day=form.cleaned_data["last_day"])
    return Go(_back(request, made.program), f"{made.person} is told: the last day is {day_words(made.ends)}.")


@page("leader_term.view", at="leader-terms/<uuid:term>/again/", model=LeaderTerm, acts="leader_term.offer_again",
      methods=("POST",), name="leader_again")  # fmt: skip
def leader_again_page(request: Request, term: LeaderTerm) -> Go:
    made = offer_again(term, by=request.actor)
    return Go(_back(request, made.program), f"{made.person} has your offer, from {day_words(made.starts)}.")
