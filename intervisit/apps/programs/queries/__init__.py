"""What pages of programs read. Parts: `programs` themselves and their people; `calls`; `agreements`."""

from intervisit.apps.programs.queries.calls import (
    STATUS_WORDS,
    CallNow,
    CallState,
    CallStatus,
    call_named,
    calls_of,
    calls_open,
    foremost,
)
from intervisit.apps.programs.queries.programs import (
    PROGRAM_PANELS,
    PROGRAM_ROLES,
    Move,
    Panel,
    Step,
    call_state,
    day_words,
    facilitators_of,
    moment_words,
    moves,
    newer_version,
    open_calls,
    panels,
    people_of,
    principals_of,
    programs_of,
    said,
    sentence,
    steps,
    zone_words,
)

__all__ = [
    "PROGRAM_PANELS", "PROGRAM_ROLES", "STATUS_WORDS", "CallNow", "CallState", "CallStatus", "Move", "Panel", "Step",
    "call_named", "call_state", "calls_of", "calls_open", "day_words", "facilitators_of", "foremost", "moment_words",
    "moves", "newer_version", "open_calls", "panels", "people_of", "principals_of", "programs_of", "said",
    "sentence", "steps", "zone_words",
]  # fmt: skip
