"""Tables of this chapter. Parts: `year` (days, plans, visits, addresses); each further builder's tables beside it."""

from intervisit.apps.calendar.models.year import FeedAddress, NamedDays, Visit, YearPlan

__all__ = ["FeedAddress", "NamedDays", "Visit", "YearPlan"]
