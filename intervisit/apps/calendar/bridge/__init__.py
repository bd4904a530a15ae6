"""Rows to the planning method and back. Parts: `year` (the problem, visits laid out), `plans` (weighed)."""

from intervisit.apps.calendar.bridge.plans import NetworkYear, PlanView, free_days, plan_view
from intervisit.apps.calendar.bridge.year import as_planned, lay_out, problem, problem_of, times, visits_of

__all__ = [
    "NetworkYear", "PlanView", "as_planned", "free_days", "lay_out", "plan_view", "problem", "problem_of", "times",
    "visits_of",
]  # fmt: skip
