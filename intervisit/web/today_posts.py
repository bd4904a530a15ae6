"""What is asked of a person herself: a memorandum to accept, an offer, a word on somebody, an interview's form."""

from collections.abc import Iterator

from django.urls import reverse

from intervisit.apps.leaders.queries.asked import leader_tasks
from intervisit.apps.programs.queries.agreements import owed
from intervisit.core.access import Actor
from intervisit.web.today_task import Task


def post_tasks(actor: Actor) -> Iterator[Task]:
    if actor.groups("principal") or actor.groups("facilitator"):
        for agreement, party in owed(actor):
            due = f"by {agreement.due:%a} {agreement.due.day} {agreement.due:%b}" if agreement.due else ""
            note = f"{agreement.program}, {party.name}." if party.school else f"{agreement.program}."
            label = f"Accept the {agreement.memorandum.title}"
            yield Task(label, reverse("agreement", args=[agreement.pk]), note, due)
    asked = leader_tasks(actor)
    if asked:
        yield Task("Teacher leaders", reverse("my_leaders"), f"{'; '.join(asked)}.", badge="for you")
