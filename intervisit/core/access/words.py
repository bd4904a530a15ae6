"""The roles a policy can speak of, and how a row names them: `PRINCIPAL @ "school"`."""

from dataclasses import dataclass

ANYWHERE = "*"  # the relation that asks only whether the role is held in some group

GROUP_KINDS = ("school", "network", "program", "district")  # a relation that names one ends in a group of it


@dataclass(frozen=True)
class Grant:
    """One way in: this role, held in the group (or being the person) the thing names `relation`."""

    role: str
    relation: str


@dataclass(frozen=True)
class Role:
    """A role somebody holds in a group, between two dates. `words` is how a refusal names its holders."""

    key: str
    words: str

    def __matmul__(self, relation: str) -> Grant:
        return Grant(self.key, relation)


PRINCIPAL = Role("principal", "the principal")
TEAM = Role("team", "the school's team")
FACILITATOR = Role("facilitator", "the facilitator")
STAFF = Role("staff", "program staff")
DIRECTOR = Role("director", "the program director")
SUPERVISOR = Role("supervisor", "the superintendent")
REVIEWER = Role("reviewer", "an assigned reviewer")
INTERVIEWER = Role("interviewer", "an interviewer of the committee")
EVALUATOR = Role("evaluator", "an evaluator on an approved study")
FINANCE = Role("finance", "finance")
ADMIN = Role("admin", "the system administrator")

ROLES: dict[str, Role] = {
    r.key: r
    for r in (
        PRINCIPAL, TEAM, FACILITATOR, STAFF, DIRECTOR, SUPERVISOR, REVIEWER, INTERVIEWER, EVALUATOR,
        FINANCE, ADMIN,
    )
}  # fmt: skip

# Not held in a group: the person herself, anybody signed in, anybody at all.
SELF = Role("self", "the person concerned")
ANYONE = Grant("anyone", ANYWHERE)
PUBLIC = Grant("public", ANYWHERE)

# trust.md 2.8 [V6]: these roles sleep until the session has shown a second factor.
SECOND_FACTOR_ROLES = frozenset(r.key for r in (STAFF, DIRECTOR, EVALUATOR, FINANCE, ADMIN))
