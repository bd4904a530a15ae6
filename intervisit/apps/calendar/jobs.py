"""The long work of this chapter: planning a year, and weighing the ways out of what befalls it."""

import os
from typing import Any

from intervisit.apps.calendar import actions, bridge
from intervisit.apps.calendar.models import Happening, YearPlan
from intervisit.apps.calendar.states import HappeningState, PlanState
from intervisit.core import scheduling
from intervisit.kit.access import may
from intervisit.kit.history import record
from intervisit.kit.jobs import Running, job
from intervisit.kit.refusal import Refused
from intervisit.kit.rounds import every

_CORES = min(2, os.cpu_count() or 1)  # the plan is the same with one; the pages want some of the machine, too


@job("plan_year", "program.work")
def plan_year(running: Running) -> dict[str, Any]:
    """Solve a year plan. Its visits are written in one transaction, at the end."""
    plan = YearPlan.objects.select_related("program__version").get(pk=running.job.arguments["plan"])
    allowed = may(running.by, "program.work", plan.program)
    if not allowed:  # whoever started it has left meanwhile
        raise Refused("not-allowed", allowed.reason)
    problem = bridge.problem_of(plan)
    stop = False

    def tell(progress: scheduling.Progress) -> None:
        nonlocal stop
        share = min(0.95, progress.elapsed_seconds / max(plan.seconds, 1))
        stop = not running.tell(share, progress.step)

    found = scheduling.solve(
        problem, seed=plan.seed, seconds=plan.seconds, progress=tell, stop=lambda: stop, cores=_CORES
    )
    with running.keeping() as result:
        if isinstance(found, scheduling.Infeasible):
            plan.reasons, plan.state = list(found.reasons), PlanState.IMPOSSIBLE
            plan.relaxations = list(found.relaxations)
        else:
            plan.value, plan.bound, plan.proof = found.value, found.bound, found.proof
            plan.missed, plan.state = list(found.wishes_missed), PlanState.READY
            bridge.lay_out(plan, found.visits)
        plan.save(update_fields=["value", "bound", "proof", "missed", "reasons", "relaxations", "state"])
        record(running.by, "plan.solved", plan, group=plan.program.group, label=plan.name)
        result["state"] = str(plan.state)
    return result


@job("weigh_ways", "plan.view")
def weigh_ways(running: Running) -> dict[str, Any]:
    """Weigh the ways out of what happened. Nothing is changed in the calendar."""
    happening = Happening.objects.select_related("plan__program__version", "plan__program__district").get(
        pk=running.job.arguments["happening"]
    )
    ways, refused = bridge.ways_of(happening)
    with running.keeping() as result:
        happening.ways, happening.refused, happening.state = ways, refused, HappeningState.READY
        happening.save(update_fields=["ways", "refused", "state"])
        record(running.by, "happening.weighed", happening, group=happening.plan.program.group)
        result["ways"] = len(ways)
    return result


@job("expire_proposals", "proposal.view")
def expire_proposals(running: Running) -> dict[str, Any]:
    """End the proposals that nobody answered in time. Safe to run twice: an ended one is not open."""
    with running.keeping() as result:
        result["ended"] = actions.expire_proposals(by=running.by)
    return result


every("expire_proposals", "Proposals that ran out", hours=1)
