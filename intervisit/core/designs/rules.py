"""Facts about schools, and rules of eligibility over them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from .limits import Code, Help, Key, Line, Note, Prose, Ref, RoleKey, Value, say

FactKind = Literal["number", "yes_no", "text", "level", "list"]
Op = Literal[
    "", "at_least", "at_most", "more_than", "less_than", "between", "equals", "not_equals", "one_of",
    "none_of", "includes", "known",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One step of a scale."""

    key: Code = say("As it stands in the district's data.")
    label: Line = say("What people read.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something the district knows about a school: shown in forms, read by rules."""

    key: Key = say("Name of the fact in the school's record.")
    label: Line = say("What people read.")
    kind: FactKind = say("number, yes_no, text, level (a step of `levels`) or list (several texts).")
    unit: Note = say("Unit of a number, as printed after it.", "")
    levels: tuple[Level, ...] = say("`level`: the steps from lowest to highest.", ())
    source: Note = say("Where the district takes it from.", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A test of one fact or answer, or several joined: exactly one of fact, answer, all, any and no."""

    fact: Annotated[str, Ref("facts", optional=True)] = say("The fact to look at.", "")
    answer: Annotated[str, Ref("questions", optional=True)] = say("The question whose answer to look at.", "")
    op: Op = say("How to compare (with `fact` or `answer`).", "")
    value: Value | None = say(
        "What to compare with: one value; for between, one_of and none_of a list.", None
    )
    all: tuple["Condition", ...] = say("Every one must hold.", ())
    any: tuple["Condition", ...] = say("At least one must hold.", ())
    no: tuple["Condition", ...] = say("None may hold.", ())

    def tests(self) -> Iterator["Condition"]:
        """The single tests within, in the order written."""
        if self.fact or self.answer:
            yield self
        for part in (*self.all, *self.any, *self.no):
            yield from part.tests()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One criterion a principal can read, with a reason for each outcome.

    The reasons may name a fact or answer of the condition in braces, `{principal_years}`; its value is put
    there. A rule without `when` is for a person to decide and stays unknown until somebody has.
    """

    key: Key = say("Unique among the rules.")
    for_roles: tuple[RoleKey, ...] = say("Applied to schools that apply for these roles; empty: to all.", ())
    label: Line = say("The criterion, in one line.")
    kind: Literal["bar", "preference"] = say(
        "bar: whoever does not meet it cannot be accepted; preference: it counts."
    )
    when: Condition | None = say("The condition; without one a member of staff decides.", None)
    met: Prose = say("Reason when it holds.")
    not_met: Prose = say("Reason when it does not.")
    unknown: Prose = say("Reason when the fact is missing, and what the school can do.")
    help: Help = say("More for those who check it.", "")
