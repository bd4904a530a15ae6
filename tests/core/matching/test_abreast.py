"""Two searches at once give what one after the other gives."""

import threading
import time

from intervisit.core.matching import read_instance
from intervisit.core.matching.abreast import abreast
from intervisit.core.matching.generation import Generator
from intervisit.core.matching.task import prepare
from tests.bench.instances import city


def test_what_comes_out_stands_in_the_order_of_the_jobs():
    def job(k: int):
        def run(halt):
            time.sleep(0.004 * (5 - k))
            return k, halt()

        return run

    jobs = [job(k) for k in range(5)]
    assert abreast(jobs, lambda: False, many=True) == abreast(jobs, lambda: False, many=False)
    assert [k for k, _ in abreast(jobs, lambda: False, many=True)] == [0, 1, 2, 3, 4]


def test_whether_to_stop_is_asked_in_the_thread_that_waits():
    asked: list[threading.Thread] = []

    def stop() -> bool:
        asked.append(threading.current_thread())
        return True

    def job(halt):
        while not halt():
            time.sleep(0.001)
        return "halted"

    assert abreast([job, job, job], stop, many=True) == ["halted"] * 3
    assert set(asked) == {threading.current_thread()}


def test_a_generator_finds_the_same_columns_on_one_core_and_on_two():
    task = prepare(read_instance(city(73, 3), "made"))
    seen = []
    for many in (False, True):
        g = Generator(task, 1500.0, lambda: False)
        g.many = many
        rounds = [g.beam_round(3, 14, float("-inf")), g.beam_round(3, 14), g.exact_round(0.0)]
        listed = g.enumerate(30 * g.scale, 100_000)
        assert g.relaxed is not None
        seen.append((rounds, listed, g.pool.members, g.pool.worth, g.bound, g.relaxed.objective))
    assert seen[0] == seen[1]
