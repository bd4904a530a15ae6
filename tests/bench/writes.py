"""What the trials write, and how they find out whether it was kept: blocked days of schools, one name each."""

import uuid
from dataclasses import dataclass, field

from tests.bench.served import Site


@dataclass(frozen=True)
class Principal:
    person: str
    school: str


def principals(site: Site, count: int) -> list[Principal]:
    """Principals of the demo with their schools."""
    rows = site.rows()
    found = rows.all(
        "SELECT r.person_id, o.id FROM people_roleheld r JOIN people_organization o ON o.group_id = r.group_id"
        " WHERE r.role = 'principal' AND r.ends IS NULL ORDER BY o.code LIMIT ?", count,
    )  # fmt: skip
    rows.close()
    return [Principal(str(uuid.UUID(str(p))), str(uuid.UUID(str(o)))) for p, o in found]


@dataclass
class Write:
    """One submit: a blocked day with a name of its own. `sent` counts the tries, `acked` says that 303 came."""

    name: str
    path: str
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    acked: bool = False
    sent: int = 0

    @property
    def shown_at(self) -> str:
        """Where the answer leads: the page on which a school's days are seen."""
        return self.path.replace("/days/", "/availability/")

    @property
    def form(self) -> dict[str, str]:
        day = 1 + sum(map(ord, self.name)) % 28
        return {"starts": f"2027-02-{day:02d}", "ends": "", "name": self.name, "submit_key": self.key}


def write_of(name: str, of: Principal) -> Write:
    return Write(name, f"/schools/{of.school}/days/")


@dataclass(frozen=True)
class Kept:
    """What the database holds of a list of writes."""

    lost: list[str]  # acknowledged, and not there
    twice: list[str]
    torn: list[str]  # the day without its history or its answer, or one of these without the day

    @property
    def bad(self) -> int:
        return len(self.lost) + len(self.twice) + len(self.torn)


def check_kept(site: Site, writes: list[Write], prefix: str) -> Kept:
    """Every acknowledged write once, with its line of history and its answer; the others whole or not at all."""
    rows = site.rows()
    like = prefix + "%"
    days = [n for (n,) in rows.all("SELECT name FROM calendar_nameddays WHERE name LIKE ?", like)]
    lines = [n for (n,) in rows.all(
        "SELECT label FROM kit_historyline WHERE verb = 'days.add' AND label LIKE ?", like)]  # fmt: skip
    keys = {str(uuid.UUID(str(k))) for (k,) in rows.all("SELECT key FROM kit_submittedform")}
    rows.close()
    once = set(days)
    lost = [w.name for w in writes if w.acked and w.name not in once]
    twice = sorted({n for n in once if days.count(n) > 1}) if len(days) != len(once) else []
    answered = {w.name for w in writes if w.key in keys}
    torn = sorted((once ^ set(lines)) | (once ^ answered))
    if len(lines) != len(set(lines)):
        torn.append("a line of history twice")
    return Kept(lost, twice, torn)
