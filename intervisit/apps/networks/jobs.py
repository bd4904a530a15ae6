"""The long work of this chapter: solving a scenario."""

from fractions import Fraction
from typing import Any

import intervisit
from intervisit.apps.networks import bridge
from intervisit.apps.networks.models import Scenario
from intervisit.apps.networks.states import ScenarioState
from intervisit.core import matching
from intervisit.kit.access import may
from intervisit.kit.history import record
from intervisit.kit.jobs import Running, job
from intervisit.kit.refusal import Refused


@job("match", "scenario.solve")
def match(running: Running) -> dict[str, Any]:
    """Solve a scenario's instance and lay its board out. The board is written in one transaction, at the end."""
    scenario = Scenario.objects.select_related("program__version").get(pk=running.job.arguments["scenario"])
    allowed = may(running.by, "scenario.solve", scenario)
    if not allowed:  # whoever started it has left meanwhile
        raise Refused("not-allowed", allowed.reason)
    try:
        problem = bridge.problem_of(scenario)
    except matching.BadInstance as bad:
        names = {a.school.code: a.school.name for a in bridge.accepted(scenario.program)}
        reasons = [bridge.in_words(f"{t.what}. {t.remedy}", names) for t in bad.problems]
        Scenario.objects.filter(pk=scenario.pk).update(state=ScenarioState.FAILED, reasons=reasons)
        raise Refused("bad-instance", " ".join(reasons[:3])) from bad
    stop = False

    def tell(progress: matching.Progress) -> None:
        nonlocal stop
        share = min(0.95, progress.elapsed / max(scenario.seconds, 1))
        stop = not running.tell(share, _progress_words(progress))

    found = matching.solve(
        problem, seed=scenario.seed, seconds=scenario.seconds, progress=tell, stop=lambda: stop
    )
    with running.keeping() as result:
        _write(scenario, found)
        record(running.by, "scenario.solved", scenario, group=scenario.program.group, label=scenario.name)
        result["state"] = str(scenario.state)
    return result


def _progress_words(progress: matching.Progress) -> str:
    if progress.objective is None:
        return "Looking for a first arrangement …"
    gap = progress.gap
    if gap is None:
        return f"{float(progress.objective):,.0f} points so far …"
    return f"{float(progress.objective):,.0f} points so far, at most {percent(gap)} can still be won …"


def percent(share: Fraction) -> str:
    """A share as people read it, never rounded down to nothing."""
    value = 100 * float(share)
    return "0 %" if value <= 0 else (f"{value:.2f} %" if value >= 0.01 else "less than 0.01 %")


def _write(scenario: Scenario, found: matching.Solution | matching.Infeasible) -> None:
    scenario.engine = f"intervisit {intervisit.VERSION}"
    if isinstance(found, matching.Infeasible):
        names = {row["id"]: row.get("name", row["id"]) for row in scenario.problem["schools"]}
        schools = {a.school.code: a.school.name for a in bridge.accepted(scenario.program)}
        scenario.reasons = [bridge.in_words(r, names | schools) for r in found.reasons]
        # Running out of time proves nothing: only a proof makes a scenario impossible.
        scenario.state = ScenarioState.IMPOSSIBLE if found.proven else ScenarioState.FAILED
    else:
        scenario.objective, scenario.bound = float(found.objective), float(found.bound)
        scenario.proof = found.proof
        scenario.state = ScenarioState.READY
        bridge.lay_out(scenario, found.networks, keep=_locked(scenario))
    scenario.save(update_fields=["engine", "reasons", "state", "objective", "bound", "proof"])


def _locked(scenario: Scenario) -> frozenset[str]:
    fixed = scenario.problem.get("fixed", [])
    return frozenset(code for n in fixed for code in (n["host"], *n["partners"]) if code)
