"""What is owed to a school that comes into a network after its year was planned."""

from datetime import date

from intervisit.core.scheduling.grid import school_days
from intervisit.core.scheduling.model import Pattern, Problem, Role


def still_owed(problem: Problem, pattern: Pattern, role: Role, day: date, had: int = 0) -> int:
    """Visits that the rest of the year owes a school of this role that comes on `day`.

    The pattern's number for its role, in proportion to the school days that are left after that day, rounded up; but
    never more than what the pattern has over the `had` visits that took place at it this year. So nobody is owed a
    visit twice, and whoever comes while there is school is owed one at least.
    """
    times = next((rule.times for rule in pattern.rules if rule.kind == role), 0)
    days = school_days(problem)
    ahead = sum(each > day for each in days)
    share = -(-times * ahead // len(days)) if days else 0
    return max(0, min(share, times - had))
