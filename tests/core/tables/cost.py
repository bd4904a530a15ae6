"""What a call costs: the fourth assert of the bad-input list."""

import time
import tracemalloc
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SECONDS, MEGABYTES = 1.0, 100.0  # bad-inputs contract, point 1


def cheap(call: Callable[[], T]) -> T:
    """The call's result; fails if it took over a second, or over 100 MB of new memory at its peak."""
    started = time.process_time()
    result = call()
    assert time.process_time() - started < SECONDS
    tracemalloc.start()
    try:
        call()
        peak = tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    assert peak < MEGABYTES
    return result
