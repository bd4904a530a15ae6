"""A large task whose linear program is known: diving into it brings an answer that is near its bound."""

from collections.abc import Callable

import numpy as np
import pytest

from intervisit.core.matching import answers, read_instance, search
from intervisit.core.matching.answers import PARTS, dived, quick_columns, seated
from intervisit.core.matching.master import Chosen
from intervisit.core.matching.polish import meets
from intervisit.core.matching.run import Run, start
from intervisit.core.matching.task import prepare
from tests.bench.matching_instances import instance

SCHOOLS = PARTS + 20


def begun(name: str, clock: Callable[[], float]) -> Run:
    """Seated, and with the columns of a quick look."""
    run = start(prepare(read_instance(instance(name), name)), 60.0, 1, None, None, clock, 0.0)
    seated(run)
    quick_columns(run)
    return run


@pytest.fixture(scope="module")
def large() -> Run:
    """Its clock stands still, so that nothing is cut short."""
    return begun(f"city{SCHOOLS}-2", lambda: 0.0)


def nearness(run: Run) -> float:
    """The answer as a share of the linear program. It keeps every rule."""
    assert run.generator.relaxed is not None
    assert run.numbers is not None
    assert meets(run.task, run.generator.pool, run.numbers)
    return run.worth / run.generator.relaxed.objective


def test_a_quick_look_brings_an_answer_near_the_linear_program(large: Run) -> None:
    assert nearness(large) >= 0.98


def test_a_dive_brings_an_answer_where_there_is_none_and_keeps_every_rule(large: Run) -> None:
    large.numbers, large.worth = None, -np.inf
    dived(large)
    assert nearness(large) >= 0.98


def test_where_rounding_finds_nothing_the_dive_is_filled_up(
    large: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    large.numbers, large.worth = None, -np.inf
    monkeypatch.setattr(answers, "OVER", ())
    dived(large)
    assert nearness(large) >= 0.9


def test_a_list_that_is_not_settled_in_time_is_followed_by_a_dive_where_schools_are_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The threshold is lowered, so that few schools count as many; no list is ever settled."""
    now = [0.0]
    run = begun("city48-4", lambda: now[0])
    run.numbers, run.worth = None, -np.inf
    dives: list[float] = []

    def unsettled(run: Run, *_: object) -> Chosen:
        return Chosen(None, run.generator.bound, False)

    def counted(run: Run) -> None:
        dives.append(run.worth)
        dived(run)

    monkeypatch.setattr(search, "_chosen", unsettled)
    monkeypatch.setattr(search, "dived", counted)
    monkeypatch.setattr(search, "improve_until", lambda run, until: now.__setitem__(0, 59.0))
    assert search._close(run)
    assert dives == []  # few schools: only parts are matched anew
    monkeypatch.setattr(search, "PARTS", 47)
    now[0] = 0.0
    assert search._close(run)
    assert dives == [-np.inf]
    assert nearness(run) >= 0.9


def test_a_late_run_of_many_schools_leaves_its_bound_for_a_better_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = begun("city48-4", lambda: 0.0)
    run.numbers, run.worth = None, -np.inf
    closed: list[Run] = []

    def closes(run: Run) -> bool:
        closed.append(run)
        return True

    def ends(run: Run, until: float) -> None:
        run.asked_to_stop = lambda: True

    for name, value in {
        "PARTS": 0, "LATE": -1.0, "seated": lambda run: None, "quick_columns": lambda run: None,
        "_close": closes, "improve_until": ends,
    }.items():  # fmt: skip
        monkeypatch.setattr(search, name, value)
    assert search.search(run)
    assert closed == []
    assert nearness(run) >= 0.98
    assert run.generator.bound < 1.01 * run.generator.relaxed.objective  # type: ignore[union-attr]
