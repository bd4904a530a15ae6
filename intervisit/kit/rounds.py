"""What is done again and again without anybody asking: jobs that the worker begins when their time has come.

A chapter says `every("job.kind", hours=1)` beside the job. No table: the last job of that kind tells when it was. Two
workers may begin the same round in the same moment, so a round's job must be safe to run twice.
"""

import datetime as dt
import time
from dataclasses import dataclass

from intervisit.kit.clock import now
from intervisit.kit.jobs import JOBS
from intervisit.kit.models import Job, JobState

_LOOK = 30.0  # seconds between two looks of one process
_KEPT = 20  # finished rounds of one kind that stay on record


@dataclass(frozen=True)
class Round:
    """A job of the clock."""

    kind: str
    title: str
    period: dt.timedelta


ROUNDS: dict[str, Round] = {}
_looked = [float("-inf")]


def every(kind: str, title: str, *, hours: float) -> None:
    """Begin the job of this kind again and again. Its handler acts with the system's rights."""
    ROUNDS[kind] = Round(kind, title, dt.timedelta(hours=hours))


def begin_due() -> int:
    """Put what is due into the queue, at most every half minute; how many that was. For the worker's loop."""
    if time.monotonic() - _looked[0] < _LOOK:
        return 0
    _looked[0] = time.monotonic()
    return sum(_begin(found) for found in ROUNDS.values())


def _begin(found: Round) -> bool:
    mine = Job.objects.filter(kind=found.kind, person=None)
    last = mine.order_by("-created").first()
    if last is not None and (not last.over or last.created > now() - found.period):
        return False
    if found.kind not in JOBS:
        return False
    # A job without a person acts as the system; its title says why.
    Job.objects.create(kind=found.kind, title=found.title)
    old = mine.filter(state__in=(JobState.DONE, JobState.FAILED, JobState.STOPPED)).order_by("-created")
    mine.filter(pk__in=list(old.values_list("pk", flat=True)[_KEPT : _KEPT + 200])).delete()
    return True
