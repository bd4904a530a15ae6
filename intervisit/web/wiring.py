"""Who reacts to what: the one table of arrows that run from a low chapter of the year to a higher one."""

from intervisit.apps.applications.events import PlaceGivenUp
from intervisit.apps.budget.actions.cover import follow_calendar
from intervisit.apps.calendar.actions import drop_with_networks, withdraw_with_networks
from intervisit.apps.calendar.actions.following import follow_members
from intervisit.apps.calendar.events import CalendarChanged
from intervisit.apps.networks.actions.given_up import follow_given_up
from intervisit.apps.networks.events import MembersChanged, NetworksDropped, NetworksWithdrawn
from intervisit.apps.people.events import RoleGranted
from intervisit.apps.reviews.actions.conflicts import follow_role
from intervisit.kit.events import Reaction

REACTIONS: dict[type, tuple[Reaction, ...]] = {
    CalendarChanged: (follow_calendar,),
    MembersChanged: (follow_members,),
    NetworksDropped: (drop_with_networks,),
    NetworksWithdrawn: (withdraw_with_networks,),
    PlaceGivenUp: (follow_given_up,),
    RoleGranted: (follow_role,),
}
