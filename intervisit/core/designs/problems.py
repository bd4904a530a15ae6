"""What is wrong with a design, said so that its author can mend it."""

from collections.abc import Iterator
from dataclasses import dataclass

from .limits import MAX_PROBLEMS


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: `line` of `file` (from 1), what is wrong, and what to do."""

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} {self.remedy}"


@dataclass(frozen=True, slots=True)
class Problems:
    """Why a design could not be read: at least one problem, in the order of the files."""

    problems: tuple[Problem, ...]

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)

    def __len__(self) -> int:
        return len(self.problems)

    def shown(self) -> tuple[str, ...]:
        """One sentence each; at most 100, then how many more."""
        lines = tuple(str(problem) for problem in self.problems[:MAX_PROBLEMS])
        more = len(self.problems) - MAX_PROBLEMS
        return (*lines, f"… and {more} more.") if more > 0 else lines


class DesignError(ValueError):
    """A kept design (`from_json`) that this version cannot read. `problems` says why."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(" ".join(problems.shown()[:3]))
        self.problems = problems
