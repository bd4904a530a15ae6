"""The deny floor: what no policy table and no program design can grant (trust.md 2.4).

`FLOOR` lists, for each guarded kind of thing, every grant that a table may ever make; a table that makes
another is refused when the program starts. `RATER_BARRED` lists the kinds that nobody may open who rates one
of the people the thing is about, whatever other role they hold. `CONFLICT_BARRED` lists those that shut out
whoever the thing names as `CONFLICTED`: a right that one role denies is not given back by another (B17).
"""

from intervisit.core.access.policy import Policy
from intervisit.core.access.words import (
    DIRECTOR,
    EVALUATOR,
    FACILITATOR,
    PRINCIPAL,
    SELF,
    STAFF,
    TEAM,
    Grant,
)

_STAFF = (STAFF @ "program", DIRECTOR @ "program")

# kind -> the widest set of grants; the numbers are the rows of the access matrix
FLOOR: dict[str, frozenset[Grant]] = {
    # 3: `author_open` is the author while the stage is open, `peers` those whose own review of it is in by its close;
    # 4: `author_told` is the author once the decision is released
    "review": frozenset(
        (SELF @ "author", SELF @ "author_open", SELF @ "author_told", SELF @ "peers", *_STAFF)
    ),
    "school_visit": frozenset((SELF @ "visitor", SELF @ "visitor_open", *_STAFF)),  # 3: a review by eye
    # 3, of people: one who applies for a post, the committee's talk with her, and what each member wrote alone
    "leader_application": frozenset((SELF @ "person", *_STAFF)),
    "interview": frozenset((SELF @ "panel", *_STAFF)),
    "interview_sheet": frozenset((SELF @ "author", SELF @ "peers", *_STAFF)),
    "scenario": frozenset(_STAFF),  # 5: what each school scored, and who was kept apart from whom
    "veto": frozenset(_STAFF),  # 5
    "wishes": frozenset((PRINCIPAL @ "school", *_STAFF)),  # 5
    "team_space": frozenset((TEAM @ "school", PRINCIPAL @ "members", FACILITATOR @ "network")),  # 7
    "private_note": frozenset((SELF @ "author",)),  # 8
    "observation": frozenset((SELF @ "author", SELF @ "subject")),  # 10
    "survey_answer": frozenset((SELF @ "author", EVALUATOR @ "study")),  # 14
    "transcript": frozenset((SELF @ "subject", EVALUATOR @ "study")),  # 16
}

RATER_BARRED: frozenset[str] = frozenset(
    {
        "private_note", "observation", "survey_answer", "team_space", "leader_application", "interview",
        "interview_sheet",
    }
)  # fmt: skip

CONFLICTED = "conflicted"  # the relation that names people with a conflict of interest
CONFLICT_BARRED: frozenset[str] = frozenset({"review", "school_visit", "interview", "interview_sheet"})


class FloorBroken(ValueError):
    """A policy table grants what the floor denies."""


def check_floor(policy: Policy) -> None:
    """Refuse a policy that widens a guarded kind. Raises `FloorBroken`, naming the row and the grant."""
    for row in policy:
        widest = FLOOR.get(row.kind)
        if widest is None:
            continue
        for grant in row.grants:
            if grant not in widest:
                raise FloorBroken(f"{row.action}: {grant.role} @ {grant.relation} is below the deny floor")
