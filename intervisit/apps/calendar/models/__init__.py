"""Tables of this chapter.

Parts: `year` (days, plans, visits), `feeds` (secret addresses), `availability` (what schools say about their year),
`invitations` (who was invited by mail, and the answers).
"""

from intervisit.apps.calendar.models.availability import (
    Availability,
    AvailabilityCall,
    DaysEdit,
    DaysSubscription,
)
from intervisit.apps.calendar.models.feeds import FeedAddress
from intervisit.apps.calendar.models.invitations import CalendarWish, Invitation, InvitationLetter
from intervisit.apps.calendar.models.year import NamedDays, Visit, YearPlan

__all__ = [
    "Availability", "AvailabilityCall", "CalendarWish", "DaysEdit", "DaysSubscription", "FeedAddress", "Invitation",
    "InvitationLetter", "NamedDays", "Visit", "YearPlan",
]  # fmt: skip
