from intervisit.apps.calendar.pages import (
    availability,
    availability_desk,
    bounds,
    days,
    days_only,
    feeds,
    happenings,
    invitations,
    mine,
    moves,
    plans,
    releases,
    sheets,
    subscriptions,
    supply,
    year,
)
from intervisit.kit.pages import urls_of

_PAGES = (
    availability, availability_desk, bounds, days, days_only, feeds, happenings, invitations, mine, moves, plans,
    releases, sheets, subscriptions, supply, year,
)  # fmt: skip
urlpatterns = [pattern for pages in _PAGES for pattern in urls_of(pages)]
