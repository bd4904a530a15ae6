"""What pages and feeds show. Parts: `plans` (a year for the director), `visits` (what each reader may see), `feeds`."""

from intervisit.apps.calendar.queries.feeds import address_of, calendar_text, feed_by_token
from intervisit.apps.calendar.queries.plans import PlanView, free_days, plan_view, plans_of
from intervisit.apps.calendar.queries.visits import VisitRow, days_for, rows_of, timeline, visits_for

__all__ = [
    "PlanView", "VisitRow", "address_of", "calendar_text", "days_for", "feed_by_token", "free_days", "plan_view",
    "plans_of", "rows_of", "timeline", "visits_for",
]  # fmt: skip
