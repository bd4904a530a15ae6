"""Letters on their way: what left, what waits, what came back."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from intervisit.apps.applications.models import Letter
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.kit.access import visible
from intervisit.kit.models import MailState, OutgoingMail

UNDELIVERED = (MailState.BOUNCED, MailState.FAILED)
GROUPS: dict[str, tuple[str, ...]] = {
    "sent": (MailState.SENT,),
    "waiting": (MailState.WAITING, MailState.SENDING),
    "bounced": UNDELIVERED,
    "withheld": (MailState.WITHHELD,),
}
LABELS: dict[str, str] = {
    MailState.SENT: "Sent",
    MailState.WAITING: "Waiting",
    MailState.SENDING: "Being sent",
    MailState.BOUNCED: "Came back",
    MailState.FAILED: "Could not be sent",
    MailState.WITHHELD: "Held back",
}
TONES: dict[str, str] = {
    MailState.SENT: "good",
    MailState.WAITING: "info",
    MailState.SENDING: "info",
    MailState.BOUNCED: "bad",
    MailState.FAILED: "bad",
    MailState.WITHHELD: "warn",
}


def mails_of(actor: Actor, program: Program, group: str = "") -> QuerySet[OutgoingMail]:
    """Mails that carry letters of a program, newest first; `group`: one of GROUPS."""
    letters = visible(actor, "letter.view", Letter.objects.filter(application__program=program))
    found = OutgoingMail.objects.filter(pk__in=letters.values("mails"))
    if group in GROUPS:
        found = found.filter(state__in=GROUPS[group])
    letters_with_school = Letter.objects.select_related("application__school")
    return (
        found.select_related("to")
        .prefetch_related(Prefetch("letters", letters_with_school))
        .order_by("-created", "pk")
    )


def mail_counts(actor: Actor, program: Program) -> dict[str, int]:
    """How many mails are in each group, in one query."""
    letters = visible(actor, "letter.view", Letter.objects.filter(application__program=program))
    rows = OutgoingMail.objects.filter(pk__in=letters.values("mails"))
    counts = {key: Count("pk", filter=Q(state__in=states)) for key, states in GROUPS.items()}
    return rows.aggregate(**counts)


def undelivered(programs: Iterable[Program]) -> Counter[Any]:
    """Letters that nobody has got, by program: the last mail to a person came back or could not be sent."""
    rows = Letter.objects.filter(application__program__in=list(programs), mails__isnull=False)
    fields = ("application__program_id", "pk", "mails__to_id", "mails__state")
    last = {}
    for program, letter, to, state in rows.order_by("mails__created", "mails__pk").values_list(*fields):
        last[program, letter, to] = state
    return Counter(program for (program, _, _), state in last.items() if state in UNDELIVERED)


def undelivered_count(program: Program) -> int:
    return undelivered([program])[program.pk]
