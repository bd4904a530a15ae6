"""`intervisit match INSTANCE.json --seconds S --seed K --out SOLUTION.json`. No database, no Django."""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import Any

from intervisit.core.matching import (
    BadInstance,
    Infeasible,
    Problem,
    Progress,
    Trouble,
    read_instance,
    solve,
    write_solution,
)

SOLVED, BAD, NO_ANSWER = 0, 2, 3


def main(argv: list[str]) -> int:
    """Solve one instance file. Returns 0 solved, 2 bad instance, 3 no answer exists or none was found."""
    options = _options(argv)
    try:
        problem = _read(Path(options.instance))
        _writable(Path(options.out))
    except BadInstance as bad:
        for trouble in bad.problems:
            print(trouble, file=sys.stderr)
        return BAD
    result = solve(problem, seed=options.seed, seconds=options.seconds, progress=_Teller())
    if isinstance(result, Infeasible):
        _write(Path(options.out), {"infeasible": list(result.reasons)})
        for reason in result.reasons:
            print(reason, file=sys.stderr)
        return NO_ANSWER
    _write(Path(options.out), write_solution(result))
    print(result.proof, file=sys.stderr)
    return SOLVED


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="intervisit match", description="Match schools into networks.")
    parser.add_argument("instance", help="instance file, format learning-network-matching/1")
    parser.add_argument("--seconds", type=_seconds, default=60.0, help="at most so long (default 60)")
    parser.add_argument("--seed", type=int, default=0, help="a whole number (default 0)")
    parser.add_argument("--out", required=True, help="where the solution goes")
    return parser.parse_args(argv)


def _seconds(text: str) -> float:
    value = float(text)
    if not math.isfinite(value) or value <= 0:
        raise argparse.ArgumentTypeError("give a positive number of seconds")
    return value


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
        line = (
            f"{progress.elapsed:7.1f} s  objective {objective}  bound {bound}  gap {gap}  ({progress.stage})"
        )
        print(line, file=sys.stderr, flush=True)


def _read(path: Path) -> Problem:
    def refuse(place: str, what: str, remedy: str) -> BadInstance:
        return BadInstance((Trouble(str(path), place, what, remedy),))

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        out = dict(pairs)
        if len(out) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise refuse(twice, f'the key "{twice}" is given twice in one object', "Keep one of the two.")
        return out

    def constant(name: str) -> Any:
        raise refuse("file", f"{name} is not a number in JSON", "Give a number, or null where it is allowed.")

    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise refuse(
            "file", f"cannot be read ({error.strerror})", "Check the path and the permissions."
        ) from error
    except UnicodeDecodeError as error:
        raise refuse(f"byte {error.start}", "is not UTF-8", "Save the file as UTF-8.") from error
    try:
        data = json.loads(text, object_pairs_hook=once, parse_constant=constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise refuse(place, f"is not JSON: {error.msg}", "Correct the file there.") from error
    except RecursionError as error:
        raise refuse("file", "is nested too deeply", "Give an instance object.") from error
    except BadInstance:
        raise
    except ValueError as error:  # a number with thousands of digits
        raise refuse("file", "holds a number with too many digits", "Give ordinary numbers.") from error
    return read_instance(data, str(path))


def _writable(path: Path) -> None:
    if not path.parent.is_dir():
        trouble = Trouble(
            str(path), "--out", "its folder does not exist", "Create the folder or choose another."
        )
        raise BadInstance((trouble,))


def _write(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
