"""What the demo's year keeps: central meetings on Mondays, days away, a principals' meeting, substitutes."""

import datetime as dt
from collections import Counter

from intervisit.apps.calendar.actions import bounds as actions
from intervisit.apps.calendar.queries import bounds as queries
from intervisit.apps.calendar.states import MeetsOn
from intervisit.apps.networks.models import NetworkMember
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.days import Stretch

# (days after the first day of school, how many days) that somebody is away
_AWAY = (((36, 3), (152, 5)), ((64, 1),), (), ((95, 2), (188, 1)))
_FLU = (128, 129, 130)  # days after the first day with few substitutes


def before_planning(program: Program, by: Actor) -> None:
    """The office says what has to stay free, before the year is planned."""
    for number, row in enumerate(queries.guides_of_program(program)):
        away = [_days(program, after, length) for after, length in _AWAY[number % len(_AWAY)]]
        actions.save_guide(program, row.person, by=by, meets_on=MeetsOn.MONDAY, two_halves=False, away=away)
    actions.add_meeting(
        program, by=by, name="Principals’ meeting", weekday=3, every_weeks=4,
        starts=program.first_day + dt.timedelta(days=21),
    )  # fmt: skip
    team, schools = program.design.visits.team_size, queries.areas_of(program)
    areas = queries.in_order(area for area in schools if area)
    together = _most_together(program)
    per_day: dict[str, int | None] = {
        area: team * max(together.get(area, 1), schools[area] - 1) for area in areas
    }
    actions.save_supplies(program, by=by, per_day=per_day)
    few = [(area, program.first_day + dt.timedelta(days=n), team - 2) for area in areas[:2] for n in _FLU]
    actions.add_supply_days(program, few, by=by)


def _most_together(program: Program) -> dict[str, int]:
    """Of each part of the district the most schools that are in one network: so many teams go out on one day."""
    members = NetworkMember.objects.filter(network__program=program, left=None).select_related("school")
    counts = Counter((member.network_id, queries.supply_area(member.school)) for member in members)
    most: dict[str, int] = {}
    for (_, area), count in counts.items():
        most[area] = max(count, most.get(area, 0))
    return most


def _days(program: Program, after: int, length: int) -> Stretch:
    first = program.first_day + dt.timedelta(days=after)
    return Stretch(first, first + dt.timedelta(days=length - 1))
