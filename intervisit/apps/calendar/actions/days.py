"""Days on which schools are shut or busy."""

import datetime as dt
from collections.abc import Iterable

from intervisit.apps.calendar.models import NamedDays
from intervisit.apps.calendar.states import DayKind
from intervisit.apps.people.models import District, Organization
from intervisit.apps.people.states import OrganizationKind
from intervisit.core.access import Actor
from intervisit.core.days import NamedDays as ReadDays
from intervisit.kit.access import require
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused

LONGEST = 120  # days in one entry


def _require(by: Actor, organization: Organization) -> None:
    if organization.kind == OrganizationKind.DISTRICT:
        require(by, "district.days", District.objects.get(pk=organization.pk))
    else:
        require(by, "school.days", organization)


@action("days.add")
def add_days(
    organization: Organization, *, by: Actor, starts: dt.date, ends: dt.date, name: str,
    kind: DayKind = DayKind.BLOCKED, applies_to: str = "",
) -> NamedDays:  # fmt: skip
    """Add days to a district's calendar or block them for one school."""
    _require(by, organization)
    if ends < starts:
        raise Refused("ends-before-start", "The last day lies before the first. Exchange them.", "ends")
    if (ends - starts).days >= LONGEST:
        raise Refused("too-long", f"One entry covers at most {LONGEST} days. Split it.", "ends")
    made = NamedDays.objects.create(
        organization=organization, starts=starts, ends=ends, name=name, kind=kind, applies_to=applies_to,
        source="entered by hand",
    )  # fmt: skip
    record(by, "days.add", made, group=organization.group, label=name)
    return made


@action("days.remove")
def remove_days(days: NamedDays, *, by: Actor) -> None:
    require(by, "day.remove", days)
    record(by, "days.remove", days, group=days.organization.group, label=days.name)
    days.delete()


@action("days.import")
def replace_days(district: Organization, found: Iterable[ReadDays], *, by: Actor, source: str) -> int:
    """Put the days of one file in the place of those that came from a file of that name before, all or none."""
    _require(by, district)
    rows = [
        NamedDays(
            organization=district, starts=d.start, ends=d.end, name=d.name, kind=DayKind(d.kind),
            applies_to=d.applies_to[:60], source=source[:200],
        )
        for d in found
    ]  # fmt: skip
    if not rows:
        raise Refused("nothing-to-import", "There is no usable day in this file.")
    NamedDays.objects.filter(organization=district, source=source[:200]).delete()
    NamedDays.objects.bulk_create(rows)
    record(by, "days.import", district, group=district.group, changes={"days": (0, len(rows))})
    return len(rows)
