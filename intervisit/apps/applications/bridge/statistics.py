"""Admissions in numbers: who was accepted, of whom, and what schools want to work on."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from intervisit.apps.applications.bridge.capacity import EITHER, NOT_ON_RECORD, Candidate
from intervisit.apps.applications.states import ApplicationState as S
from intervisit.core.charts import Bar, Chart, bars
from intervisit.core.designs import Design
from intervisit.core.tables import Cell


@dataclass(frozen=True)
class Rate:
    """One line: of so many in hand, so many have each outcome."""

    label: str
    count: int
    accepted: int
    waiting: int
    declined: int

    @property
    def open(self) -> int:
        return self.count - self.accepted - self.waiting - self.declined

    @property
    def percent(self) -> float | None:
        return 100 * self.accepted / self.count if self.count else None

    @property
    def shown(self) -> str:
        """In whole percent, as reports print it."""
        return "–" if self.percent is None else f"{whole(self.percent)} %"


@dataclass(frozen=True)
class Share:
    """How often one thing was named, of all that was named."""

    label: str
    count: int
    of: int

    @property
    def percent(self) -> float:
        return 100 * self.count / self.of if self.of else 0.0

    @property
    def shown(self) -> str:
        return f"{whole(self.percent)} %"


@dataclass(frozen=True)
class Breakdown:
    """Acceptance rates by one property of the applications."""

    key: str
    title: str
    rows: tuple[Rate, ...]
    chart: Chart | None


@dataclass(frozen=True)
class Statistics:
    total: Rate
    breakdowns: tuple[Breakdown, ...]
    shares: tuple[Share, ...]  # of elements: the widest focus areas
    named: int  # how many elements were named in all
    shares_chart: Chart | None


def whole(percent: float) -> int:
    """Rounded half up, as tables of a report are."""
    return int(percent + 0.5)


def _rate(label: str, rows: Sequence[Candidate]) -> Rate:
    states = Counter(c.state for c in rows)
    return Rate(label, len(rows), states[S.ACCEPTED], states[S.WAITLISTED], states[S.DECLINED])


def as_told(one: Candidate, state: str, role: str) -> Candidate:
    """The same application as its school knows it."""
    return Candidate(one.wanted, state, role, True, one.focus, one.area, one.level)


def elements_of(design: Design) -> dict[str, str]:
    """Focus area → the widest area it is part of; an area that is part of none is its own."""
    within = {a.key: a.within for a in design.focus_areas}
    found = {}
    for key in within:
        top, seen = key, {key}
        while within.get(top) and within[top] not in seen:
            top = within[top]
            seen.add(top)
        found[key] = top
    return found


def statistics(design: Design, rows: Iterable[Candidate]) -> Statistics:
    """Everything the page shows, over applications in hand."""
    found = list(rows)
    labels = {a.key: a.label for a in design.focus_areas}
    roles = {r.key: r.many for r in design.roles.values()} | {EITHER: "either"}
    word = design.words
    asked: list[tuple[str, str, Callable[[Candidate], Sequence[str]], list[str]]] = [
        ("role", "By role wanted", lambda c: [roles.get(c.wanted, c.wanted)], list(roles.values())),
        ("area", f"By {word['area'].one}", lambda c: [c.area or NOT_ON_RECORD], []),
        ("level", "By level", lambda c: [c.level or NOT_ON_RECORD], []),
        ("focus", f"By {word['focus_area'].one}", lambda c: [labels.get(k, k) for k in c.focus],
         list(labels.values())),
    ]  # fmt: skip
    shares = _shares(design, found, labels)
    return Statistics(
        total=_rate("All", found),
        breakdowns=tuple(_breakdown(*one, found) for one in asked),
        shares=shares,
        named=sum(s.count for s in shares),
        shares_chart=_shares_chart(shares, word["focus_area"].many),
    )


def _breakdown(
    key: str,
    title: str,
    of: Callable[[Candidate], Sequence[str]],
    order: list[str],
    rows: Sequence[Candidate],
) -> Breakdown:
    groups: dict[str, list[Candidate]] = {}
    for one in rows:
        for name in of(one):
            groups.setdefault(name, []).append(one)
    names = [n for n in order if n in groups]
    names += sorted(groups.keys() - set(names), key=lambda n: (n == NOT_ON_RECORD, n))
    rates = tuple(_rate(name, groups[name]) for name in names)
    return Breakdown(key, title, rates, _rates_chart(rates, title, key))


def _rates_chart(rates: Sequence[Rate], title: str, key: str) -> Chart | None:
    if len(rates) < 2:
        return None
    values = [Bar(f"{r.label} ({r.accepted} of {r.count})", r.percent) for r in rates]
    best = max(rates, key=lambda r: (r.percent or 0, r.count))
    least = min(rates, key=lambda r: (r.percent or 0, -r.count))
    sentence = f"Accepted: from {least.shown} ({least.label}) to {best.shown} ({best.label})."
    return bars(values, title=f"Accepted, in percent. {title}", sentence=sentence, unit=" %", most=100,
                name=f"rate-{key}")  # fmt: skip


def _shares(design: Design, rows: Sequence[Candidate], labels: dict[str, str]) -> tuple[Share, ...]:
    """Each element a school names counts once for that school, the most named first."""
    top = elements_of(design)
    counted: Counter[str] = Counter()
    for one in rows:
        counted.update({top.get(key, key) for key in one.focus})
    named = sum(counted.values())
    found = [Share(labels.get(key, key), count, named) for key, count in counted.items()]
    return tuple(sorted(found, key=lambda s: (-s.count, s.label)))


def _shares_chart(shares: Sequence[Share], many: str) -> Chart | None:
    if not shares:
        return None
    first = shares[0]
    sentence = f"Named most often: {first.label}, {first.shown} of all."
    return bars([Bar(s.label, s.percent) for s in shares], title=f"Which {many} were named", sentence=sentence,
                unit=" %", most=100, name="shares")  # fmt: skip


HEADER = ("Table", "Line", "Applications", "Accepted", "Waiting list", "Declined", "Undecided", "Percent")


def as_table(found: Statistics) -> list[list[Cell]]:
    """The same numbers for a spreadsheet, in the order of HEADER."""
    lines: list[list[Cell]] = [_cells("All", found.total)]
    for part in found.breakdowns:
        lines += [_cells(part.title, rate) for rate in part.rows]
    lines += [
        ["Share of what was named", s.label, s.count, None, None, None, None, round(s.percent, 1)]
        for s in found.shares
    ]
    return lines


def _cells(table: str, rate: Rate) -> list[Cell]:
    percent = None if rate.percent is None else round(rate.percent, 1)
    return [table, rate.label, rate.count, rate.accepted, rate.waiting, rate.declined, rate.open, percent]
