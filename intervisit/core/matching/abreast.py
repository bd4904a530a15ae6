"""Searches side by side: numpy lets two cores work at once. What comes out does not hang on which of them is first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

CORES = 2
ASKED = 0.05  # seconds between two questions whether to stop

T = TypeVar("T")
Halt = Callable[[], bool]


def abreast(jobs: Sequence[Callable[[Halt], T]], stop: Halt, many: bool) -> list[T]:
    """What each job gives, in their order. `stop` is asked in this thread only; jobs ask what they are handed.

    One after the other unless there are `many` schools: a thread costs more than a small search.
    """
    if not many or len(jobs) < 2:
        return [job(stop) for job in jobs]
    halted = False
    with ThreadPoolExecutor(CORES) as pool:
        futures = [pool.submit(job, lambda: halted) for job in reversed(jobs)]  # the larger ones come last
        while wait(futures, ASKED).not_done:
            halted = halted or stop()
    return [future.result() for future in reversed(futures)]
