"""What can be done. Parts: `days` (closed and blocked days), `plans` (plan, move, adopt, publish), `feeds`."""

from intervisit.apps.calendar.actions.days import add_days, remove_days, replace_days
from intervisit.apps.calendar.actions.feeds import make_feed, renew_feed
from intervisit.apps.calendar.actions.plans import (
    adopt_plan,
    draft_plan,
    drop_with_networks,
    move_visit,
    publish_plan,
    stop_planning,
    withdraw_plan,
    withdraw_with_networks,
)

__all__ = [
    "add_days", "adopt_plan", "draft_plan", "drop_with_networks", "make_feed", "move_visit", "publish_plan",
    "remove_days", "renew_feed", "replace_days", "stop_planning", "withdraw_plan", "withdraw_with_networks",
]  # fmt: skip
