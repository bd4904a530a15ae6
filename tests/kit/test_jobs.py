"""Long work: claimed once, taken over when its worker is gone, never finished twice."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import TestCase

from intervisit.apps.people.models import Person
from intervisit.kit import jobs
from intervisit.kit.access import actor_for
from intervisit.kit.clock import now
from intervisit.kit.jobs import (
    LEASE,
    LeaseLost,
    Running,
    Stopped,
    ask_to_stop,
    enqueue,
    job,
    run_one,
    run_waiting,
)
from intervisit.kit.models import Group, Job, JobState
from intervisit.kit.refusal import Refused
from tests import factories

KIND = "trial.work"


@pytest.fixture
def person(db: None) -> Person:
    return factories.person("Dana Okafor")


@pytest.fixture
def does() -> Iterator[Callable[[Callable[[Running], Any]], None]]:
    """Say what the job of these tests does."""

    def use(handler: Callable[[Running], Any]) -> None:
        jobs.JOBS.pop(KIND, None)
        job(KIND, "import.view")(handler)

    use(lambda running: {"n": running.job.arguments.get("n")})
    yield use
    jobs.JOBS.pop(KIND, None)


def queued(person: Person, n: int = 1) -> Job:
    return enqueue(KIND, by=actor_for(person), title=f"Work {n}", back="/there/", n=n)


def let_lease_run_out(found: Job) -> None:
    Job.objects.filter(pk=found.pk).update(leased_until=now() - dt.timedelta(seconds=1))


def again(found: Job) -> Job:
    return Job.objects.get(pk=found.pk)


def test_a_job_runs_to_its_end(person: Person, does: Any) -> None:
    made = queued(person, 7)
    assert (made.state, made.progress, made.arguments) == ("waiting", 0, {"n": 7})
    assert run_waiting() == 1
    done = again(made)
    assert (done.state, done.progress, done.result, done.attempts) == ("done", 1.0, {"n": 7}, 1)
    assert (done.over, done.percent, done.leased_until) == (True, 100, None)
    assert run_one() is False


def test_jobs_run_in_the_order_of_their_making(person: Person, does: Any) -> None:
    seen: list[int] = []
    does(lambda running: seen.append(running.job.arguments["n"]) or {})
    for n in range(5):
        queued(person, n)
    assert run_waiting() == 5
    assert seen == [0, 1, 2, 3, 4]


def test_a_job_is_of_the_transaction_that_wants_it(person: Person, does: Any) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - the transaction is part of it
        queued(person)
        _ = 1 / 0
    assert (Job.objects.count(), run_one()) == (0, False)


def test_nobody_queues_what_nobody_can_do(person: Person) -> None:
    with pytest.raises(KeyError):
        enqueue("no.such", by=actor_for(person), title="x")


def test_a_job_in_hand_is_not_taken_twice(person: Person, does: Any) -> None:
    made, inside = queued(person), []
    does(lambda _: inside.append(run_one()) or {})
    assert run_one() is True
    assert (inside, again(made).attempts) == ([False], 1)


def test_r18_a_job_whose_worker_is_gone_is_taken_over(person: Person, does: Any) -> None:
    made = queued(person)
    assert jobs._claim() is not None  # and this worker is never heard of again
    assert run_one() is False
    let_lease_run_out(made)
    assert run_one() is True
    assert (again(made).state, again(made).attempts) == ("done", 2)


def test_r18_after_three_starts_it_fails_with_a_reason(person: Person, does: Any) -> None:
    made, calls = queued(person), []
    does(lambda _: calls.append(1) or {})
    for _ in range(3):
        assert jobs._claim() is not None
        let_lease_run_out(made)
    assert run_one() is True
    assert (again(made).state, calls) == ("failed", [])
    assert again(made).message == "It was started three times and never came to its end."


class Late:
    """A worker that slept while another took its job over."""

    def __init__(self, person: Person) -> None:
        self.made = queued(person)
        self.running = Running(jobs._claim(), actor_for(person))  # type: ignore[arg-type]
        let_lease_run_out(self.made)


@pytest.mark.parametrize("over", [True, False], ids=["done by the other", "in the other's hands"])
def test_r18_a_worker_that_wakes_up_writes_nothing(person: Person, does: Any, over: bool) -> None:
    late = Late(person)
    assert (run_one() if over else jobs._claim()) is not False
    before = Job.objects.filter(pk=late.made.pk).values().get()
    with pytest.raises(LeaseLost):
        late.running.tell(0.9, "late")
    with pytest.raises(LeaseLost), late.running.keeping() as result:
        result["made"] = Group.objects.create(kind="trial", name="late").name
    jobs._end(late.running.job, JobState.DONE, "late", {"late": True})
    jobs._end(late.running.job, JobState.FAILED, "late")
    assert Job.objects.filter(pk=late.made.pk).values().get() == before
    assert Group.objects.count() == 0


def test_r18_the_result_and_the_end_are_one_transaction(person: Person, does: Any) -> None:
    """A worker that dies right after its result was kept leaves nothing to do for the next."""
    made, calls = queued(person), []

    def dies_after(running: Running) -> dict[str, Any]:
        calls.append(1)
        with running.keeping() as result:
            result["made"] = Group.objects.create(kind="trial", name="result").name
        raise SystemExit  # as good as kill -9: nothing after it runs

    does(dies_after)
    with pytest.raises(SystemExit):
        run_one()
    assert (again(made).state, again(made).result) == ("done", {"made": "result"})
    assert (run_one(), calls, Group.objects.count()) == (False, [1], 1)


def test_r18_a_result_that_is_not_kept_ends_nothing(person: Person, does: Any) -> None:
    made = queued(person)

    def refuses(running: Running) -> dict[str, Any]:
        with running.keeping() as result:
            result["made"] = Group.objects.create(kind="trial", name="half").name
            raise Refused("no-room", "There is no room.")

    does(refuses)
    run_waiting()
    ended = again(made)
    assert (ended.state, ended.message, ended.result) == ("failed", "There is no room.", {})
    assert Group.objects.count() == 0


def test_a_held_job_keeps_its_result(person: Person, does: Any) -> None:
    made = queued(person)

    def holds(running: Running) -> dict[str, Any]:
        with running.keeping() as result:
            result["rows"] = 3
        return result

    does(holds)
    run_waiting()
    assert (again(made).state, again(made).result) == ("done", {"rows": 3})


def test_progress_can_be_read_while_it_works(person: Person, does: Any) -> None:
    made, seen = queued(person), []

    def tells(running: Running) -> dict[str, Any]:
        for share in (0.25, 7, -1):
            running.tell(share, f"at {share}")
            seen.append((again(made).progress, again(made).message))
        return {}

    does(tells)
    run_waiting()
    assert seen == [(0.25, "at 0.25"), (1.0, "at 7"), (0.0, "at -1")]


def test_telling_renews_the_lease(person: Person, does: Any) -> None:
    made = queued(person)

    def tells(running: Running) -> dict[str, Any]:
        let_lease_run_out(made)
        running.tell(0.5)
        assert again(made).leased_until > now() + LEASE / 2  # type: ignore[operator]
        return {}

    does(tells)
    run_waiting()
    assert again(made).state == "done"


def test_stop_before_it_began(person: Person, does: Any) -> None:
    made = queued(person)
    ask_to_stop(made)
    assert (again(made).state, run_one()) == ("stopped", False)


def test_stop_while_it_works(person: Person, does: Any) -> None:
    made = queued(person)

    def works(running: Running) -> dict[str, Any]:
        assert (running.tell(0.1), running.stop_asked) == (True, False)
        ask_to_stop(made)
        assert (running.tell(0.2), running.stop_asked) == (False, True)
        raise Stopped

    does(works)
    run_waiting()
    assert (again(made).state, again(made).message) == ("stopped", "Stopped.")


def test_a_defect_is_told_without_its_content(person: Person, does: Any, caplog: Any) -> None:
    made = queued(person)

    def breaks(_: Running) -> dict[str, Any]:
        raise ValueError("Ms. Okafor said something private")

    does(breaks)
    run_waiting()
    assert again(made).message == "Something went wrong on our side. Nothing was changed."


class DatabaseAway(TestCase):
    """Outside pytest's fixtures because the handler must meet a real error of the database."""

    def test_r5_a_job_whose_database_went_away_is_started_again(self) -> None:
        def breaks(_: Running) -> dict[str, Any]:
            raise OperationalError("server closed the connection unexpectedly")

        jobs.JOBS.pop(KIND, None)
        job(KIND, "import.view")(breaks)
        self.addCleanup(jobs.JOBS.pop, KIND)
        made = queued(factories.person("Dana Okafor"))
        closed = connection.close
        connection.close = lambda: None  # type: ignore[method-assign] # the test's transaction lives in it
        try:
            assert run_one() is True
        finally:
            connection.close = closed  # type: ignore[method-assign]
        assert again(made).state == "running"
        let_lease_run_out(made)
        job(KIND, "import.view")(lambda _: {})
        assert run_one() is True
        assert again(made).state == "done"


def test_a_job_has_the_rights_its_person_has_now(person: Person, does: Any) -> None:
    made, seen = queued(person), []
    does(lambda running: seen.append(running.by.person) or {})
    run_waiting()
    assert (seen, again(made).state) == ([str(person.pk)], "done")
