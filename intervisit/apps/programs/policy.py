"""Who may see and run a program."""

from intervisit.apps.programs.states import Phase
from intervisit.core.access import (
    ADMIN,
    DIRECTOR,
    FACILITATOR,
    PRINCIPAL,
    PUBLIC,
    STAFF,
    SUPERVISOR,
    TEAM,
    Table,
    allow,
)

_PROGRAM = (STAFF @ "program", DIRECTOR @ "program")

TABLE = Table(
    "programs",
    (
        allow("program.view", *_PROGRAM, DIRECTOR @ "district", ADMIN @ "district", FACILITATOR @ "program",
              SUPERVISOR @ "district"),
        allow("program.open_call", PUBLIC, states=[Phase.CALL]),
        allow("program.manage", DIRECTOR @ "program"),
        allow("program.work", *_PROGRAM),
        allow("program.people", *_PROGRAM),
        allow("program.history", DIRECTOR @ "program"),
        allow("program.apply", PRINCIPAL @ "schools", TEAM @ "schools", states=[Phase.CALL],
              because="Applications are closed."),
        allow("district.create_program", DIRECTOR @ "district"),
    ),
)  # fmt: skip
