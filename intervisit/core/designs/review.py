"""How applications are read and decided."""

from dataclasses import dataclass
from typing import Annotated, Literal

from .limits import AtLeast, Help, Key, Line, Prose, Ref, RoleKey, Span, say

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
    """A step of the review."""

    key: Key = say("Name in the data.")
    title: Line = say("What people read.")
    kind: Literal["reading", "school_visit", "panel"] = say("What is done.")
    blind: bool = say("School and people are not named to reviewers.", False)
    form: Annotated[str, Ref("forms", optional=True)] = say("The form filled in, for a school visit.", "")
    for_roles: tuple[RoleKey, ...] = say("Only for these roles; empty: for all.", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Who reads what, how often, and by which criteria."""

    per_application: Annotated[int, Span(1, 20)] = say("Reviews of each application.", 2)
    max_per_reviewer: Annotated[int, Span(1, 500)] = say("Most applications for one reviewer.", 30)
    see_others: Literal["after_own", "after_stage", "never"] = say(
        "When a reviewer sees other reviews.", "after_stage"
    )
    conflicts: tuple[Conflict, ...] = say(
        "Who may not review whom.", ("own_school", "former_school", "declared")
    )
    stages: Annotated[tuple[Stage, ...], AtLeast(1)] = say("The steps, in order.")
    criteria: Annotated[tuple[ReviewCriterion, ...], AtLeast(1)] = say("What is judged.")


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
