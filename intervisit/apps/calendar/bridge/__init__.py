"""Rows to the planning method and back.

Parts: `bounds` (what runs out and keeps days free), `year` (the problem, visits laid out), `draft` (a published year as
it is and will be), `newcomers` (networks as they are today), `ledgers`, `plans`.
"""

from intervisit.apps.calendar.bridge.draft import (
    Standing,
    effect,
    free_days,
    standing,
    ways_of,
    with_facilitators,
)
from intervisit.apps.calendar.bridge.ledgers import Ledger, ledger_of
from intervisit.apps.calendar.bridge.newcomers import newcomers, no_day, owed_to, part_for, problem_now
from intervisit.apps.calendar.bridge.plans import NetworkYear, PlanView, draws_of, plan_view
from intervisit.apps.calendar.bridge.year import (
    as_planned,
    guides_of,
    lay_out,
    problem,
    problem_of,
    times,
    turn_of,
    visits_of,
)

__all__ = [
    "Ledger",
    "NetworkYear",
    "PlanView",
    "Standing",
    "as_planned",
    "draws_of",
    "effect",
    "free_days",
    "guides_of",
    "lay_out",
    "ledger_of",
    "newcomers",
    "no_day",
    "owed_to",
    "part_for",
    "plan_view",
    "problem",
    "problem_now",
    "problem_of",
    "standing",
    "times",
    "turn_of",
    "visits_of",
    "ways_of",
    "with_facilitators",
]
