"""What now? One list for each person, made of what every chapter of the year leaves to do."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse

from intervisit.apps.applications.models import Application, ChangeAsked
from intervisit.apps.applications.queries.letters import undelivered
from intervisit.apps.applications.states import ApplicationState as A
from intervisit.apps.calendar.models import Visit
from intervisit.apps.calendar.queries import VisitRow, rows_of, visits_for
from intervisit.apps.calendar.queries.availability import asks_of
from intervisit.apps.calendar.states import PlanState
from intervisit.apps.networks.models import Network
from intervisit.apps.networks.queries import networks_for
from intervisit.apps.networks.states import NetworkState, ScenarioState
from intervisit.apps.people.models import Organization, RoleHeld
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import call_named, calls_open
from intervisit.apps.programs.states import Phase
from intervisit.core.access import Actor
from intervisit.kit import prepared
from intervisit.kit.access import asked, visible
from intervisit.kit.clock import now, today
from intervisit.web.today_counts import APPLICATIONS, DECISIONS, NETWORKS, NOTES, PLANS, SCENARIOS, Counts
from intervisit.web.today_posts import post_tasks
from intervisit.web.today_reviews import review_tasks
from intervisit.web.today_task import Task
from intervisit.web.today_year import year_tasks


@dataclass(frozen=True)
class Today:
    """Everything the home page shows."""

    tasks: list[Task]
    visits: list[VisitRow]
    networks: list[Network]
    nothing: bool


def today_of(actor: Actor) -> Today:
    """What this reader has to do, where she goes next, and with whom she works."""
    tasks: list[Task] = [*_roles_to_confirm(actor), *year_tasks(actor)]
    tasks += [*review_tasks(actor), *post_tasks(actor), *_program_tasks(actor), *_school_tasks(actor)]
    visits = _next_visits(actor)
    networks = asked(actor, _networks)
    return Today(tasks, visits, networks, not (tasks or visits or networks))


def _networks(actor: Actor) -> QuerySet[Network]:
    mine = networks_for(actor).filter(state=NetworkState.PUBLISHED)
    return mine.prefetch_related(None).select_related("program")[:6]  # a card needs no design


def _visits(actor: Actor, floor: dt.date) -> QuerySet[Visit]:
    # So few share no plan worth a question of its own; what a year was computed from is long, and no list shows it.
    along = ("plan__program__district", "plan__program__version")
    found = visits_for(actor).prefetch_related(None).select_related("school", "network", *along)
    return found.defer("plan__problem").filter(date__gte=floor)[:5]


def _next_visits(actor: Actor) -> list[VisitRow]:
    # Nobody's day begins before this one anywhere on earth, so no visit of today is lost to a time zone.
    floor = (now() - dt.timedelta(hours=14)).date()
    visits = asked(actor, _visits, floor)
    if not visits:
        return []
    return rows_of(visits, today(visits[0].plan.program.district.zone))


def _roles_to_confirm(actor: Actor) -> Iterator[Task]:
    if actor.person is None:
        return
    count = sum(str(by) != actor.person for by in asked(actor, _granted))
    if count:
        yield Task(
            f"{count} {'roles wait' if count > 1 else 'role waits'} for a second person's yes",
            reverse("district_people"),
            "Staff, evaluators and administrators get their rights when two people agree.",
        )


def _granted(actor: Actor) -> QuerySet[RoleHeld, uuid.UUID | None]:
    """Who has granted each role that waits for this reader's word."""
    waiting = visible(actor, "role.confirm", RoleHeld).filter(needs_second=True, confirmed_by=None, ends=None)
    return waiting.values_list("granted_by", flat=True)


# ------------------------------------------------------------------ for those who run a program


def _run_by(actor: Actor) -> QuerySet[Program]:
    mine = visible(actor, "program.work", Program).exclude(phase=Phase.CLOSED)
    return mine.select_related("version", "district")[:10]


def _program_tasks(actor: Actor) -> Iterator[Task]:
    programs = asked(actor, _run_by)
    if not programs:
        return
    counts = Counts.of(programs)
    for program in programs:
        yield from _of_program(program, counts)
    yield from _after_release(programs, counts)


def _after_release(programs: list[Program], counts: Counts) -> Iterator[Task]:
    """Letters that came back, and notes of principals."""
    returned = undelivered(programs)
    for program in programs:
        if count := returned[program.pk]:
            label = f"{count} letters have not arrived" if count > 1 else "A letter has not arrived"
            url = reverse("letters_sent", args=[program.pk]) + "?state=bounced"
            yield Task(label, url, "See why, and send it to an address that works.", badge=str(program))
        if count := counts(program, NOTES):
            label = f"{count} notes about decisions wait" if count > 1 else "A note about a decision waits"
            yield Task(label, reverse("decision_notes", args=[program.pk]), "Answer it.", badge=str(program))


def _of_program(program: Program, counts: Counts) -> Iterator[Task]:
    name, words = str(program), program.design.words
    submitted, drafted = (counts(program, APPLICATIONS, state) for state in (A.SUBMITTED, A.DRAFT))

    def to(route: str) -> str:
        return reverse(route, args=[program.pk])

    if program.phase == Phase.SETUP:
        yield Task("Open the call", to("program"), "Look at the design and the dates first.", badge=name)
    if program.phase == Phase.CALL:
        note = f"{submitted} submitted, {drafted} being written."
        when = (
            f"until {program.call_closes:%a} {program.call_closes.day} {program.call_closes:%b}"
            if program.call_closes
            else ""
        )
        yield Task(
            f"{words['application'].many.capitalize()} are coming in",
            to("program_applications"),
            note,
            when,
            name,
        )
    if program.phase in (Phase.CALL, Phase.REVIEW) and submitted:
        label = f"{submitted} {words['application'].many} wait for a decision"
        yield Task(label, to("program_applications"), badge=name)
    if waiting := counts(program, DECISIONS):
        yield Task(
            f"{waiting} decisions wait to be released by two people", to("release_applications"), badge=name
        )
    if program.phase == Phase.MATCHING:
        yield from _matching(program, counts, to)
    if program.phase == Phase.YEAR:
        yield from _year(program, counts, to)


def _matching(program: Program, counts: Counts, to: Any) -> Iterator[Task]:
    many, name = program.design.words["network"].many, str(program)
    ready = counts(program, SCENARIOS, ScenarioState.READY)
    if counts(program, NETWORKS, NetworkState.ADOPTED):
        yield Task(
            f"Publish the {many}",
            to("program_networks"),
            "They are adopted; nobody has been told yet.",
            badge=name,
        )
    elif ready:
        label = (
            f"Look at {ready} scenarios and adopt one" if ready > 1 else "Look at the scenario and adopt it"
        )
        yield Task(label, to("scenarios"), badge=name)
    else:
        yield Task(
            f"Find the best {many}",
            to("scenarios"),
            "Every accepted school is waiting for its match.",
            badge=name,
        )


def _year(program: Program, counts: Counts, to: Any) -> Iterator[Task]:
    name = str(program)
    if counts(program, PLANS, PlanState.PUBLISHED):
        yield Task(
            "The year is under way", to("program"), "Everything is published.", badge=name, tone="good"
        )
        return
    if counts(program, PLANS, PlanState.ADOPTED):
        yield Task(
            "Publish the calendar", to("year_plans"), "It is adopted; nobody has been told yet.", badge=name
        )
    else:
        yield Task(
            "Plan the year",
            to("year_plans"),
            f"The {program.design.words['network'].many} are published.",
            badge=name,
        )


# ------------------------------------------------------------------ for schools


def _days_owed(actor: Actor) -> Iterator[Task]:
    for school, program, call in asks_of(actor):
        yield Task(
            "Which days do not suit your school?",
            reverse("availability", args=[school.pk]),
            f"{school.name}. It takes two minutes.",
            f"until {call.closes:%a} {call.closes.day} {call.closes:%b}",
            str(program),
        )


def _school_tasks(actor: Actor) -> Iterator[Task]:
    groups = actor.groups("principal") | actor.groups("team")
    if not groups:
        return
    yield from _days_owed(actor)
    schools = prepared.rows("led", _led, tuple(sorted(groups)))
    applications = prepared.rows("theirs", _applications, tuple(s.pk for s in schools))
    applied = {(a.program_id, a.school_id) for a in applications}
    handed_in = tuple(a.pk for a in applications if a.state == A.SUBMITTED)
    to_change = set(prepared.rows("to change", _to_change, handed_in))
    for a in applications:
        if a.pk in to_change:
            yield Task(
                f"Change what is asked of your {a.program.design.words['application'].one}",
                reverse("application_changes", args=[a.pk]), f"{a.program}, {a.school.name}. Your principal sends it.",
                badge="asked of you", tone="warn",
            )  # fmt: skip
        yield from _of_application(a)
    districts = tuple(sorted({s.district_id for s in schools if s.district_id}))
    for program in prepared.rows("calling", _calling, districts):
        taking = calls_open(program)
        for school in schools:
            if (
                school.district_id == program.district_id
                and (program.pk, school.pk) not in applied
                and taking
            ):
                closes = taking[0].closes
                yield Task(
                    f"Apply for {program.name}", reverse("apply", args=[program.pk]), f"For {school.name}.",
                    f"until {_day(closes, program)}" if closes else "", str(program.year),
                )  # fmt: skip


def _led(groups: tuple[Any, ...]) -> QuerySet[Organization]:
    return Organization.objects.filter(group__in=groups)


def _applications(schools: tuple[uuid.UUID, ...]) -> QuerySet[Application]:
    found = Application.objects.filter(school__in=schools)
    return found.select_related("program__version", "program__district", "school")


def _to_change(applications: tuple[uuid.UUID, ...]) -> QuerySet[ChangeAsked, uuid.UUID]:
    found = ChangeAsked.objects.filter(application__in=applications, sent=None, taken_back=None)
    return found.values_list("application", flat=True)


def _calling(districts: tuple[uuid.UUID, ...]) -> QuerySet[Program]:
    found = Program.objects.filter(district__in=districts, phase=Phase.CALL)
    return found.select_related("version", "district")


def _day(moment: dt.datetime, program: Program) -> str:

    local = moment.astimezone(ZoneInfo(program.district.zone))
    return f"{local:%a} {local.day} {local:%b}"


def _of_application(a: Application) -> Iterator[Task]:
    words, program = a.program.design.words, a.program
    one = words["application"].one
    if a.state == A.DRAFT and program.phase == Phase.CALL:
        call = call_named(program, a.call)
        closes = call.closes if call is not None else program.call_closes
        when = f"until {_day(closes, program)}" if closes else ""
        yield Task(
            f"Finish your {one}",
            reverse("application_write", args=[a.pk]),
            f"{program}, {a.school.name}.",
            when,
        )
    elif a.state == A.SUBMITTED:
        yield Task(
            f"Your {one} is in", reverse("application", args=[a.pk]),
                f"{program}. You will get a mail when it is decided.",
            badge="submitted", tone="good",
        )  # fmt: skip
    elif a.released is not None and program.phase != Phase.CLOSED and program.networks_published is None:
        yield Task(
            f"The decision about your {one}",
            reverse("application", args=[a.pk]),
            str(program),
            badge="decided",
        )


__all__ = ["Task", "Today", "today_of"]
