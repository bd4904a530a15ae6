"""A large task whose linear program is known: diving into it brings an answer that is near its bound."""

from intervisit.core.matching import read_instance
from intervisit.core.matching.answers import PARTS, dived, quick_columns, seated
from intervisit.core.matching.polish import meets
from intervisit.core.matching.run import Run, start
from intervisit.core.matching.task import prepare
from tests.bench.matching_instances import instance

SCHOOLS = PARTS + 20


def large() -> Run:
    """Seated, and with the columns of a quick look; its clock stands still, so that nothing is cut short."""
    name = f"city{SCHOOLS}-1"
    run = start(prepare(read_instance(instance(name), name)), 60.0, 1, None, None, lambda: 0.0, 0.0)
    seated(run)
    quick_columns(run)
    return run


def test_a_dive_brings_a_far_answer_near_and_keeps_every_rule() -> None:
    run = large()
    assert run.generator.relaxed is not None
    relaxed, before = run.generator.relaxed.objective, run.worth
    assert before < 0.97 * relaxed
    dived(run)
    assert run.numbers is not None
    assert run.worth >= 0.975 * relaxed
    assert meets(run.task, run.generator.pool, run.numbers)
