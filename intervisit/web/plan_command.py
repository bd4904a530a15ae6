"""`intervisit plan INSTANCE.json --seconds S --seed K --out PLAN.json`: a year without a browser."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

from intervisit.core.scheduling import (
    BadInstance,
    Infeasible,
    Plan,
    Problem,
    Progress,
    read_instance,
    solve,
    write_plan,
)
from intervisit.web.instance_files import FileFault, check_answer_file, read_json, write_answer
from intervisit.web.solver_runs import arguments, stoppable, tell

PLANNED, BAD_INSTANCE, INFEASIBLE = 0, 2, 3


def main(argv: list[str]) -> int:
    """Run the command. Returns 0 planned, 3 no plan exists (and why is written), 2 bad instance."""
    asked = _ARGUMENTS.parse_args(argv)
    instance, out = Path(asked.instance), Path(asked.out)
    try:
        problem = read_instance(read_json(instance), str(instance))
        check_answer_file(out, instance)
        with stoppable() as stop:
            answer = _solved(problem, asked.seed, asked.seconds, stop)
            write_answer(out, write_plan(answer))
    except FileFault as fault:
        tell(str(fault))
        return BAD_INSTANCE
    except BadInstance as bad:
        tell(*map(str, bad.problems))
        return BAD_INSTANCE
    if isinstance(answer, Infeasible):
        tell("No plan exists. These rules collide:", *answer.reasons)
        return INFEASIBLE
    tell(f"{len(answer.visits)} visits, value {answer.value}, bound {answer.bound}. {answer.proof}")
    return PLANNED


_ARGUMENTS = arguments(
    "plan",
    "Plan a year of visits for every network.",
    "the instance, JSON (docs/reference/plan-format.md)",
    seed=1,
)


def _solved(problem: Problem, seed: int, seconds: float, stop: Callable[[], bool]) -> Plan | Infeasible:
    """Solve in a thread of its own, so that a line a second can be printed while the solver is silent."""
    latest = [Progress(0.0, None, None, "reading")]
    found: list[Plan | Infeasible] = []
    failed: list[BaseException] = []
    ended = threading.Event()

    def work() -> None:
        try:
            found.append(
                solve(
                    problem,
                    seed=seed,
                    seconds=seconds,
                    progress=lambda now: _set(latest, now),
                    stop=stop,
                )
            )
        except BaseException as error:  # raised again below, in the thread people see
            failed.append(error)
        finally:
            ended.set()

    threading.Thread(target=work, daemon=True).start()
    elapsed = 0
    while not ended.wait(1.0):
        elapsed += 1
        tell(_line(elapsed, latest[0]))
    if failed:
        raise failed[0]
    return found[0]


def _set(latest: list[Progress], now: Progress) -> None:
    latest[0] = now


def _line(elapsed: int, now: Progress) -> str:
    value, bound = ("–" if number is None else str(number) for number in (now.value, now.bound))
    return f"{elapsed} s  value {value}  bound {bound}  {now.step}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
