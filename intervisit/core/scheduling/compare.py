"""What differs between two releases of a year, visit by visit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, order=True)
class Entry:
    """One visit as a release shows it. `uid` is the same in every release; `on`: it takes place."""

    date: date
    uid: str
    network: str
    school: str
    starts: time
    ends: time
    on: bool = True


@dataclass(frozen=True)
class Difference:
    """What somebody who knows the one must be told to know the other."""

    new: tuple[Entry, ...] = ()
    moved: tuple[
        tuple[Entry, Entry], ...
    ] = ()  # as it was, as it is: another day, time or place, or on again
    cancelled: tuple[Entry, ...] = ()  # as it was last known

    @property
    def networks(self) -> frozenset[str]:
        """The networks concerned; nobody else hears of it."""
        every = (*self.new, *(after for _, after in self.moved), *self.cancelled)
        return frozenset(entry.network for entry in every)

    def __bool__(self) -> bool:
        return bool(self.new or self.moved or self.cancelled)


def compare(before: Iterable[Entry], after: Iterable[Entry]) -> Difference:
    """New, moved and cancelled visits, each by date. What never took place in either is not spoken of."""
    was, now = ({entry.uid: entry for entry in each} for each in (before, after))
    new = [entry for uid, entry in now.items() if entry.on and uid not in was]
    moved = [(was[uid], entry) for uid, entry in now.items() if entry.on and uid in was and was[uid] != entry]
    gone = [entry for uid, entry in was.items() if entry.on and (uid not in now or not now[uid].on)]
    return Difference(tuple(sorted(new)), tuple(sorted(moved, key=lambda pair: pair[1])), tuple(sorted(gone)))
