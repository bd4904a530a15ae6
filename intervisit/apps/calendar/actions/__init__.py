"""What can be done.

Parts: `days` (closed and blocked days), `plans` (plan, adopt, publish), `moves`, `releases` (and the draft),
`happenings` (what befalls a year), `joining` (schools that come), `proposals` (other days among schools),
`telling` (mails), `feeds`.
"""

from intervisit.apps.calendar.actions.days import add_days, remove_days, replace_days
from intervisit.apps.calendar.actions.feeds import make_feed, renew_feed
from intervisit.apps.calendar.actions.happenings import (
    choose_way,
    close_days,
    close_school,
    drop_happening,
    facilitator_away,
    hit_by_closing,
    postpone_visit,
    weigh_again,
)
from intervisit.apps.calendar.actions.joining import find_days
from intervisit.apps.calendar.actions.moves import move_visit
from intervisit.apps.calendar.actions.plans import (
    adopt_plan,
    draft_plan,
    drop_with_networks,
    publish_plan,
    stop_planning,
    withdraw_plan,
    withdraw_with_networks,
)
from intervisit.apps.calendar.actions.proposals import (
    answer_proposal,
    ask_schools,
    expire_proposals,
    members,
    propose_day,
    withdraw_proposal,
)
from intervisit.apps.calendar.actions.releases import difference, drop_changes, put_change

__all__ = [
    "add_days",
    "adopt_plan",
    "answer_proposal",
    "ask_schools",
    "choose_way",
    "close_days",
    "close_school",
    "difference",
    "draft_plan",
    "drop_changes",
    "drop_happening",
    "drop_with_networks",
    "expire_proposals",
    "facilitator_away",
    "find_days",
    "hit_by_closing",
    "make_feed",
    "members",
    "move_visit",
    "postpone_visit",
    "propose_day",
    "publish_plan",
    "put_change",
    "remove_days",
    "renew_feed",
    "replace_days",
    "stop_planning",
    "weigh_again",
    "withdraw_plan",
    "withdraw_proposal",
    "withdraw_with_networks",
]
