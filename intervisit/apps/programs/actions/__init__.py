"""What is done in programs. Parts: `programs` made, moved, dated, staffed; `agreements` published and accepted."""

from intervisit.apps.programs.actions.programs import (
    CALL_MAIL,
    add_design,
    add_person,
    announce_call,
    call_letter,
    confirm_person,
    create_program,
    dates_mark,
    end_person,
    keep_version,
    move_phase,
    set_dates,
    take_version,
)

__all__ = [
    "CALL_MAIL", "add_design", "add_person", "announce_call", "call_letter", "confirm_person", "create_program",
    "dates_mark", "end_person", "keep_version", "move_phase", "set_dates", "take_version",
]  # fmt: skip
