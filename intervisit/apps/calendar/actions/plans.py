"""Plan a year, adopt, publish, take back."""

from intervisit.apps.calendar import bridge
from intervisit.apps.calendar.actions.invitations import invite_soon
from intervisit.apps.calendar.actions.joining import owe
from intervisit.apps.calendar.actions.releases import apply_draft, keep_release
from intervisit.apps.calendar.actions.telling import tell
from intervisit.apps.calendar.models import Visit, YearPlan
from intervisit.apps.calendar.states import PlanState, ReleaseKind
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
        facilitators_move=program.design.visits.facilitators_move,
        schools_propose=program.design.visits.schools_propose,
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
def publish_plan(plan: YearPlan, *, by: Actor, name: str = "", note: str = "") -> int:
    """Release the year, or the draft of one already released: kept by a name, told to those for whom a visit is new,
    moved or cancelled, with a note. Returns the mails."""
    require(by, "plan.publish", plan)
    networks = list(
        Network.objects.filter(program=plan.program, closed=None)
        .select_related("program", "group")
        .prefetch_related("members__school")
    )
    if not networks or any(n.state != NetworkState.PUBLISHED for n in networks):
        word = plan.program.design.words["network"].many
        raise Refused(
            "networks-first", f"Publish the {word} first: a calendar needs people who know each other."
        )
    _inherit(plan)
    apply_draft(plan, by)
    told = len({p for network in networks for p in tell(plan, network, by=by, note=note)})
    keep_release(plan, by=by, kind=ReleaseKind.OFFICE, name=name, note=note, told=told)
    first = plan.state != PlanState.PUBLISHED
    plan.state, plan.published = PlanState.PUBLISHED, now()
    plan.save(update_fields=["state", "published"])
    plan.program.calendar_published = plan.published
    plan.program.save(update_fields=["calendar_published"])
    record(by, "plan.publish", plan, group=plan.program.group, changes={"people told": (0, told)})
    if first and plan.problem:  # who has come since it was planned
        owe(plan, bridge.newcomers(plan), by=by)
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
    invite_soon(plan.program)
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
