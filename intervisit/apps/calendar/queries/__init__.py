"""What pages and feeds show. Parts: `visits` (what each reader may see, plans, days), `years` (calendars),
`proposals`, `feeds`."""

from intervisit.apps.calendar.queries.feeds import address_of, calendar_text, feed_by_token
from intervisit.apps.calendar.queries.proposals import (
    ProposalRow,
    answering,
    news_rows,
    open_proposals,
    releases_of,
    waiting_for,
)
from intervisit.apps.calendar.queries.visits import (
    VisitRow,
    days_for,
    nearest_visits,
    plans_of,
    rows_of,
    timeline,
    visits_for,
)
from intervisit.apps.calendar.queries.years import Notes, Span, View, notes_of, span_of, view_of

__all__ = [
    "Notes",
    "ProposalRow",
    "Span",
    "View",
    "VisitRow",
    "address_of",
    "answering",
    "calendar_text",
    "days_for",
    "feed_by_token",
    "nearest_visits",
    "news_rows",
    "notes_of",
    "open_proposals",
    "plans_of",
    "releases_of",
    "rows_of",
    "span_of",
    "timeline",
    "view_of",
    "visits_for",
    "waiting_for",
]
