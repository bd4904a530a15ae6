"""A year of visits, solved: every network's pattern on school days that suit everybody concerned.

`model` what a year is made of · `reading`, `writing` instances and plans as JSON · `grid` the year as numbers ·
`one_network` the exact best year of one network · `timetable` a plan in the making · `cpsat` a group of networks as
a CP-SAT model · `solve` the run · `conflicts` why there is no plan · `smallest` in as few rules as can be · `repair`
planning again with few moves · `alternatives` ways to choose from · `changes` what can happen to a year · `effect` of
a move, before it is made · `joining` what a school that comes later is owed · `compare` releases · `check` rules
broken, in words · `score` points, wishes missed, ledger · `supply` who draws on substitutes · `rules`, `words`.

Rules never bend; wishes have weights (`Weights`). Same problem, same seed, same plan.
"""

from intervisit.core.scheduling.alternatives import Alternative, Choices, alternatives
from intervisit.core.scheduling.changes import away, blocked_for, closed_for_all, led_by
from intervisit.core.scheduling.check import free_dates, violations
from intervisit.core.scheduling.compare import Difference, Entry, compare
from intervisit.core.scheduling.effect import Effect, effect_of
from intervisit.core.scheduling.joining import still_owed
from intervisit.core.scheduling.model import (
    BadInstance,
    Closed,
    Facilitator,
    Infeasible,
    Limits,
    Meeting,
    Member,
    Network,
    Pattern,
    Plan,
    PlannedVisit,
    Problem,
    SchoolDays,
    SchoolWishes,
    Trouble,
    VisitRule,
    Weights,
    Window,
)
from intervisit.core.scheduling.reading import read_instance
from intervisit.core.scheduling.repair import lost_visits, resolve
from intervisit.core.scheduling.score import Account, LedgerLine, accounts, ledger, value
from intervisit.core.scheduling.solve import Progress, solve
from intervisit.core.scheduling.supply import Draw, draws
from intervisit.core.scheduling.writing import write_instance, write_plan

__all__ = [
    "Account",
    "Alternative",
    "BadInstance",
    "Choices",
    "Closed",
    "Difference",
    "Draw",
    "Effect",
    "Entry",
    "Facilitator",
    "Infeasible",
    "LedgerLine",
    "Limits",
    "Meeting",
    "Member",
    "Network",
    "Pattern",
    "Plan",
    "PlannedVisit",
    "Problem",
    "Progress",
    "SchoolDays",
    "SchoolWishes",
    "Trouble",
    "VisitRule",
    "Weights",
    "Window",
    "accounts",
    "alternatives",
    "away",
    "blocked_for",
    "closed_for_all",
    "compare",
    "draws",
    "effect_of",
    "free_dates",
    "led_by",
    "ledger",
    "lost_visits",
    "read_instance",
    "resolve",
    "solve",
    "still_owed",
    "value",
    "violations",
    "write_instance",
    "write_plan",
]
