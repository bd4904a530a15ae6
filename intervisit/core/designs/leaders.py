"""Posts of teacher leaders and of leading principals: what they are, who can hold them, what they pay."""

from dataclasses import dataclass
from typing import Annotated, Literal

from .limits import Help, Key, Line, Ref, RoleKey, Span, Text, say
from .rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsAt:
    """How many people of one post a school in one role can have."""

    role: RoleKey = say("Schools in this role …")
    most: Annotated[int, Span(0, 100)] = say("… have at most so many.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A post that teachers or principals apply for; the qualified form a pool from which they are chosen."""

    key: Key = say("Name in the data; do not change it once people have applied.")
    title: Line = say("One of them, as people say it.")
    many: Line = say("Several of them.")
    kind: Literal["teacher", "principal"] = say("Who can apply: people of a school's team, or principals.")
    about: Help = say("What the post is for, in a few sentences.", "")
    tasks: tuple[Line, ...] = say("What somebody in the post does, one line each.", ())
    form: Annotated[str, Ref("forms")] = say("The form in which one applies; its purpose is `leader`.")
    interview: Annotated[str, Ref("forms", optional=True)] = say(
        "The form that each member of the committee fills in; its purpose is `interview`. Empty: no interview.",
        "",
    )
    rules: tuple[Rule, ...] = say(
        "Who is eligible. A rule may ask a fact of the applicant's school or an answer of the form; one without "
        "`when` is checked by a person. A rating is never asked for: only whether somebody has checked it.",
        (),
    )
    principal_agrees: bool = say("Whether the applicant's principal must agree first.", False)
    chosen_by: Literal["principal", "director"] = say(
        "Who offers the post to a qualified person.", "principal"
    )
    seats: tuple[PostsAt, ...] = say("How many a school can have, by its role; none: no limit.", ())
    pay: Annotated[int | None, Span(0, 1_000_000)] = say(
        "Added to the salary in a year, in whole units of the currency; none: the district says.", None
    )
    term_years: Annotated[int, Span(1, 10)] = say("A term lasts so many school years.", 2)
    valid_years: Annotated[int, Span(1, 10)] = say("So many school years one stays in the pool.", 1)
    renewal: Literal["apply_again", "agree"] = say(
        "After a term one applies again, or both sides agree to go on.", "apply_again"
    )
    ask_days_before: Annotated[int, Span(7, 400)] = say(
        "So long before its end the person is asked whether to go on.", 120, unit="days"
    )

    def most_at(self, role: str) -> int | None:
        """How many a school in this role can have; None: as many as it wants. A role not named has none."""
        if not self.seats:
            return None
        return next((one.most for one in self.seats if one.role == role), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of the committee."""

    key: Key = say("Name in the data.")
    label: Line = say("Whose people these are.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Committee:
    """The joint committee that interviews those who apply for a post."""

    sides: tuple[Side, ...] = say("Who sends its members; none: it has no sides.", ())
    per_side: Annotated[int, Span(1, 10)] = say("Members of each side at an interview, at least.", 1)

    def parties(self) -> tuple[Side, ...]:
        """The sides; a committee without them is one side."""
        return self.sides or (Side(key="committee", label="the committee"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementText:
    """What one group of people does during the year, at length."""

    key: Key = say("Name in the data.")
    whose: Literal["school", "facilitator"] = say("Accepted by schools or by facilitators.", "school")
    for_roles: tuple[RoleKey, ...] = say("Schools in these roles; empty: all.", ())
    title: Line = say("Heading.")
    text: Annotated[str, Text(8000, lines=True)] = say("The text, in Markdown.")
