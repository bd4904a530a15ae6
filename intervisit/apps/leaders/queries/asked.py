"""What posts ask of one person today, in a few words each."""

from intervisit.apps.leaders.models import LeaderTerm
from intervisit.apps.leaders.queries.applying import consents_for
from intervisit.apps.leaders.queries.committee import interviews_of
from intervisit.apps.leaders.states import Renewal, SheetState, TermState
from intervisit.core.access import Actor


def leader_tasks(actor: Actor) -> list[str]:
    """An offer to answer, whether one goes on, a principal's word, forms of the committee."""
    if actor.person is None:
        return []
    found = []
    mine = LeaderTerm.objects.filter(
        person__pk=actor.person, state__in=[TermState.OFFERED, TermState.SERVING]
    )
    for state, renewal in mine.values_list("state", "renewal"):
        if state == TermState.OFFERED:
            found.append("A post is offered to you")
        elif renewal == Renewal.ASKED:
            found.append("Would you like to go on after your term?")
    waiting = consents_for(actor).count() if actor.groups("principal") else 0
    if waiting:
        found.append("Your word is asked" if waiting == 1 else f"Your word is asked on {waiting} people")
    if actor.groups("interviewer"):
        forms = interviews_of(actor).filter(state=SheetState.OPEN).count()
        if forms:
            found.append(
                "An interview’s form is open" if forms == 1 else f"{forms} forms of interviews are open"
            )
    return found


__all__ = ["leader_tasks"]
