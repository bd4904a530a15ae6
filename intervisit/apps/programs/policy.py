"""Who may see and run a program."""

from intervisit.apps.programs.states import AgreementState as A
from intervisit.apps.programs.states import Phase
from intervisit.core.access import (
    ADMIN,
    DIRECTOR,
    FACILITATOR,
    PRINCIPAL,
    PUBLIC,
    SELF,
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
        # Row 19: how much was done, not by whom nor to what.
        allow("program.audit", *_PROGRAM),
        allow("program.people", *_PROGRAM),
        allow("program.history", DIRECTOR @ "program"),
        allow("program.apply", PRINCIPAL @ "schools", TEAM @ "schools", states=[Phase.CALL],
              because="Applications are closed."),
        allow("district.create_program", DIRECTOR @ "district"),
        # What is promised is no secret in the district: the page of the call shows it to everybody.
        allow("agreement.view", *_PROGRAM),
        allow("agreement.view", PRINCIPAL @ "schools", TEAM @ "schools", FACILITATOR @ "program",
              states=[A.PUBLISHED, A.REPLACED]),
        allow("agreement.write", DIRECTOR @ "program", states=[A.DRAFT],
              because="What has been published is not changed any more. Prepare a new version."),
        allow("agreement.remind", *_PROGRAM, states=[A.PUBLISHED], because="Only the version in force is asked for."),
        # Nobody accepts for another: the action asks whose school it is, and takes one's own name alone.
        allow("agreement.accept", PRINCIPAL @ "schools", FACILITATOR @ "program", states=[A.PUBLISHED],
              because="This version is not the one in force."),
        allow("acceptance.view", *_PROGRAM, PRINCIPAL @ "school", TEAM @ "school", SELF @ "facilitator"),
        allow("acceptance.withdraw", PRINCIPAL @ "school", SELF @ "facilitator"),
    ),
)  # fmt: skip
