"""Who may see and change schools, people and roles."""

from intervisit.core.access import (
    ADMIN,
    ANYWHERE,
    DIRECTOR,
    FACILITATOR,
    PRINCIPAL,
    REVIEWER,
    SELF,
    STAFF,
    SUPERVISOR,
    TEAM,
    Table,
    allow,
)

_ANYBODY_WITH_A_ROLE = (
    PRINCIPAL @ ANYWHERE, TEAM @ ANYWHERE, FACILITATOR @ ANYWHERE, STAFF @ ANYWHERE, DIRECTOR @ ANYWHERE,
    SUPERVISOR @ ANYWHERE, REVIEWER @ ANYWHERE, ADMIN @ ANYWHERE,
)  # fmt: skip
_PROGRAMS_OFFICE = (DIRECTOR @ "program_district", ADMIN @ "program_district")
_OFFICE = (DIRECTOR @ "district", ADMIN @ "district", DIRECTOR @ "group", ADMIN @ "group")

TABLE = Table(
    "people",
    (
        # A school's name, place and published figures are public already; who works there is not.
        allow("school.view", *_ANYBODY_WITH_A_ROLE),
        allow(
            "school.people",
            PRINCIPAL @ "school",
            TEAM @ "school",
            STAFF @ "district",
            DIRECTOR @ "district",
            ADMIN @ "district",
        ),
        allow("school.propose_person", PRINCIPAL @ "school", DIRECTOR @ "district", ADMIN @ "district"),
        allow("district.view", STAFF @ "district", DIRECTOR @ "district", ADMIN @ "district"),
        allow("district.import_schools", DIRECTOR @ "district", STAFF @ "district"),
        allow("district.people", DIRECTOR @ "district", ADMIN @ "district"),
        allow("district.grant", DIRECTOR @ "district", ADMIN @ "district", fresh=True),
        allow("district.history", ADMIN @ "district"),
        allow("district.rates", DIRECTOR @ "district", ADMIN @ "district", fresh=True),
        # A role in the district itself has that group; one in a school reaches its district's.
        allow("role.view", *_OFFICE, PRINCIPAL @ "group", SELF @ "person"),
        # A program's first director has no second one beside her: the district's office is her second person.
        allow("role.view", *_PROGRAMS_OFFICE),
        allow("role.confirm", *_PROGRAMS_OFFICE, fresh=True),
        allow("role.end", *_OFFICE),
        allow(
            "role.end",
            PRINCIPAL @ "group",
            states=["team"],
            because="A principal ends roles of the school's team only.",
        ),
        allow("role.confirm", *_OFFICE, fresh=True),
        allow("person.view", SELF @ "person"),
        allow("person.change", SELF @ "person"),
        allow("session.end", SELF @ "person"),
        allow("import.view", DIRECTOR @ "group", STAFF @ "group"),
        allow(
            "import.apply",
            DIRECTOR @ "group",
            STAFF @ "group",
            states=["read", "ready", "refused", "applying"],
            because="This file has been applied already.",
        ),
        allow("job.view", SELF @ "person", DIRECTOR @ "group", STAFF @ "group"),
        allow("job.stop", SELF @ "person", DIRECTOR @ "group", STAFF @ "group"),
        allow("mail.view", SELF @ "to"),
        # Row 19: a team reads who did what in its own space; what was written is not in it.
        allow("school.history", TEAM @ "school"),
        allow("history.view", SELF @ "actor", ADMIN @ "group"),
    ),
)
