"""A school shares its application: with the facilitator of its network, or with evaluators who read no name."""

from intervisit.apps.applications.models import Application, Share
from intervisit.apps.applications.queries.sharing import placed
from intervisit.apps.applications.states import SharedWith
from intervisit.apps.programs.queries import said
from intervisit.core.access import Actor
from intervisit.core.reviewing import phrases_of
from intervisit.core.text import clean
from intervisit.kit.access import person_of, require
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused

LONGEST = 4000  # characters of what else is to be covered


@action("application.share")
def share(application: Application, *, by: Actor, whom: SharedWith, cover: str = "") -> Share:
    """Let somebody read what was submitted. `cover`: phrases, one a line, that evaluators do not get to see.

    Raises Refused: no-network-yet; BadValue for a text that is none.
    """
    require(by, "application.share", application)
    if whom == SharedWith.FACILITATOR and not placed(application):
        message = said("There is no {facilitator} yet. You can share it once your {network} is known.",
                       application.program.design)  # fmt: skip
        raise Refused("no-network-yet", message, status=409)
    phrases = phrases_of(clean(cover, field="cover", max_length=LONGEST, kind="long", label="Cover also"))
    made, new = Share.objects.update_or_create(
        application=application, whom=whom, defaults={"phrases": list(phrases), "by": person_of(by)}
    )
    record(by, "application.share", application, group=application.school.group_id,
           changes={"shared with": (None if new else whom.value, whom.value)})  # fmt: skip
    return made


@action("application.unshare")
def take_back_share(application: Application, *, by: Actor, whom: SharedWith) -> None:
    """From the next request on nobody reads it any more. Raises Refused: not-shared."""
    require(by, "application.share", application)
    gone, _ = Share.objects.filter(application=application, whom=whom).delete()
    if not gone:
        raise Refused("not-shared", "It is not shared any more.", status=409)
    record(by, "application.unshare", application, group=application.school.group_id,
           changes={"shared with": (whom.value, None)})  # fmt: skip
