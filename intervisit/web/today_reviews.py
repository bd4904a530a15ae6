"""What reviewing leaves to do today: for those who read, and for those who go on a school visit."""

from collections import Counter
from collections.abc import Iterator

from django.urls import reverse

from intervisit.apps.programs.queries import moment_words
from intervisit.apps.reviews.models import Review, SchoolVisit
from intervisit.apps.reviews.pages.desk import when_words
from intervisit.apps.reviews.states import OWED, StageState, VisitState
from intervisit.core.access import Actor
from intervisit.kit.access import visible
from intervisit.web.today_task import Task

_GO_ALONG = ("staff", "director", "facilitator", "reviewer")


def review_tasks(actor: Actor) -> Iterator[Task]:
    """Nothing is asked of the database for those who hold no role in which they could review or visit."""
    if actor.person is None:
        return
    if actor.groups("reviewer"):
        yield from _to_read(actor)
    if any(actor.groups(role) for role in _GO_ALONG):
        yield from _to_write_up(actor)


def _to_read(actor: Actor) -> Iterator[Task]:
    rows = visible(actor, "review.write", Review).filter(state__in=sorted(OWED), stage__state=StageState.OPEN)
    rows = rows.select_related("stage__program__district", "stage__program__version")
    counts: Counter[str] = Counter()
    stages = {}
    for review in rows:
        counts[str(review.stage_id)] += 1
        stages[str(review.stage_id)] = review.stage
    for key, stage in stages.items():
        words = stage.program.design.words["application"]
        many = f"1 {words.one} waits" if counts[key] == 1 else f"{counts[key]} {words.many} wait"
        until = moment_words(stage.closes, stage.program.zone)
        yield Task(f"{many} for your review", reverse("my_reviews"), stage.title,
                         f"until {until}" if until else "", str(stage.program))  # fmt: skip


def _to_write_up(actor: Actor) -> Iterator[Task]:
    rows = visible(actor, "school_visit.write", SchoolVisit).filter(
        state=VisitState.PLANNED, visitors__person__pk=actor.person or "", stage__state=StageState.OPEN
    )
    for visit in rows.select_related("application__school", "stage__program").order_by("day")[:5]:
        label = f"Visit {visit.application.school}, and write down what you see"
        when = when_words(visit.day, visit.starts)
        yield Task(label, reverse("school_visit", args=[visit.pk]), "", when, str(visit.stage.program))
