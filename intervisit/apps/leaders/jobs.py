"""What the days bring to posts: once a day, terms that are over end, and those that end soon are asked about."""

from typing import Any

from intervisit.apps.leaders.actions.choosing import ask_and_end
from intervisit.kit.jobs import Running, job
from intervisit.kit.rounds import every


@job("turn_terms", "leader_term.end")
def turn_terms(running: Running) -> dict[str, Any]:
    asked, ended = ask_and_end(by=running.by)
    return {"asked": asked, "ended": ended}


every("turn_terms", "Terms of posts that end are asked about", hours=24)
