"""Who may see and run a program."""

from intervisit.core.access import ADMIN, DIRECTOR, FACILITATOR, PRINCIPAL, PUBLIC, STAFF, SUPERVISOR, TEAM, Table, allow

from intervisit.apps.programs.states import Phase

TABLE = Table(
    "programs",
    (
        allow("program.view", STAFF @ "program", DIRECTOR @ "program", DIRECTOR @ "district", ADMIN @ "district",
              FACILITATOR @ "program", SUPERVISOR @ "district"),
        allow("program.open_call", PUBLIC, states=[Phase.CALL]),
        allow("program.manage", DIRECTOR @ "program"),
        allow("program.work", STAFF @ "program", DIRECTOR @ "program"),
        allow("program.people", STAFF @ "program", DIRECTOR @ "program"),
        allow("program.history", DIRECTOR @ "program"),
        allow("program.apply", PRINCIPAL @ "schools", TEAM @ "schools", states=[Phase.CALL],
              because="Applications are closed."),
        allow("district.create_program", DIRECTOR @ "district"),
    ),
)
