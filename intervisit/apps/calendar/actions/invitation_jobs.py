"""Invitations sent and answers read, by the worker."""

import logging
from collections import Counter
from collections.abc import Iterable
from hmac import compare_digest
from typing import Any

from django.conf import settings

from intervisit.apps.calendar.actions.invitations import (
    bring_up_to_date,
    invite_soon,
    keep_answer,
    networks_with_invitations,
    reply_address,
    uid_of,
)
from intervisit.apps.calendar.models import Invitation
from intervisit.apps.calendar.states import Answer, PlanState
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor, system_actor
from intervisit.core.invitations import Reply
from intervisit.core.text import Trouble
from intervisit.kit.jobs import Running, job
from intervisit.kit.outbox_bounces import unread_mails
from intervisit.kit.parsing import read_replies_in_child
from intervisit.kit.rounds import every

log = logging.getLogger("intervisit.answers")


@job("send_invitations", "plan.view")
def send_invitations(running: Running) -> dict[str, Any]:
    """Bring every calendar of a program up to date, network by network. Run twice it writes nothing twice."""
    program = Program.objects.get(pk=running.job.arguments["program"])
    networks = list(networks_with_invitations(program))
    letters = 0
    for number, network in enumerate(networks):
        running.tell(number / len(networks), network.name)
        letters += bring_up_to_date(network, by=running.by)
    return {"letters": letters}


@job("follow_calendars", "plan.view")
def follow_calendars(running: Running) -> dict[str, Any]:
    """Who joined or left a team since the calendar was published is invited, or called off, too."""
    programs = Program.objects.filter(plans__state=PlanState.PUBLISHED).distinct().select_related("group")
    for program in programs:
        invite_soon(program)
    return {"programs": len(programs)}


@job("read_answers", "plan.view")
def read_answers(running: Running) -> dict[str, Any]:
    """Look into the inbox for answers, where one is configured."""
    if not settings.ANSWERS:
        return {"told": "no inbox is configured"}
    return dict(take_answers(unread_mails(settings.ANSWERS), by=running.by))


def take_answers(mails: Iterable[bytes], *, by: Actor) -> Counter[str]:
    """Keep the answers in these mails. What is forged, unknown, late or no answer is counted and changes nothing."""
    told: Counter[str] = Counter()
    for mail in mails:  # one at a time: the inbox marks a mail as read when the next one is asked for
        found = read_replies_in_child([mail])[0]
        code = found.code if isinstance(found, Trouble) else _keep(found, by)
        told[code] += 1
        if code != "kept":
            log.info(
                "a mail to the inbox for answers changes nothing: %s", code
            )  # its words stay out of the log
    return told


def _keep(reply: Reply, by: Actor) -> str:
    """Match an answer by entry, sender and the secret of the address it came to; say what became of it."""
    own = uid_of("")
    if not reply.uid.endswith(own):
        return "unknown"
    invitation = (
        Invitation.objects.filter(uid=reply.uid.removesuffix(own), person__email=reply.attendee)
        .select_related("person", "network__group")
        .first()
    )
    if invitation is None:
        return "unknown"
    secret = reply_address(invitation).lower().encode()
    if not secret or not any(compare_digest(address.encode(), secret) for address in reply.to):
        return "forged"
    if not invitation.person.is_active or invitation.called_off or reply.sequence != invitation.sequence:
        return "late"  # an answer to a day that is no longer the day
    if invitation.answered is not None and reply.stamp <= invitation.answered:
        return "repeated"
    keep_answer(invitation, Answer(reply.answer), reply.stamp, by=by)
    return "kept"


every("read_answers", "Answers to invitations are read", hours=0.2)
every("follow_calendars", "Calendars follow who is on a team", hours=12)

BY_MAIL = system_actor("Answers that came by mail")
