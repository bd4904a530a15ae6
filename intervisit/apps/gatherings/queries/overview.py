"""Who came over the year, school by school: counts, and where each stands with the memorandum."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from intervisit.apps.gatherings.models import Attendance
from intervisit.apps.gatherings.states import Presence
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries.agreements import in_force_agreement, standings


@dataclass(frozen=True)
class SchoolCount:
    """One school over the year. Persons are counted once for each day they were expected."""

    school: Organization
    days: int
    here: int
    excused: int
    missing: int
    stood_in: int
    agreed: Any  # a Standing of the memorandum, or None

    @property
    def share(self) -> int | None:
        """Per cent of those expected who came, the excused left out; None before anybody was expected."""
        expected = self.here + self.missing
        return round(100 * self.here / expected) if expected else None


def counts_of(program: Program) -> list[SchoolCount]:
    """Every school of which something was noted, those that slip first. Constant queries."""
    rows = Attendance.objects.filter(network__program=program, school__isnull=False)
    found: dict[Any, Counter[str]] = {}
    days: dict[Any, set[str]] = {}
    for school, uid, state, instead in rows.values_list("school", "uid", "state", "stands_in_for"):
        found.setdefault(school, Counter())[state] += 1
        found[school]["stood in"] += instead is not None
        days.setdefault(school, set()).add(uid)
    agreement = in_force_agreement(program)
    agreed = {s.party.key: s for s in standings(program, agreement)} if agreement else {}
    schools = Organization.objects.filter(pk__in=list(found)).order_by("name")
    counts = [
        SchoolCount(
            s, len(days[s.pk]), found[s.pk][Presence.PRESENT], found[s.pk][Presence.EXCUSED],
            found[s.pk][Presence.ABSENT], found[s.pk]["stood in"], agreed.get(str(s.pk)),
        )
        for s in schools
    ]  # fmt: skip
    return sorted(counts, key=lambda c: 101 if c.share is None else c.share)
