"""Long work with progress that survives its worker: a lease instead of a lock (R18).

A job is a row written in the same transaction as its reason. A worker claims it for `LEASE`, renews while it
works, and reports progress; when the worker dies the lease runs out and the next worker starts the job again.
So a handler writes its result at its end, inside `with running.keeping()`: one transaction that also closes the
job. A worker that died before it changed nothing; one that died after it left nothing to do.
"""

import contextlib
import datetime as dt
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    models,
    transaction,
)

from intervisit.core.access import Actor
from intervisit.kit.access import actor_for, system_actor
from intervisit.kit.clock import now
from intervisit.kit.faults import where
from intervisit.kit.models import Job, JobState
from intervisit.kit.refusal import Refused

LEASE: dt.timedelta = settings.LEASE
TRIES = 3

log = logging.getLogger("intervisit.jobs")


class LeaseLost(RuntimeError):
    """Another worker has taken the job over; this one must write nothing more."""


class Stopped(RuntimeError):
    """Somebody pressed Stop, and the handler has nothing to show for it."""


@dataclass
class Running:
    """What a handler gets: its job, the rights of whoever started it, and a way to tell how far it is."""

    job: Job
    by: Actor

    def tell(self, share: float, message: str = "", **result: Any) -> bool:
        """Report progress (share 0..1). Returns False when somebody asked to stop."""
        fields: dict[str, Any] = {"progress": min(1.0, max(0.0, share)), "leased_until": now() + LEASE}
        if message:
            fields["message"] = message[:300]
        if result:
            fields["result"] = result
        mine = Job.objects.filter(pk=self.job.pk, lease=self.job.lease, state=JobState.RUNNING)
        if not mine.update(**fields):
            raise LeaseLost(str(self.job.pk))
        return not Job.objects.filter(pk=self.job.pk, stop_asked=True).exists()

    @property
    def stop_asked(self) -> bool:
        return Job.objects.filter(pk=self.job.pk, stop_asked=True).exists()

    @contextlib.contextmanager
    def keeping(self) -> Iterator[dict[str, Any]]:
        """The one transaction that writes the result: the job is ours, and done if this transaction is kept.

        What the block puts into the given dict is the job's result, kept with the rest or not at all.
        """
        mine = Job.objects.filter(pk=self.job.pk, lease=self.job.lease)
        closed = {"state": JobState.DONE, "progress": 1.0, "finished": now(), "leased_until": None}
        with transaction.atomic():
            if not mine.filter(state=JobState.RUNNING).update(**closed):
                raise LeaseLost(str(self.job.pk))
            result: dict[str, Any] = {}
            yield result
            mine.update(result=result)


Handler = Callable[[Running], dict[str, Any]]
JOBS: dict[str, tuple[Handler, str]] = {}  # kind -> (handler, the action its starter must be allowed)


def job(kind: str, action: str) -> Callable[[Handler], Handler]:
    """Register a handler and the action that whoever starts it must be allowed.

    It returns the job's result; one that writes returns what it put into the dict of `Running.keeping`.
    """

    def wrap(handler: Handler) -> Handler:
        JOBS[kind] = (handler, action)
        return handler

    return wrap


def enqueue(
    kind: str, *, by: Actor, title: str, group: models.Model | None = None, back: str = "", **arguments: Any
) -> Job:
    """Write a job in the current transaction. `back` is the path of the page that shows the result."""
    if kind not in JOBS:
        raise KeyError(f"no job is called {kind}")
    return Job.objects.create(
        kind=kind,
        title=title,
        person_id=by.person,
        group_id=getattr(group, "pk", None),
        back=back,
        arguments=arguments,
    )


def _claim() -> Job | None:
    moment = now()
    ready = models.Q(state=JobState.WAITING) | models.Q(state=JobState.RUNNING, leased_until__lt=moment)
    for found in Job.objects.filter(ready).order_by("created")[:5]:
        lease = uuid.uuid4()
        taken = Job.objects.filter(pk=found.pk, state=found.state, lease=found.lease).update(
            state=JobState.RUNNING,
            lease=lease,
            leased_until=moment + LEASE,
            started=moment,
            attempts=found.attempts + 1,
        )
        if taken:
            return Job.objects.select_related("person").get(pk=found.pk)
    return None


class _Heart:
    """Renews the lease from a thread while the handler computes."""

    def __init__(self, claimed: Job) -> None:
        self._job = claimed
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        if (
            not connection.in_atomic_block
        ):  # inside a test's transaction a second connection would see nothing
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._over.wait(LEASE.total_seconds() / 3):
                try:
                    self._renew()
                except DatabaseError:  # a database that restarts must not cost a job its life sign for good
                    log.warning("the lease of job %s could not be renewed", self._job.pk)
                    connection.close()
        finally:
            connection.close()

    def _renew(self) -> None:
        mine = Job.objects.filter(pk=self._job.pk, lease=self._job.lease, state=JobState.RUNNING)
        mine.update(leased_until=now() + LEASE)


def run_one() -> bool:
    """Claim one job and run it to its end. False when none is waiting."""
    claimed = _claim()
    if claimed is None:
        return False
    if claimed.attempts > TRIES:
        _end(claimed, JobState.FAILED, "It was started three times and never came to its end.")
        return True
    handler, _ = JOBS[claimed.kind]
    by = actor_for(claimed.person, strong=True) if claimed.person else system_actor(claimed.title)
    try:
        with _Heart(claimed):
            result = handler(Running(claimed, by))
    except LeaseLost:
        log.warning("job %s was taken over by another worker", claimed.pk)
    except Stopped:
        _end(claimed, JobState.STOPPED, "Stopped.")
    except (OperationalError, InterfaceError) as error:
        # The database went away, not the work: nothing was kept, and the lease will run out.
        log.warning("job %s will be started again: %s", claimed.pk, type(error).__name__)
        connection.close()
    except Refused as refusal:
        _end(claimed, JobState.FAILED, refusal.message)
    except Exception as error:
        log.error("job %s (%s) failed\n%s", claimed.pk, claimed.kind, where(error))
        _end(claimed, JobState.FAILED, "Something went wrong on our side. Nothing was changed.")
    else:
        _end(claimed, JobState.DONE, "", result)
    return True


def _end(claimed: Job, state: JobState, message: str, result: dict[str, Any] | None = None) -> None:
    fields: dict[str, Any] = {"state": state, "finished": now(), "leased_until": None}
    if message:
        fields["message"] = message[:300]
    if state == JobState.DONE:
        fields |= {"progress": 1.0, "result": result or {}}
    # One that was closed by `keeping` is no longer running, and has its result.
    Job.objects.filter(pk=claimed.pk, lease=claimed.lease, state=JobState.RUNNING).update(**fields)


def run_waiting(limit: int = 100) -> int:
    """Run what is waiting, in this process. For tests, the demo and the command line."""
    done = 0
    while done < limit and run_one():
        done += 1
    return done


def ask_to_stop(found: Job) -> None:
    """Ask a job to finish with the best it has. A job that has not begun ends at once."""
    with transaction.atomic():
        Job.objects.filter(pk=found.pk).update(stop_asked=True)
        Job.objects.filter(pk=found.pk, state=JobState.WAITING).update(state=JobState.STOPPED, finished=now())


def work(stop: threading.Event, also: Callable[[], int], pause: float = 0.3) -> None:
    """A worker's life: jobs, and `also` (mail), until told to stop."""
    while not stop.is_set():
        close_old_connections()
        try:
            busy = bool(also()) | run_one()
        except Exception as error:
            log.error("the worker stumbled\n%s", where(error))
            busy = False
            time.sleep(1)
        if not busy:
            stop.wait(pause)
