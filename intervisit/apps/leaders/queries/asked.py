"""What posts ask of one person today, in a few words each."""

from typing import Any

from django.db.models import QuerySet

from intervisit.apps.leaders.models import LeaderTerm
from intervisit.apps.leaders.queries.applying import consents_for
from intervisit.apps.leaders.queries.committee import interviews_of
from intervisit.apps.leaders.states import Renewal, SheetState, TermState
from intervisit.core.access import Actor
from intervisit.kit import prepared
from intervisit.kit.access import asked


def leader_tasks(actor: Actor) -> list[str]:
    """An offer to answer, whether one goes on, a principal's word, forms of the committee."""
    if actor.person is None:
        return []
    found = []
    for state, renewal in prepared.rows("terms", _terms, actor.person):
        if state == TermState.OFFERED:
            found.append("A post is offered to you")
        elif renewal == Renewal.ASKED:
            found.append("Would you like to go on after your term?")
    waiting = len(asked(actor, consents_for)) if actor.groups("principal") else 0
    if waiting:
        found.append("Your word is asked" if waiting == 1 else f"Your word is asked on {waiting} people")
    if actor.groups("interviewer"):
        forms = interviews_of(actor).filter(state=SheetState.OPEN).count()
        if forms:
            found.append(
                "An interview’s form is open" if forms == 1 else f"{forms} forms of interviews are open"
            )
    return found


def _terms(person: Any) -> QuerySet[LeaderTerm, tuple[str, str]]:
    mine = LeaderTerm.objects.filter(person=person, state__in=[TermState.OFFERED, TermState.SERVING])
    return mine.values_list("state", "renewal")


__all__ = ["leader_tasks"]
