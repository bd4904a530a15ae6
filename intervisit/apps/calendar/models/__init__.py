"""Tables of this chapter.

Parts: `year` (days, plans, visits), `feeds` (secret addresses), `availability` (what schools say about their year),
`bounds` (substitutes, regular meetings, the weeks of those who facilitate),
`invitations` (who was invited by mail, and the answers), `releases` (the draft and what was released), `repairs` (what
happened to a year, and other days that schools propose).
"""

from intervisit.apps.calendar.models.availability import (
    Availability,
    AvailabilityCall,
    DaysEdit,
    DaysSubscription,
)
from intervisit.apps.calendar.models.bounds import (
    GuideAway,
    GuideWeek,
    RegularMeeting,
    SubstituteDay,
    SubstituteSupply,
)
from intervisit.apps.calendar.models.feeds import FeedAddress
from intervisit.apps.calendar.models.invitations import CalendarWish, Invitation, InvitationLetter
from intervisit.apps.calendar.models.releases import Change, Loss, Release
from intervisit.apps.calendar.models.repairs import Happening, Proposal, ProposalAnswer
from intervisit.apps.calendar.models.year import NamedDays, Visit, YearPlan

__all__ = [
    "Availability",
    "AvailabilityCall",
    "CalendarWish",
    "Change",
    "DaysEdit",
    "DaysSubscription",
    "FeedAddress",
    "GuideAway",
    "GuideWeek",
    "Happening",
    "Invitation",
    "InvitationLetter",
    "Loss",
    "NamedDays",
    "Proposal",
    "ProposalAnswer",
    "RegularMeeting",
    "Release",
    "SubstituteDay",
    "SubstituteSupply",
    "Visit",
    "YearPlan",
]
