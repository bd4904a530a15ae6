"""Plan a year, move a visit, adopt, publish, take back."""

import datetime as dt
from dataclasses import replace

from intervisit.apps.calendar import bridge
from intervisit.apps.calendar.actions.telling import tell
from intervisit.apps.calendar.models import Visit, YearPlan
from intervisit.apps.calendar.states import PlanState, VisitState
from intervisit.apps.networks.events import NetworksDropped, NetworksWithdrawn
from intervisit.apps.networks.models import Network
from intervisit.apps.networks.states import NetworkState
from intervisit.apps.programs.models import Program
from intervisit.core import scheduling
from intervisit.core.access import Actor
from intervisit.kit.access import require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.jobs import ask_to_stop, enqueue
from intervisit.kit.refusal import Refused


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
    told = sum(tell(plan, network, by=by) for network in networks)
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
