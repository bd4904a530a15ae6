"""How applications are read and decided."""

from dataclasses import dataclass
from typing import Annotated, Literal

from .limits import AtLeast, Help, Key, Line, MaybeMonthDay, Prose, Ref, RoleKey, Span, say

Conflict = Literal["own_school", "former_school", "same_superintendent", "declared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One labelled level of a criterion."""

    value: Annotated[int, Span(0, 100)] = say("What it counts.")
    label: Line = say("What it means, so that two reviewers choose alike.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCriterion:
    """One thing reviewers judge."""

    key: Key = say("Name in the data.")
    label: Line = say("What is judged.")
    help: Help = say("Where to look, and what not to count.", "")
    for_roles: tuple[RoleKey, ...] = say("Judged only for these roles; empty: for all.", ())
    weight: Annotated[int, Span(0, 100)] = say("Weight in the total; 0: noted, not counted.", 1)
    required: bool = say("A review cannot be handed in without it.", True)
    levels: Annotated[tuple[Score, ...], AtLeast(2)] = say("Levels, lowest first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step of the review, with its rights: who reads, whose names they see, when they see others' reviews,
    until when they may change their own. A reviewer never sees another's review before the stage is closed."""

    key: Key = say("Name in the data.")
    title: Line = say("What people read.")
    kind: Literal["reading", "school_visit", "panel"] = say("What is done.")
    blind: bool = say(
        "School and people are not named to reviewers: staff cover the names before the stage opens.", False
    )
    form: Annotated[str, Ref("forms", optional=True)] = say("The form filled in, for a school visit.", "")
    for_roles: tuple[RoleKey, ...] = say("Only for these roles; empty: for all.", ())
    reviews: Annotated[int | None, Span(1, 20)] = say(
        "Reviews of each application in this stage; none: as `per_application` says.", None
    )
    handed_out: Literal["assigned", "queue"] = say(
        "assigned: each reviewer gets theirs; queue: reviewers take the application with the fewest reviews next.",
        "assigned",
    )
    criteria: tuple[Annotated[str, Ref("review_criteria")], ...] = say(
        "What is judged in this stage; empty: everything that is judged.", ()
    )
    may_edit: Literal["until_closed", "until_sent"] = say(
        "Until when reviewers may change a review they have sent.", "until_closed"
    )
    see_others: Literal["", "after_stage", "never"] = say(
        "When a reviewer sees other reviews of what they have read themselves; empty: as the review says.", ""
    )
    starts: MaybeMonthDay = say("First day planned; empty: when the director opens it.", "")
    ends: MaybeMonthDay = say("Last day planned, to midnight; the director may extend it.", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Who reads what, how often, and by which criteria."""

    per_application: Annotated[int, Span(1, 20)] = say("Reviews of each application.", 2)
    max_per_reviewer: Annotated[int, Span(1, 500)] = say("Most applications for one reviewer.", 30)
    see_others: Literal["after_stage", "never"] = say(
        "When a reviewer sees other reviews of what they have read themselves: after the stage, or never.",
        "after_stage",
    )
    conflicts: tuple[Conflict, ...] = say(
        "Who may not review whom.", ("own_school", "former_school", "declared")
    )
    stages: Annotated[tuple[Stage, ...], AtLeast(1)] = say("The steps, in order.")
    criteria: Annotated[tuple[ReviewCriterion, ...], AtLeast(1)] = say("What is judged.")

    def judged(self, stage: Stage, role: str | None) -> tuple[ReviewCriterion, ...]:
        """The criteria of a stage for a school that applies for `role`; None: for one that takes any role."""
        return tuple(
            c
            for c in self.criteria
            if (not stage.criteria or c.key in stage.criteria)
            and (not c.for_roles or role is None or role in c.for_roles)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An outcome of an application, with the letter that tells it.

    Letters may hold {school}, {principal}, {program}, {role}, {focus_areas}, {reasons} and {appeal_until}. The
    subject shows on locked phones, so it never holds {reasons}.
    """

    key: Key = say("Name in the data.")
    label: Line = say("What people read.")
    outcome: Literal["accept", "waitlist", "decline"] = say("What it means.")
    role: Annotated[str, Ref("roles", optional=True)] = say("With accept: the role the school gets.", "")
    subject: Line = say("Subject of the letter.")
    letter: Prose = say("The letter.")
    appeal_days: Annotated[int, Span(0, 365)] = say(
        "For so many days after the letter the principal may write one note about it; 0: none.",
        0,
        unit="days",
    )
