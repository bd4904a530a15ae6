"""A run of a solver from the command line: its options, its lines to standard error, and how it is ended early."""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

LONGEST = 31_536_000.0  # seconds: a year; more is cut, as no timer can be set that far
SHOWN = 40  # characters of a wrong value


def arguments(verb: str, what: str, instance: str, seed: int) -> argparse.ArgumentParser:
    """INSTANCE --seconds S --seed K --out FILE."""
    parser = argparse.ArgumentParser(prog=f"intervisit {verb}", description=what)
    parser.add_argument("instance", help=instance)
    parser.add_argument("--seconds", type=seconds, default=60.0, help="at most so long (default 60)")
    parser.add_argument(
        "--seed", type=whole, default=seed, help=f"a whole number; the same gives the same ({seed})"
    )
    parser.add_argument("--out", required=True, help="the file where the answer goes, JSON")
    return parser


def seconds(text: str) -> float:
    """A positive number of seconds."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value <= 0:
        raise argparse.ArgumentTypeError(f"{text[:SHOWN]!r}: give a positive number of seconds")
    return min(value, LONGEST)


def whole(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text[:SHOWN]!r}: give a whole number of a few digits") from error


def tell(*lines: str) -> None:
    """Lines to standard error. That nobody listens any more (a closed pipe) does not end the run."""
    try:
        print(*lines, sep="\n", file=sys.stderr, flush=True)
    except OSError:
        sys.stderr = None  # nothing more can be said, at the end neither


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Whether somebody wants an end: Ctrl-C or a termination asks for it once, a second time ends at once."""
    asked = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        tell("Stopping with the best answer so far …")

    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def silent() -> Iterator[None]:
    """What libraries print to standard output is dropped (HiGHS tells of its errors there): answers may go there."""
    try:
        kept = os.dup(1)
    except OSError:  # it is closed
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
