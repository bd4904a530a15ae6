"""What the worker begins by the clock: each round once in its time."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from intervisit.core.access import Actor
from intervisit.kit import jobs, rounds
from intervisit.kit.models import Job, JobState

pytestmark = pytest.mark.django_db


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Actor]]:
    done: list[Actor] = []

    def handler(running: jobs.Running) -> dict[str, int]:
        done.append(running.by)
        return {}

    monkeypatch.setattr(rounds, "ROUNDS", {})
    monkeypatch.setitem(jobs.JOBS, "test.round", (handler, "program.work"))
    rounds.every("test.round", "By the clock", hours=2)
    return done  # type: ignore[return-value]


def tick() -> int:
    rounds._looked[0] = float("-inf")
    return rounds.begin_due()


def test_a_round_begins_once_in_its_time_and_acts_as_the_system(ran: list[Actor]) -> None:
    with time_machine.travel(dt.datetime(2026, 10, 1, 6, tzinfo=dt.UTC), tick=False) as clock:
        assert (tick(), tick(), rounds.begin_due()) == (1, 0, 0)
        jobs.run_waiting()
        clock.shift(dt.timedelta(hours=1, minutes=59))
        assert tick() == 0
        clock.shift(dt.timedelta(minutes=2))
        assert tick() == 1
        jobs.run_waiting()
    assert [by.system for by in ran] == ["By the clock"] * 2


def test_a_round_under_way_is_not_begun_again_and_old_ones_are_not_kept(ran: list[Actor]) -> None:
    old = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for number in range(30):
        made = Job.objects.create(kind="test.round", title="By the clock", state=JobState.DONE)
        Job.objects.filter(pk=made.pk).update(created=old + dt.timedelta(days=number))
    assert (tick(), tick()) == (1, 0)  # the second one waits for the first
    assert Job.objects.filter(kind="test.round", state=JobState.DONE).count() == 20
