"""Who may match, adopt and publish, and who sees a network (rows 5 and 6 of the access matrix)."""

from intervisit.apps.networks.states import NetworkState as N
from intervisit.apps.networks.states import ScenarioState as S
from intervisit.core.access import DIRECTOR, FACILITATOR, PRINCIPAL, STAFF, TEAM, Table, allow

_PROGRAM = (STAFF @ "program", DIRECTOR @ "program")

TABLE = Table(
    "networks",
    (
        allow("scenario.view", *_PROGRAM),
        allow(
            "scenario.edit", *_PROGRAM, states=[S.READY], because="This scenario can no longer be changed."
        ),
        allow("scenario.solve", *_PROGRAM),
        allow(
            "scenario.adopt",
            DIRECTOR @ "program",
            states=[S.READY],
            because="Only a ready scenario can be adopted.",
        ),
        allow("scenario.export", *_PROGRAM),
        allow("veto.view", *_PROGRAM),
        allow("veto.write", *_PROGRAM),
        allow("network.view", *_PROGRAM, FACILITATOR @ "network"),
        allow(
            "network.view",
            PRINCIPAL @ "member_schools",
            TEAM @ "member_schools",
            states=[N.PUBLISHED, N.CLOSED],
        ),
        allow("network.assign", *_PROGRAM),
        allow("network.publish", DIRECTOR @ "program"),
        allow(
            "network.withdraw",
            DIRECTOR @ "program",
            states=[N.PUBLISHED],
            because="Only a published network can be taken back.",
        ),
        # Why this match: a school reads its own, the facilitator those of her networks.
        allow("membership.view", *_PROGRAM, FACILITATOR @ "network"),
        allow("membership.view", PRINCIPAL @ "school_published", TEAM @ "school_published"),
    ),
)
