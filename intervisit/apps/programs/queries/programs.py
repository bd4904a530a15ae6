"""Programs somebody may see, the people in one, its call, and what other chapters show on its overview."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from intervisit.apps.people.models import Person, RoleHeld, dated, in_force
from intervisit.apps.programs.models import DesignVersion, Program
from intervisit.apps.programs.queries.calls import CallState, foremost
from intervisit.apps.programs.states import FOLLOWS, LABELS, MOVES, ORDER, Phase
from intervisit.core.access import Actor
from intervisit.core.designs import Design
from intervisit.core.text import long_date
from intervisit.kit.access import visible
from intervisit.kit.clock import now, today


def call_state(program: Program, at: dt.datetime | None = None) -> CallState:
    """Whether any call of the program takes applications at `at` (default now)."""
    moment = at or now()
    return foremost(program, moment).state(moment)


def day_words(day: dt.date) -> str:
    """A day with its weekday: `Friday 2 May 2026`."""
    return f"{day:%A} {long_date(day)}"


def moment_words(moment: dt.datetime | None, zone: str) -> str:
    """A moment as people of that zone read it: `Friday 2 May 2026, 11:59 p.m.`; empty for none."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone))
    half = "a.m." if local.hour < 12 else "p.m."
    return f"{day_words(local.date())}, {local.hour % 12 or 12}:{local.minute:02} {half}"


def sentence(text: str) -> str:
    """The text with one full stop at its end: `… until Friday 2 May 2026, 11:59 p.m.` brings its own."""
    return text if text.endswith(".") else f"{text}."


def zone_words(zone: str) -> str:
    """`America/New_York` → `New York time`."""
    return f"{zone.rpartition('/')[2].replace('_', ' ')} time"


def said(text: str, design: Design) -> str:
    """A sentence of ours with the design's words put in for {schools}, {Network}, …"""
    words: dict[str, str] = {}
    for key, word in design.words.items():
        for name, value in ((key, word.one), (_many(key), word.many)):
            words[name] = value
            words[name[:1].upper() + name[1:]] = value[:1].upper() + value[1:]
    return text.format_map(words)


def _many(key: str) -> str:
    return f"{key[:-1]}ies" if key.endswith("y") else f"{key}s"


def programs_of(actor: Actor) -> QuerySet[Program]:
    """Programs the actor may look into, newest year first."""
    return visible(actor, "program.view", Program).select_related("district", "version")


def open_calls(actor: Actor) -> QuerySet[Program]:
    """Programs that schools of this actor can apply to now."""
    return (
        visible(actor, "program.apply", Program)
        .select_related("district", "version")
        .order_by("call_closes", "name")
    )


@dataclass(frozen=True)
class Step:
    """A stop on the way of a program year."""

    label: str
    state: str  # done, now, later
    url: str = ""


def steps(program: Program) -> list[Step]:
    here = ORDER.index(Phase(program.phase))
    return [
        Step(LABELS[phase], "done" if i < here else "now" if i == here else "later")
        for i, phase in enumerate(ORDER)
    ]


@dataclass(frozen=True)
class Move:
    """A phase one can go to, what its button says and what it means."""

    to: str
    label: str
    meaning: str
    forward: bool


def moves(program: Program) -> list[Move]:
    here = Phase(program.phase)
    found = []
    for to in FOLLOWS[here]:
        label, meaning = MOVES[here, to]
        found.append(
            Move(to.value, label, said(meaning, program.design), ORDER.index(to) > ORDER.index(here))
        )
    return found


@dataclass(frozen=True)
class Panel:
    """What a later chapter shows on a program's overview: numbers, a sentence, and where to go."""

    title: str
    route: str  # name of a page of the program
    sentence: str = ""
    stats: Sequence[tuple[str, int | str]] = ()
    todo: str = ""  # what to do next there; empty: nothing


PROGRAM_PANELS: list[
    Callable[[Actor, Program], Panel | None]
] = []  # later chapters add theirs, in their order


def panels(actor: Actor, program: Program) -> list[Panel]:
    return [panel for make in PROGRAM_PANELS if (panel := make(actor, program)) is not None]


PROGRAM_ROLES = ("director", "staff", "facilitator", "evaluator")


def people_of(program: Program) -> QuerySet[RoleHeld]:
    """Roles held in the program now or later, directors first."""
    rows = RoleHeld.objects.filter(group=program.group_id, role__in=PROGRAM_ROLES)
    return (
        rows.exclude(ends__lt=today(program.zone))
        .exclude(taken_back=True)
        .select_related("person", "confirmed_by")
        .order_by("role", "person__name")
    )


def principals_of(program: Program) -> QuerySet[Person]:
    """Principals of the district's open schools today."""
    held = RoleHeld.objects.filter(
        in_force(),
        role="principal",
        group__organization__district=program.district_id,
        group__organization__closed=False,
    )
    return Person.objects.filter(pk__in=held.values("person"), is_active=True).order_by("name")


def facilitators_of(program: Program) -> QuerySet[Person]:
    """Facilitators of the program today."""
    held = RoleHeld.objects.filter(dated(), role="facilitator", group=program.group_id)
    return Person.objects.filter(pk__in=held.values("person")).order_by("name")


def newer_version(program: Program) -> DesignVersion | None:
    """The newest kept version of the program's design, if it is not the one it runs on."""
    newest = (
        DesignVersion.objects.filter(slug=program.version.slug)
        .filter(Q(uploaded_to=None) | Q(uploaded_to=program.district_id))
        .order_by("-number")
        .first()
    )
    return newest if newest is not None and newest.number > program.version.number else None
