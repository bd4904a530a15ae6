"""Who may write, read and decide applications (rows 1, 2 and 4 of the access matrix)."""

from intervisit.core.access import DIRECTOR, PRINCIPAL, STAFF, TEAM, Table, allow

from intervisit.apps.applications.states import DECIDED, IN_HAND
from intervisit.apps.applications.states import ApplicationState as S

_NOT_OPEN = "This application has been submitted, so it can no longer be changed. Withdraw it to write again."

TABLE = Table(
    "applications",
    (
        # Row 1: a draft belongs to the school's team.
        allow("application.view", PRINCIPAL @ "school", TEAM @ "school"),
        allow("application.write", PRINCIPAL @ "school", TEAM @ "school", states=[S.DRAFT], because=_NOT_OPEN),
        allow("application.submit", PRINCIPAL @ "school", states=[S.DRAFT], because="It has been submitted already."),
        allow("application.withdraw", PRINCIPAL @ "school", states=[S.SUBMITTED],
              because="Only an application that waits for a decision can be withdrawn."),
        allow("application.export", PRINCIPAL @ "school"),
        # Row 2: once submitted, the program reads it.
        allow("application.view", STAFF @ "program", DIRECTOR @ "program", states=IN_HAND),
        allow("application.export", STAFF @ "program", DIRECTOR @ "program", states=IN_HAND),
        # Row 4: decisions.
        allow("application.decide", STAFF @ "program", DIRECTOR @ "program", states=[S.SUBMITTED, *DECIDED],
              because="Only a submitted application can be decided."),
        allow("application.read_decision", STAFF @ "program", DIRECTOR @ "program", states=DECIDED),
        allow("application.read_decision", PRINCIPAL @ "school_released", TEAM @ "school_released", states=DECIDED),
        # Row 5: the ranked wishes inside an application are the principal's and the program's alone.
        allow("wishes.view", PRINCIPAL @ "school", STAFF @ "program", DIRECTOR @ "program"),
        allow("wishes.write", PRINCIPAL @ "school"),
    ),
)

