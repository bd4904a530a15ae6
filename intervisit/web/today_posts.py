"""What is asked of a person herself: a memorandum to accept, an offer, a word on somebody, an interview's form."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from intervisit.apps.leaders.queries.asked import leader_tasks
from intervisit.apps.programs.queries.agreements import owed
from intervisit.core.access import Actor


@dataclass(frozen=True)
class PostTask:
    """One thing to do, and where."""

    label: str
    url: str
    note: str = ""
    when: str = ""
    badge: str = ""
    tone: str = "info"


def post_tasks(actor: Actor) -> Iterator[PostTask]:
    if actor.groups("principal") or actor.groups("facilitator"):
        for agreement, party in owed(actor):
            due = f"by {agreement.due:%a} {agreement.due.day} {agreement.due:%b}" if agreement.due else ""
            note = f"{agreement.program}, {party.name}." if party.school else f"{agreement.program}."
            label = f"Accept the {agreement.memorandum.title}"
            yield PostTask(label, reverse("agreement", args=[agreement.pk]), note, due)
    asked = leader_tasks(actor)
    if asked:
        yield PostTask("Teacher leaders", reverse("my_leaders"), f"{'; '.join(asked)}.", badge="for you")
