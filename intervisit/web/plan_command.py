"""`intervisit plan INSTANCE.json --seconds S --seed K --out PLAN.json`: a year without a browser."""

import argparse
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

from intervisit.core.scheduling import (
    BadInstance,
    Infeasible,
    Plan,
    Problem,
    Progress,
    Trouble,
    read_instance,
    solve,
    write_plan,
)

PLANNED, BAD_INSTANCE, INFEASIBLE = 0, 2, 3
LARGEST_FILE = 50_000_000  # bytes; a year of 1,800 schools has 1 MB


def main(argv: list[str]) -> int:
    """Run the command. Exits 0 planned, 3 no plan exists (and why is written), 2 bad instance."""
    try:
        asked = _arguments().parse_args(argv)
    except SystemExit as end:  # argparse has said what is wrong, or shown the help
        return int(end.code or 0)
    try:
        problem = read_instance(_parsed(asked.instance), str(asked.instance))
    except BadInstance as bad:
        print("\n".join(str(each) for each in bad.problems), file=sys.stderr)
        return BAD_INSTANCE
    answer = _solved(problem, asked.seed, asked.seconds)
    try:
        _write(asked.out, write_plan(answer))
    except OSError as error:
        print(
            f"{asked.out}: the plan cannot be written: {error.strerror}. Choose another --out.",
            file=sys.stderr,
        )
        return BAD_INSTANCE
    if isinstance(answer, Infeasible):
        print("\n".join(["No plan exists. These rules collide:", *answer.reasons]), file=sys.stderr)
        return INFEASIBLE
    print(
        f"{len(answer.visits)} visits, value {answer.value}, bound {answer.bound}. {answer.proof}",
        file=sys.stderr,
    )
    return PLANNED


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="intervisit plan", description="Plan a year of visits for every network."
    )
    parser.add_argument("instance", type=Path, help="the instance, JSON (docs/reference/plan-format.md)")
    parser.add_argument("--seconds", type=_seconds, default=60.0, help="how long to search at most")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same plan")
    parser.add_argument("--out", type=Path, required=True, help="where the plan is written, JSON")
    return parser


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number <= 86_400:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 86400 seconds")
    return number


def _parsed(path: Path) -> object:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise _bad(path, "the file", f"{size} bytes.", f"An instance has at most {LARGEST_FILE} bytes.")
        return json.loads(
            path.read_bytes().decode("utf-8"), object_pairs_hook=_without_repeats, parse_constant=_no
        )
    except OSError as error:
        raise _bad(path, "the file", f"it cannot be read: {error.strerror}.", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise _bad(path, f"byte {error.start}", "this is not UTF-8.", "Save the file as UTF-8.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _bad(path, place, f"{error.msg}.", "Correct the JSON.") from error
    except RecursionError as error:
        raise _bad(path, "the file", "it is nested too deeply.", "Follow the format.") from error
    except ValueError as error:
        raise _bad(path, "the file", f"{error}.", "Correct the JSON.") from error


def _bad(path: Path, place: str, what: str, remedy: str) -> BadInstance:
    return BadInstance((Trouble(str(path), place, what, remedy),))


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f'the key "{twice[:40]}" stands twice in one object')
    return found


def _no(word: str) -> object:
    raise ValueError(f"{word} is not a number that can be used")


def _solved(problem: Problem, seed: int, seconds: float) -> Plan | Infeasible:
    """Solve in a thread of its own, so that a line a second can be printed while the solver is silent."""
    latest = [Progress(0.0, None, None, "reading")]
    found: list[Plan | Infeasible] = []
    failed: list[BaseException] = []
    ended, halt = threading.Event(), threading.Event()

    def work() -> None:
        try:
            found.append(
                solve(
                    problem,
                    seed=seed,
                    seconds=seconds,
                    progress=lambda now: _set(latest, now),
                    stop=halt.is_set,
                )
            )
        except BaseException as error:  # raised again below, in the thread people see
            failed.append(error)
        finally:
            ended.set()

    threading.Thread(target=work, daemon=True).start()
    elapsed = 0
    try:
        while not ended.wait(1.0):
            elapsed += 1
            print(_line(elapsed, latest[0]), file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("Stopping with the best plan so far …", file=sys.stderr)
        halt.set()
        ended.wait()
    if failed:
        raise failed[0]
    return found[0]


def _set(latest: list[Progress], now: Progress) -> None:
    latest[0] = now


def _line(elapsed: int, now: Progress) -> str:
    value, bound = ("–" if number is None else str(number) for number in (now.value, now.bound))
    return f"{elapsed} s  value {value}  bound {bound}  {now.step}"


def _write(path: Path, answer: dict[str, Any]) -> None:
    """All or nothing: a reader never finds half a plan."""
    draft = path.with_name(path.name + ".part")
    draft.write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(draft, path)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
