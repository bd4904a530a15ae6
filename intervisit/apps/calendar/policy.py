"""Who may plan the year and who sees which visit (row 9 of the access matrix, and feeds)."""

from intervisit.apps.calendar.states import HappeningState as H
from intervisit.apps.calendar.states import PlanState as P
from intervisit.apps.calendar.states import VisitState as V
from intervisit.core.access import (
    DIRECTOR,
    EVALUATOR,
    FACILITATOR,
    FINANCE,
    PRINCIPAL,
    SELF,
    STAFF,
    SUPERVISOR,
    TEAM,
    Table,
    allow,
)

_PROGRAM = (STAFF @ "program", DIRECTOR @ "program")

TABLE = Table(
    "calendar",
    (
        allow("district.days", STAFF @ "district", DIRECTOR @ "district"),
        allow(
            "school.days", PRINCIPAL @ "school", TEAM @ "school", STAFF @ "district", DIRECTOR @ "district"
        ),
        allow("school.own_days", PRINCIPAL @ "school", TEAM @ "school"),
        allow("program.my_days", FACILITATOR @ "program"),
        allow("meeting.remove", *_PROGRAM),
        allow("plan.view", *_PROGRAM),
        allow(
            "plan.edit",
            *_PROGRAM,
            states=[P.READY, P.ADOPTED, P.PUBLISHED],
            because="This plan cannot be changed now.",
        ),
        allow(
            "plan.adopt", DIRECTOR @ "program", states=[P.READY], because="Only a ready plan can be adopted."
        ),
        allow(
            "plan.publish",
            DIRECTOR @ "program",
            states=[P.ADOPTED, P.PUBLISHED],
            because="Adopt the plan first.",
        ),
        allow(
            "plan.withdraw", DIRECTOR @ "program", states=[P.PUBLISHED], because="This plan is not published."
        ),
        allow("visit.view", *_PROGRAM),
        allow(
            "visit.view",
            FACILITATOR @ "network_published",
            PRINCIPAL @ "schools_published",
            TEAM @ "schools_published",
        ),
        # An evaluator reads when and where, and what a visit asked to bring; who rates and who pays read days alone.
        allow("visit.view", EVALUATOR @ "program_published"),
        allow("visit.when", SUPERVISOR @ "district_published", FINANCE @ "district_published"),
        # A facilitator those of her own, where the design says so; the relation asks the plan.
        allow("visit.move", *_PROGRAM, FACILITATOR @ "network_moves"),
        allow("visit.propose", PRINCIPAL @ "schools_propose", TEAM @ "schools_propose"),
        allow("release.view", *_PROGRAM),
        allow("happening.view", *_PROGRAM),
        allow(
            "happening.choose",
            *_PROGRAM,
            states=[H.READY, H.CHOSEN],
            because="The ways are still being weighed.",
        ),
        allow("school.close", PRINCIPAL @ "school", STAFF @ "district", DIRECTOR @ "district"),
        allow(
            "school.calendar",
            PRINCIPAL @ "school",
            TEAM @ "school",
            STAFF @ "district",
            DIRECTOR @ "district",
        ),
        allow(
            "proposal.view",
            *_PROGRAM,
            FACILITATOR @ "network_published",
            PRINCIPAL @ "schools_published",
            TEAM @ "schools_published",
        ),
        allow("proposal.answer", PRINCIPAL @ "schools_published", TEAM @ "schools_published"),
        allow(
            "proposal.withdraw",
            *_PROGRAM,
            PRINCIPAL @ "proposing_school",
            TEAM @ "proposing_school",
            SELF @ "person",
        ),
        allow(
            "visit.answer",
            FACILITATOR @ "network_published",
            PRINCIPAL @ "schools_published",
            TEAM @ "schools_published",
            states=[V.PLANNED],
            because="This has been called off.",
        ),
        allow("visit.hold", *_PROGRAM, FACILITATOR @ "network_published"),
        allow("visit.answers", *_PROGRAM, FACILITATOR @ "network_published"),
        allow("invitation.own", SELF @ "person"),
        allow("feed.own", SELF @ "person"),
        allow("network.feed", FACILITATOR @ "network"),
        allow("day.remove", STAFF @ "district", DIRECTOR @ "district", PRINCIPAL @ "school", TEAM @ "school"),
    ),
)
