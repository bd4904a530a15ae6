"""Plan a year, move a visit, adopt, publish, take back."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils.dateformat import time_format

from intervisit.apps.calendar import bridge
from intervisit.apps.calendar.models import Visit, YearPlan
from intervisit.apps.calendar.states import PlanState, VisitState
from intervisit.apps.networks.actions.networks import people_of
from intervisit.apps.networks.events import NetworksDropped, NetworksWithdrawn
from intervisit.apps.networks.models import Network
from intervisit.apps.networks.states import NetworkState
from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program
from intervisit.core import scheduling
from intervisit.core.access import Actor
from intervisit.core.text import long_date
from intervisit.kit.access import require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.jobs import ask_to_stop, enqueue
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused

PUBLISHED_MAIL = mail_kind("visits.published", "network.view")
CHANGED_MAIL = mail_kind("visits.changed", "network.view")


@action("plan.draft")
def draft_plan(program: Program, *, by: Actor, name: str, seconds: float = 20, seed: int = 1) -> YearPlan:
    """Begin a plan: its problem is frozen now, a worker solves it. Refuses while there are no networks."""
    require(by, "program.work", program)
    problem = bridge.problem(program)
    if not problem.networks:
        word = program.design.words["network"].many
        raise Refused("no-networks", f"Adopt {word} first; then their year can be planned.")
    plan = YearPlan.objects.create(
        program=program, name=name, problem=scheduling.write_instance(problem), seed=seed,
        seconds=min(max(seconds, 1), 600), person_id=by.person,
    )  # fmt: skip
    plan.job = enqueue(
        "plan_year",
        by=by,
        title=f"Planning: {name}",
        group=program.group,
        back=f"/plans/{plan.pk}/",
        plan=str(plan.pk),
    )
    plan.save(update_fields=["job"])
    record(by, "plan.draft", plan, group=program.group, label=name)
    return plan


@action("plan.stop")
def stop_planning(plan: YearPlan, *, by: Actor) -> None:
    """Ask the worker to finish with the best it has."""
    require(by, "plan.view", plan)
    if plan.job is not None:
        ask_to_stop(plan.job)
    record(by, "plan.stop", plan, group=plan.program.group)


@action("visit.move")
def move_visit(visit: Visit, to: dt.date, *, by: Actor, version: dt.date | None = None) -> None:
    """Move one visit to another day. Refuses a day on which it would break a rule, with the rule."""
    require(by, "plan.edit", visit.plan)
    if version is not None and version != visit.date:
        raise Refused(
            "moved-meanwhile",
            "Somebody else has moved this visit. Look again before you move it.",
            status=409,
        )
    problem, before = bridge.problem_of(visit.plan), bridge.visits_of(visit.plan)
    mine = bridge.as_planned(visit)
    after = [replace(v, date=to) if v == mine else v for v in before]
    known = set(scheduling.violations(problem, before))
    broken = [line for line in scheduling.violations(problem, after) if line not in known]
    if broken:
        raise Refused("rule-broken", " ".join(broken[:3]), "date")
    record(by, "visit.move", visit, group=visit.plan.program.group, changes={"date": (visit.date, to)})
    visit.date = to
    visit.save(update_fields=["date"])
    _number(visit.plan, visit.network)


def _number(plan: YearPlan, network: Network) -> None:
    """The first visit of the year is number one, also after a move."""
    rows = list(plan.visits.filter(network=network, state=VisitState.PLANNED).order_by("date"))
    for number, row in enumerate(rows, start=1):
        row.number = number
    Visit.objects.bulk_update(rows, ["number"])


@action("plan.adopt")
def adopt_plan(plan: YearPlan, *, by: Actor) -> None:
    """Decide for this plan. Refuses while it breaks a rule, and while another one is published."""
    require(by, "plan.adopt", plan)
    others = YearPlan.objects.filter(program=plan.program).exclude(pk=plan.pk)
    if others.filter(state=PlanState.PUBLISHED).exists():
        raise Refused("published-already", "Take the published calendar back before you adopt another.")
    broken = scheduling.violations(bridge.problem_of(plan), bridge.visits_of(plan))
    if broken:
        raise Refused("rules-broken", f"The plan breaks a rule: {broken[0]} Mend it first.")
    others.filter(state=PlanState.ADOPTED).update(state=PlanState.READY)
    plan.state = PlanState.ADOPTED
    plan.save(update_fields=["state"])
    record(by, "plan.adopt", plan, group=plan.program.group, label=plan.name)


@action("plan.publish")
def publish_plan(plan: YearPlan, *, by: Actor) -> int:
    """Show the visits to their schools and tell those for whom one is new, moved or cancelled. Returns the mails."""
    require(by, "plan.publish", plan)
    networks = list(
        Network.objects.filter(program=plan.program)
        .select_related("program", "group")
        .prefetch_related("members__school")
    )
    if not networks or any(n.state != NetworkState.PUBLISHED for n in networks):
        word = plan.program.design.words["network"].many
        raise Refused(
            "networks-first", f"Publish the {word} first: a calendar needs people who know each other."
        )
    _inherit(plan)
    told = sum(_tell(plan, network) for network in networks)
    plan.state, plan.published = PlanState.PUBLISHED, now()
    plan.save(update_fields=["state", "published"])
    plan.program.calendar_published = plan.published
    plan.program.save(update_fields=["calendar_published"])
    record(by, "plan.publish", plan, group=plan.program.group, changes={"mails": (0, told)})
    return told


def _inherit(plan: YearPlan) -> None:
    """What schools were told of an entry in an earlier plan is what they know of it now."""
    earlier = Visit.objects.filter(plan__program=plan.program).exclude(plan=plan).exclude(told={})
    known = {v.uid: v for v in earlier.order_by("plan__published")}
    rows = []
    for visit in plan.visits.filter(told={}):
        before = known.get(visit.uid)
        if before is not None:
            visit.told, visit.sequence = before.told, before.sequence
            rows.append(visit)
    Visit.objects.bulk_update(rows, ["told", "sequence"])
    earlier.update(told={})


def _facts(visit: Visit) -> dict[str, Any]:
    return {
        "date": visit.date.isoformat(),
        "starts": visit.starts.isoformat("minutes"),
        "ends": visit.ends.isoformat("minutes"),
        "school": str(visit.school_id),
        "state": visit.state,
    }


def _tell(plan: YearPlan, network: Network) -> int:
    news: list[tuple[Visit, dict[str, Any]]] = []
    for visit in plan.visits.filter(network=network).select_related("school").order_by("date"):
        facts = _facts(visit)
        if facts == visit.told:
            continue
        news.append((visit, visit.told))
        visit.sequence += 1 if visit.told else 0
        visit.told = facts
        visit.save(update_fields=["told", "sequence"])
    if not news:
        return 0
    first = all(not before for _, before in news)
    digest = hashlib.sha256(json.dumps([v.told for v, _ in news], sort_keys=True).encode()).hexdigest()[:16]
    return sum(_mail(plan, network, person, news, first, digest) for person in people_of(network))


def _mail(
    plan: YearPlan,
    network: Network,
    person: Person,
    news: Iterable[tuple[Visit, dict[str, Any]]],
    first: bool,
    digest: str,
) -> int:
    words = plan.program.design.words
    lines = [_line(visit, before) for visit, before in news]
    many = words["visit"].many
    subject = f"Your {many} for {plan.program.year}" if first else f"Some of your {many} have changed"
    body = (
        f"{network.name}\n\n"
        + "\n".join(lines)
        + "\n\nOn the page below you can add them to your own calendar."
    )
    sent = send_later(
        PUBLISHED_MAIL if first else CHANGED_MAIL, person, subject=subject, body=body, about=network, link="/calendar/",
        key=f"visits:{network.pk}:{digest}:{person.pk}",
    )  # fmt: skip
    return sent is not None


def _line(visit: Visit, before: dict[str, Any]) -> str:
    hours = f"{time_format(visit.starts, 'g:i a')} to {time_format(visit.ends, 'g:i a')}"
    when = f"{visit.date:%a} {long_date(visit.date)}, {hours}, {visit.school.name}"
    if visit.state == VisitState.CANCELLED:
        return f"- cancelled: {when}"
    if not before:
        return f"- {when}"
    return f"- {when} (was {long_date(dt.date.fromisoformat(before['date']))})"


@action("plan.withdraw")
def withdraw_plan(plan: YearPlan, *, by: Actor) -> None:
    """Take the published calendar back: schools and feeds no longer show it. Publishing again tells only changes."""
    require(by, "plan.withdraw", plan)
    _withdraw(plan, by)


def _withdraw(plan: YearPlan, by: Actor) -> None:
    plan.state = PlanState.ADOPTED
    plan.save(update_fields=["state"])
    plan.program.calendar_published = None
    plan.program.save(update_fields=["calendar_published"])
    record(by, "plan.withdraw", plan, group=plan.program.group, label=plan.name)


def withdraw_with_networks(event: NetworksWithdrawn) -> None:
    """Networks that are no longer published have no published calendar (wired in web/wiring.py)."""
    for plan in YearPlan.objects.filter(program=event.program, state=PlanState.PUBLISHED).select_related(
        "program"
    ):
        _withdraw(plan, event.by)


def drop_with_networks(event: NetworksDropped) -> None:
    """Plans for networks that are given up go with them (wired in web/wiring.py). Published ones cannot exist here."""
    plans = YearPlan.objects.filter(program=event.program)
    Visit.objects.filter(plan__in=plans).delete()
    plans.delete()
