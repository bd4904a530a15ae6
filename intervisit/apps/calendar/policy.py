"""Who may plan the year and who sees which visit (row 9 of the access matrix, and feeds)."""

from intervisit.apps.calendar.states import PlanState as P
from intervisit.core.access import (
    DIRECTOR,
    FACILITATOR,
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
        allow("visit.when", SUPERVISOR @ "district_published"),
        allow("visit.move", *_PROGRAM),
        allow("feed.own", SELF @ "person"),
        allow("network.feed", FACILITATOR @ "network"),
        allow("day.remove", STAFF @ "district", DIRECTOR @ "district", PRINCIPAL @ "school", TEAM @ "school"),
    ),
)
