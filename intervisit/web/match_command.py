"""`intervisit match INSTANCE.json --seconds S --seed K --out SOLUTION.json`. No database, no Django."""

from __future__ import annotations

import math
import sys
from pathlib import Path

from intervisit.core.matching import (
    BadInstance,
    Infeasible,
    Progress,
    read_instance,
    solve,
    write_solution,
)
from intervisit.web.instance_files import FileFault, check_answer_file, read_json, write_answer
from intervisit.web.solver_runs import arguments, silent, stoppable, tell

SOLVED, BAD, NO_ANSWER = 0, 2, 3


def main(argv: list[str]) -> int:
    """Solve one instance file. Returns 0 solved, 2 bad instance, 3 no answer exists or none was found."""
    options = _ARGUMENTS.parse_args(argv)
    instance, out = Path(options.instance), Path(options.out)
    try:
        problem = read_instance(read_json(instance), str(instance))
        check_answer_file(out, instance)
        with stoppable() as stop:
            with silent():
                result = solve(
                    problem, seed=options.seed, seconds=options.seconds, progress=_Teller(), stop=stop
                )
            write_answer(
                out,
                {"infeasible": list(result.reasons), "proven": result.proven}
                if isinstance(result, Infeasible)
                else write_solution(result),
            )
    except FileFault as fault:
        tell(str(fault))
        return BAD
    except BadInstance as bad:
        tell(*map(str, bad.problems))
        return BAD
    tell(*(result.reasons if isinstance(result, Infeasible) else (result.proof,)))
    return NO_ANSWER if isinstance(result, Infeasible) else SOLVED


_ARGUMENTS = arguments(
    "match", "Match schools into networks.", "instance file, format learning-network-matching/1", seed=0
)


class _Teller:
    """One line a second to standard error: elapsed, objective, bound, gap."""

    def __init__(self) -> None:
        self.next = 0.0

    def __call__(self, progress: Progress) -> None:
        if progress.elapsed < self.next:
            return
        self.next = math.floor(progress.elapsed) + 1.0
        objective = "–" if progress.objective is None else f"{float(progress.objective):.3f}"
        bound = "–" if progress.bound is None else f"{float(progress.bound):.3f}"
        gap = "–" if progress.gap is None else f"{100 * float(progress.gap):.4f} %"
        tell(
            f"{progress.elapsed:7.1f} s  objective {objective}  bound {bound}  gap {gap}  ({progress.stage})"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
