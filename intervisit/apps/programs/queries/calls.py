"""The calls of a program as they stand: what the design says, and what the director has settled."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from intervisit.apps.programs.models import Program
from intervisit.apps.programs.states import Phase
from intervisit.core.designs import Call
from intervisit.kit.clock import now


class CallState(StrEnum):
    """Whether applications are taken at a moment."""

    CLOSED = "closed"  # the phase does not take any, or the call has not been opened yet
    SOON = "soon"
    OPEN = "open"
    OVER = "over"  # the closing moment and its grace have passed, or it was closed by hand


class CallStatus(StrEnum):
    """What the director has done with one call."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


STATUS_WORDS = {CallStatus.PLANNED: "Not opened yet", CallStatus.OPEN: "Open", CallStatus.CLOSED: "Closed"}


@dataclass(frozen=True)
class CallNow:
    """One call of a program."""

    call: Call
    status: CallStatus
    rolling: bool
    opens: dt.datetime | None
    closes: dt.datetime | None
    phase: str

    @property
    def key(self) -> str:
        return self.call.key

    @property
    def grace(self) -> dt.timedelta:
        return dt.timedelta(seconds=self.call.grace_seconds)

    def state(self, at: dt.datetime | None = None) -> CallState:
        """Whether it takes applications at `at` (default now), by the server's clock and with its grace."""
        moment = at or now()
        if self.phase != Phase.CALL or self.status == CallStatus.PLANNED:
            return CallState.CLOSED
        if self.status == CallStatus.CLOSED:
            return CallState.OVER
        if self.opens and moment < self.opens:
            return CallState.SOON
        if self.closes and moment > self.closes + self.grace:
            return CallState.OVER
        return CallState.OPEN


def calls_of(program: Program) -> list[CallNow]:
    """Every call of the program's design, in its order."""
    return [_now(program, call, place) for place, call in enumerate(program.design.calls)]


def _now(program: Program, call: Call, place: int) -> CallNow:
    settled = program.calls.get(call.key, {})
    asked = CallStatus.PLANNED if call.after else CallStatus.OPEN
    return CallNow(
        call=call,
        status=CallStatus(settled.get("status", asked)),
        rolling=bool(settled.get("rolling", call.intake == "rolling")),
        opens=program.call_opens if place == 0 else _moment(settled.get("opens")),
        closes=program.call_closes if place == 0 else _moment(settled.get("closes")),
        phase=program.phase,
    )


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def call_named(program: Program, key: str) -> CallNow | None:
    """The call with this key; empty: the first. None when the design has no such call."""
    every = calls_of(program)
    return next((c for c in every if c.key == key), None) if key else every[0]


def calls_open(program: Program, at: dt.datetime | None = None) -> list[CallNow]:
    """The calls that take applications."""
    moment = at or now()
    return [c for c in calls_of(program) if c.state(moment) == CallState.OPEN]


_ORDER = (CallState.OPEN, CallState.SOON, CallState.OVER, CallState.CLOSED)


def foremost(program: Program, at: dt.datetime | None = None) -> CallNow:
    """The call people mean by “the call”: one that is open, else soon, else the last that was."""
    moment = at or now()
    every = calls_of(program)
    by_state = sorted(every, key=lambda c: _ORDER.index(c.state(moment)))
    best = by_state[0]
    over = [c for c in every if c.state(moment) == best.state(moment)]
    return over[-1] if best.state(moment) == CallState.OVER else best
