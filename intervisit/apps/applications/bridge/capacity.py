"""Places against wishes: what the program has room for, what is decided, and what is still open."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from intervisit.apps.applications.states import ApplicationState as S
from intervisit.apps.people.models import Organization
from intervisit.core.designs import Design

NOT_ON_RECORD = "Not on record"
EITHER = "either"


@dataclass(frozen=True)
class Candidate:
    """One application in hand, as it stands for the program."""

    wanted: str  # key of a role, or "either"
    state: str
    role: str  # accepted for
    told: bool  # the school knows how it stands
    focus: tuple[str, ...] = ()
    area: str = ""
    level: str = ""


@dataclass
class Tally:
    """One role in one line of the board."""

    accepted: int = 0
    pending: int = 0  # of those accepted, how many are not told
    waiting: int = 0
    open: int = 0  # nobody has decided yet
    label: str = ""  # the role

    @property
    def asks(self) -> int:
        """Who has a place or may still get one."""
        return self.accepted + self.open


@dataclass(frozen=True)
class RolePlaces:
    """One role over the whole program."""

    key: str
    label: str
    places: int | None
    wanted: int
    tally: Tally

    @property
    def left(self) -> int | None:
        return None if self.places is None else self.places - self.tally.accepted


@dataclass(frozen=True)
class Line:
    """One focus area, level or borough."""

    key: str
    label: str
    tallies: tuple[Tally, ...]  # in the order of the design's roles
    either: int
    sentence: str
    tone: str  # "", good, warn, bad


@dataclass(frozen=True)
class Board:
    """What a director looks at while deciding."""

    by: str
    roles: tuple[RolePlaces, ...]
    lines: tuple[Line, ...]
    either: int
    open: int
    pending: Mapping[str, int] = field(default_factory=dict)  # state → how many decisions are not told


def level_of(school: Organization) -> str:
    """Elementary, middle, …: as the district says it, else from the grades."""
    if school.level:
        return school.level
    grades = [g for g in school.grades if isinstance(g, int)]
    if not grades:
        return NOT_ON_RECORD
    low, high = min(grades), max(grades)
    if high <= 2:
        return "Early childhood"
    if low <= 5:
        return "Elementary" if high <= 5 else "K–8" if high <= 8 else "K–12"
    if high <= 8:
        return "Middle"
    return "High" if low >= 9 else "6–12"


def candidate(
    wanted: str, state: str, role: str, told: bool, focus: Sequence[str], school: Organization
) -> Candidate:
    return Candidate(wanted, state, role, told, tuple(focus), school.area or NOT_ON_RECORD, level_of(school))


def board(design: Design, rows: Iterable[Candidate], by: str = "focus") -> Board:
    """Counts over applications in hand. `by`: focus, area or level; a school counts under each area it names."""
    found = list(rows)
    roles = list(design.roles.values())
    whole = {r.key: Tally() for r in roles}
    wanted = Counter(c.wanted for c in found)
    pending = Counter(c.state for c in found if not c.told and c.state != S.SUBMITTED)
    for one in found:
        _count(whole, one)
    return Board(
        by=by,
        roles=tuple(RolePlaces(r.key, r.many, r.places, wanted[r.key], whole[r.key]) for r in roles),
        lines=tuple(_line(design, key, label, found, by) for key, label in _keys(design, found, by)),
        either=sum(c.wanted == EITHER and c.state == S.SUBMITTED for c in found),
        open=sum(c.state == S.SUBMITTED for c in found),
        pending=dict(pending),
    )


def _keys(design: Design, rows: list[Candidate], by: str) -> list[tuple[str, str]]:
    """The lines there are, with their labels: focus areas in the design's order, the others by name."""
    if by == "focus":
        named = {key for c in rows for key in c.focus}
        known = [(a.key, a.label) for a in design.focus_areas if a.key in named]
        return known + [(key, key) for key in sorted(named - {a.key for a in design.focus_areas})]
    names = sorted({c.area if by == "area" else c.level for c in rows}, key=lambda n: (n == NOT_ON_RECORD, n))
    return [(name, name) for name in names]


def _belongs(one: Candidate, key: str, by: str) -> bool:
    if by == "focus":
        return key in one.focus
    return key == (one.area if by == "area" else one.level)


def _count(tallies: Mapping[str, Tally], one: Candidate) -> None:
    role = one.role if one.state == S.ACCEPTED else one.wanted
    tally = tallies.get(role)
    if tally is None:
        return  # either, and not accepted yet
    if one.state == S.ACCEPTED:
        tally.accepted += 1
        tally.pending += not one.told
    elif one.state == S.WAITLISTED:
        tally.waiting += 1
    elif one.state == S.SUBMITTED:
        tally.open += 1


def _line(design: Design, key: str, label: str, rows: list[Candidate], by: str) -> Line:
    mine = [c for c in rows if _belongs(c, key, by)]
    tallies = {role.key: Tally(label=role.many) for role in design.roles.values()}
    for one in mine:
        _count(tallies, one)
    either = sum(c.wanted == EITHER and c.state == S.SUBMITTED for c in mine)
    sentence, tone = _said(design, tallies)
    return Line(key, label, tuple(tallies.values()), either, sentence, tone)


def partners_to_a_host(design: Design) -> int | None:
    """How many schools learn with one host in the design's usual network; None where nobody hosts."""
    hosted = [s for s in design.shapes.values() if s.hosted]
    if not hosted:
        return None
    usual = max(hosted, key=lambda s: s.max_count)
    return usual.max_size - 1


def _said(design: Design, tallies: Mapping[str, Tally]) -> tuple[str, str]:
    """“3 hosts, 11 partners ask for it; room for 6.”"""
    each = partners_to_a_host(design)
    roles = design.roles
    if each is None:
        return ", ".join(_many(t.asks, roles[k].word, roles[k].many) for k, t in tallies.items()), ""
    hosts = [k for k in tallies if roles[k].hosts]
    others = [k for k in tallies if not roles[k].hosts]
    have = sum(tallies[k].accepted for k in hosts)
    could = sum(tallies[k].open for k in hosts)
    asks = sum(tallies[k].asks for k in others)
    taken = sum(tallies[k].accepted for k in others)
    host = roles[hosts[0]] if hosts else None
    other = roles[others[0]] if others else None
    if host is None or other is None:
        return "", ""
    room = have * each
    more = f" and {could} undecided" if could else ""
    verb = "asks" if asks == 1 else "ask"
    words = f"{_many(have, host.word, host.many)}{more}; {_many(asks, other.word, other.many)} {verb} for it"
    if taken > room:
        return f"{words}, {taken - room} more accepted than there is room for.", "bad"
    if asks > room:
        # A warning only where even all hosts that are undecided would not be enough.
        space = f"room for {room}" if room else "no room yet"
        return f"{words}: {space}.", "warn" if asks > (have + could) * each else ""
    return f"{words}.", "good" if have or asks else ""


def _many(count: int, one: str, many: str) -> str:
    return f"{count or 'no'} {one if count == 1 else many}"
