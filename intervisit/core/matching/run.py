"""One run of the solver: its clock, its best answer so far, its best bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from intervisit.core.matching.ceiling import school_ceiling
from intervisit.core.matching.generation import Generator
from intervisit.core.matching.problem import MatchedNetwork, Progress
from intervisit.core.matching.seating import Costs
from intervisit.core.matching.task import Task

WIDTH, KEEP = 3, 14  # of the beam: states and candidates for each host
PENALTY = 1500.0  # points an unmet row costs; raised when rows stay unmet


@dataclass
class Run:
    """One run: its clock, its best answer so far, its best bound (both in 1/scale points)."""

    task: Task
    seconds: float
    seed: int
    progress: Callable[[Progress], None] | None
    asked_to_stop: Callable[[], bool] | None
    clock: Callable[[], float]
    started: float
    numbers: list[int] | None = None
    worth: float = -np.inf
    bound: float = np.inf
    stage: str = "reading"
    told: float = -np.inf
    early: tuple[MatchedNetwork, ...] | None = None  # an answer to begin with
    sketch: bool = False  # any answer will do
    generator: Generator = field(init=False)
    costs: Costs | None = None  # for seatings; None while a floor forbids them

    def elapsed(self) -> float:
        """Seconds since the start."""
        return self.clock() - self.started

    def left(self) -> float:
        """Seconds left."""
        return self.seconds - self.elapsed()

    def stop(self) -> bool:
        """Whether to come to an end; tells the progress on the way."""
        self.tell()
        return self.left() <= 0 or (self.asked_to_stop is not None and self.asked_to_stop())

    def points(self, scaled: float) -> Fraction | None:
        """Worth in points, locked networks included."""
        if not np.isfinite(scaled):
            return None
        return Fraction(round(scaled) + self.task.fixed_worth, self.task.tables.scale)

    def tell(self, always: bool = False) -> None:
        """Report progress, at most five times a second."""
        if self.progress is None:
            return
        now = self.elapsed()
        if always or now - self.told >= 0.2:
            self.told = now
            bound = min(self.bound, self.generator.bound)
            self.progress(Progress(now, self.stage, self.points(self.worth), self.points(bound)))

    def offer(self, numbers: list[int] | None) -> bool:
        """Keep an answer if it is the best so far."""
        if numbers is None:
            return False
        worth = float(sum(self.generator.pool.worth[k] for k in numbers))
        if worth <= self.worth:
            return False
        self.numbers, self.worth = list(numbers), worth
        self.tell(always=True)
        return True

    @property
    def proven(self) -> bool:
        """Whether nothing can be better (worths are whole numbers)."""
        return bool(self.worth >= np.floor(min(self.bound, self.generator.bound)))


def start(
    task: Task,
    seconds: float,
    seed: int,
    progress: Callable[[Progress], None] | None,
    stop: Callable[[], bool] | None,
    clock: Callable[[], float],
    started: float,
) -> Run:
    run = Run(task, seconds, seed, progress, stop, clock, started)
    run.generator = Generator(task, PENALTY, run.stop)
    run.bound = school_ceiling(task)
    return run
