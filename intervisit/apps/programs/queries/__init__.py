"""What pages of programs read. Parts: `programs` themselves, their people and calls; `agreements`."""

from intervisit.apps.programs.queries.programs import (
    PROGRAM_PANELS,
    PROGRAM_ROLES,
    CallState,
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
    steps,
    zone_words,
)

__all__ = [
    "PROGRAM_PANELS", "PROGRAM_ROLES", "CallState", "Move", "Panel", "Step", "call_state", "day_words",
    "facilitators_of", "moment_words", "moves", "newer_version", "open_calls", "panels", "people_of",
    "principals_of", "programs_of", "said", "steps", "zone_words",
]  # fmt: skip
