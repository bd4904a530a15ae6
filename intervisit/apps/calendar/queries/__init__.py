"""What pages and feeds show. Parts: `visits` (what each reader may see, plans, days), `feeds`."""

from intervisit.apps.calendar.queries.feeds import address_of, calendar_text, feed_by_token
from intervisit.apps.calendar.queries.visits import (
    VisitRow,
    days_for,
    nearest_visits,
    plans_of,
    rows_of,
    timeline,
    visits_for,
)

__all__ = [
    "VisitRow", "address_of", "calendar_text", "days_for", "feed_by_token", "nearest_visits", "plans_of", "rows_of",
    "timeline", "visits_for",
]  # fmt: skip
