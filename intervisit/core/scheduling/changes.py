"""What can happen to a year: the same problem with a day, a school or a facilitator gone."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from intervisit.core.scheduling.model import Closed, Facilitator, Network, Problem, SchoolWishes


def closed_for_all(problem: Problem, days: Iterable[date], name: str) -> Problem:
    """Nobody has school on these days; days that were closed before stay as they were."""
    known = {each.date for each in problem.days.closed}
    more = tuple(Closed(day, name) for day in sorted(set(days)) if day not in known)
    return replace(problem, days=replace(problem.days, closed=(*problem.days.closed, *more)))


def blocked_for(problem: Problem, school: str, days: Iterable[date]) -> Problem:
    """One school cannot on these days."""
    gone = frozenset(days)
    if all(each.school != school for each in problem.schools):
        return replace(problem, schools=(*problem.schools, SchoolWishes(school, gone)))
    return replace(
        problem,
        schools=tuple(
            replace(each, blocked=each.blocked | gone) if each.school == school else each
            for each in problem.schools
        ),
    )


def away(problem: Problem, facilitator: str, days: Iterable[date]) -> Problem:
    """A facilitator is away on these days."""
    gone = frozenset(days)
    return replace(
        problem,
        facilitators=tuple(
            replace(each, blocked=each.blocked | gone) if each.id == facilitator else each
            for each in problem.facilitators
        ),
    )


def led_by(problem: Problem, networks: Iterable[str], facilitator: Facilitator | None) -> Problem:
    """Somebody else (None: nobody) is present at the visits of these networks from now on.

    Whoever leads no network any more keeps nothing else from being planned and is left in.
    """
    these = frozenset(networks)

    def led(network: Network) -> Network:
        if network.id not in these:
            return network
        return replace(network, facilitator=None if facilitator is None else facilitator.id)

    known = {each.id for each in problem.facilitators}
    more = () if facilitator is None or facilitator.id in known else (facilitator,)
    return replace(
        problem,
        networks=tuple(led(network) for network in problem.networks),
        facilitators=(*problem.facilitators, *more),
    )
