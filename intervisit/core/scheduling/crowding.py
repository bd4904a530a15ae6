"""Too many visits for too few days: a count that needs no search.

Only days, months and facilitators are looked at: every visit of a facilitator's networks needs a day of its
own, and a network has so many a month. If not even that can be arranged (a maximum flow from networks over
their months to days is too small), no plan exists; if it can, nothing is said. CP-SAT is slow at exactly
this kind of counting, so it is asked second.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable
from itertools import pairwise

from intervisit.core.scheduling.grid import Course, Grid, Group
from intervisit.core.scheduling.rules import Rule

OpenDays = Callable[[Course, int], bool]
SOURCE, SINK = "source", "sink"


def crowded(
    grid: Grid, group: Group, off: frozenset[Rule] = frozenset(), open_days: OpenDays | None = None
) -> bool:
    """Is it certain, by counting alone, that a group has no plan when the rules in `off` are given up?"""
    kept = {visit.network for visit in grid.problem.fixed}  # their days follow other rules: not counted
    network = _Flow()
    owed = 0
    for course in group.courses:
        if course.network.id in kept:
            continue
        due = 0 if Rule("owed", course.network.id) in off else course.owed
        owed += due
        network.edge(SOURCE, course.network.id, due)
        _add_days(grid, network, course, off, open_days)
    return network.largest() < owed


def _add_days(
    grid: Grid, network: "_Flow", course: Course, off: frozenset[Rule], open_days: OpenDays | None
) -> None:
    key, who = course.network.id, grid.facilitators.get(course.network.facilitator or "")
    shared = who is not None and Rule("one_place", who.id) not in off
    most = len(grid.dates) if Rule("monthly", key) in off else course.network.pattern.max_per_month
    for d in grid.allowed(course.network, off):
        if open_days is not None and not open_days(course, d):
            continue
        month = (key, grid.month[d])
        day = (who.id, "day", d) if shared and who is not None else (key, "day", d)
        network.edge(key, month, most)
        network.edge(month, day, 1)
        network.edge(day, SINK, 2 if shared and who is not None and who.two_halves else 1)


class _Flow:
    """A network of pipes and the most that flows through it (Ford and Fulkerson 1956)."""

    def __init__(self) -> None:
        self.room: dict[Hashable, dict[Hashable, int]] = defaultdict(dict)

    def edge(self, start: Hashable, end: Hashable, room: int) -> None:
        """A pipe; the same pipe named again stays one pipe."""
        self.room[start][end] = room
        self.room[end].setdefault(start, 0)

    def largest(self) -> int:
        """Units that can flow from source to sink; every path carries one."""
        flow = 0
        while path := self._path():
            for start, end in pairwise(path):
                self.room[start][end] -= 1
                self.room[end][start] += 1
            flow += 1
        return flow

    def _path(self) -> list[Hashable]:
        came: dict[Hashable, Hashable] = {SOURCE: SOURCE}
        stack: list[Hashable] = [SOURCE]
        while stack:
            here = stack.pop()
            for there, room in self.room[here].items():
                if room > 0 and there not in came:
                    came[there] = here
                    if there == SINK:
                        return self._back(came)
                    stack.append(there)
        return []

    def _back(self, came: dict[Hashable, Hashable]) -> list[Hashable]:
        path: list[Hashable] = [SINK]
        while path[-1] != SOURCE:
            path.append(came[path[-1]])
        return path[::-1]
