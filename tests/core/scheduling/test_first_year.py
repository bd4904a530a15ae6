"""The program's first year: a pilot triad has eleven days, five at the host, three at each partner."""

from datetime import date

from intervisit.core.scheduling import (
    Infeasible,
    LedgerLine,
    Member,
    Network,
    Problem,
    SchoolDays,
    ledger,
    solve,
    violations,
)
from tests.core.scheduling.instances import TRIAD

YEAR = SchoolDays(date(2014, 9, 4), date(2015, 6, 26))
MEMBERS = (Member("host", "host"), Member("east", "partner"), Member("west", "partner"))


def test_a_pilot_triad_has_eleven_days_five_at_the_host_and_three_at_each_partner() -> None:
    problem = Problem(YEAR, (Network("N1", "Triad", MEMBERS, TRIAD),))
    plan = solve(problem, seed=1, seconds=20)
    assert not isinstance(plan, Infeasible)
    assert len({visit.date for visit in plan.visits}) == 11
    assert ledger(problem, plan.visits) == (
        LedgerLine("N1", "east", 3, 3),
        LedgerLine("N1", "host", 5, 5),
        LedgerLine("N1", "west", 3, 3),
    )
    assert violations(problem, plan.visits) == ()
    assert plan.visits[0].school == "host"
    assert {visit.school for visit in plan.visits[:3]} == {"host", "east", "west"}
