"""Two people release what was decided: one proposes, another lets it go; only now do schools learn of it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from intervisit.apps.applications.actions.letters import DECISION_MAIL
from intervisit.apps.applications.bridge.letters import (
    Wording,
    appeal_end,
    filled,
    merge_words,
    wording_for,
    wordings,
)
from intervisit.apps.applications.models import Application, Letter, PendingDecision, WaitingPlace
from intervisit.apps.applications.queries.decisions import pending_of
from intervisit.apps.applications.states import IN_HAND, ApplicationState
from intervisit.apps.people.models import Person, RoleHeld, in_force
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.kit.access import person_of, require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.outbox import send_later
from intervisit.kit.refusal import Refused


@action("application.ask_release")
def ask_release(program: Program, *, by: Actor) -> int:
    """The first person's yes to all decisions that wait. Returns how many. Raises Refused: nothing-to-release."""
    require(by, "program.work", program)
    waiting = PendingDecision.objects.filter(pk__in=pending_of(program).values("pk"))
    count = waiting.update(asked=now(), asked_by=person_of(by))
    if not count:
        raise Refused("nothing-to-release", "There is no decision that waits for its release.", status=409)
    record(by, "application.ask_release", program, changes={"decisions": (0, count)}, group=program.group_id)
    return count


@action("application.take_back_release")
def take_back_release(program: Program, *, by: Actor) -> int:
    """Nobody is to release these yet: every proposal is taken back, whoever made it."""
    require(by, "program.work", program)
    waiting = PendingDecision.objects.filter(pk__in=pending_of(program).values("pk"), asked__isnull=False)
    count = waiting.update(asked=None, asked_by=None)
    if not count:
        raise Refused("nothing-to-take-back", "Nobody proposes to release anything now.", status=409)
    record(by, "application.take_back_release", program, changes={"decisions": (count, 0)},
           group=program.group_id)  # fmt: skip
    return count


@action("application.release")
def release_decisions(program: Program, *, by: Actor) -> int:
    """The second person's yes: schools read the decisions and principals get their letters. Returns how many.

    Only decisions that somebody else has proposed are released. The operator's commands count as both people.
    Raises Refused: nothing-to-release, second-person.
    """
    require(by, "program.work", program)
    rows = pending_of(program)
    if not by.system:
        rows = _proposed_by_others(rows, by)
    ready = rows.select_for_update(of=("self",)).select_related("application__school")
    found = list(ready)
    if not found:
        raise Refused("nothing-to-release", "There is no decision that waits for its release.", status=409)
    moment, words = now(), wordings(program)
    principals = _principals(p.application.school.group_id for p in found)
    for pending in found:
        pending.application.program = program
        _release_one(pending, words, principals[pending.application.school.group_id], moment, by=by)
    record(by, "application.release", program, changes={"decisions": (0, len(found))}, group=program.group_id)
    return len(found)


def _proposed_by_others(rows: Any, by: Actor) -> Any:
    asked = rows.filter(asked__isnull=False)
    if not asked.exists():
        raise Refused("nothing-to-release", "Nobody has proposed to release these decisions yet.", status=409)
    others = asked.exclude(asked_by=person_of(by))
    if not others.exists():
        message = "You have proposed this yourself. A second person of the program releases it."
        raise Refused("second-person", message, status=409)
    return others


def _principals(groups: Iterable[Any]) -> dict[Any, list[Person]]:
    """Who leads each school today, by its group."""
    held = RoleHeld.objects.filter(
        in_force(), role="principal", group__in=set(groups), person__is_active=True
    )
    found: dict[Any, list[Person]] = defaultdict(list)
    for one in held.select_related("person").order_by("person__name"):
        found[one.group_id].append(one.person)
    return found


def _release_one(
    pending: PendingDecision,
    words: Mapping[str, Wording],
    principals: list[Person],
    moment: dt.datetime,
    *,
    by: Actor,
) -> None:
    application = pending.application
    told = Application.objects.filter(pk=application.pk, state__in=sorted(IN_HAND)).update(
        state=pending.state, role=pending.role, decision=pending.decision, reason=pending.reason,
        decided=pending.decided, decided_by=pending.decided_by_id, released=moment,
    )  # fmt: skip
    if not told:
        return  # withdrawn between our reading and our writing
    _write_letter(pending, wording_for(words, pending), principals, moment, by=by)
    if pending.state != ApplicationState.WAITLISTED:
        WaitingPlace.objects.filter(pk=application.pk).delete()
    pending.delete()


def _write_letter(
    pending: PendingDecision, wording: Wording, principals: list[Person], moment: dt.datetime, *, by: Actor
) -> None:
    """Keep the letter as it was told, and put one mail for each principal into the outbox."""
    application, until = pending.application, appeal_end(wording.decision, moment)

    def words(names: Iterable[str]) -> dict[str, str]:
        return merge_words(
            application,
            wording.decision,
            role=pending.role,
            reason=pending.reason,
            principals=names,
            until=until,
        )

    everybody = words(p.name for p in principals)
    letter = Letter.objects.create(
        application=application, state=pending.state, decision=pending.decision, told=moment,
        subject=filled(wording.subject, everybody)[:300], text=filled(wording.text, everybody),
        asked_by_id=pending.asked_by_id, released_by_id=by.person, appeal_until=until,
    )  # fmt: skip
    for person in principals:
        hers = words([person.name])
        mail = send_later(
            DECISION_MAIL,
            person,
            subject=filled(wording.subject, hers)[:200],
            body=filled(wording.text, hers),
            link=f"/applications/{application.pk}/",
            about=application,
            key=f"decision:{letter.pk}:{person.pk}",
        )
        if mail is not None:
            letter.mails.add(mail)


__all__ = ["ask_release", "release_decisions", "take_back_release"]
