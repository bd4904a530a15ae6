"""Checks of single records: do the fields of one entry fit together?

Each check gives (field, what, remedy) for every mistake; the reader adds file and line.
"""

import re
from collections import Counter
from collections.abc import Iterator

from .forms import Form, Question, Section
from .matching import Criterion, GradeOverlap, Matching, Seat, Shape, Travel
from .program import Facilitators, Meeting, Visits
from .reading import Check
from .review import Decision, ReviewCriterion
from .rules import Condition, Fact, Rule

Mistakes = Iterator[tuple[str, str, str]]

_PLACE = re.compile(r"\{([^{}]*)\}")
MERGE_FIELDS = ("school", "principal", "program", "role", "focus_areas", "reasons", "appeal_until")
PRIVATE_FIELDS = ("reasons",)  # never in a subject: it shows on locked phones
_TAKES_CHOICES = ("choice", "choices", "ranking")
_TAKES_COUNTS = ("choices", "ranking", "schools", "focus_areas")
_ONLY_FOR: dict[str, tuple[str, ...]] = {
    "max_words": ("text", "long_text"),
    "max_chars": ("text", "long_text"),
    "choices": _TAKES_CHOICES,
    "choices_from": (*_TAKES_CHOICES, "schools"),
    "min_choices": _TAKES_COUNTS,
    "max_choices": _TAKES_COUNTS,
    "own_words": ("focus_areas",),
    "ranked": ("schools",),
    "min_value": ("number",),
    "max_value": ("number",),
    "columns": ("table",),
    "max_rows": ("table", "file"),
    "fact": ("fact",),
}
_FEEDS: dict[str, str] = {
    "focus": "focus_areas",
    "ranking": "ranking",
    "wishes": "schools",
    "known": "schools",
    "avoid": "schools",
    "prefers_new": "yes_no",
}
_LIST_OPS = ("between", "one_of", "none_of")


def placeholders(text: str) -> list[str]:
    """The names in braces of `text`, in order."""
    return _PLACE.findall(text)


def _question(question: Question) -> Mistakes:
    kind = question.kind
    for name, kinds in _ONLY_FOR.items():
        if getattr(question, name) not in (None, "", (), False) and kind not in kinds:
            yield (
                name,
                f"A question of kind {kind} takes no `{name}`.",
                f"Remove it; it belongs to {' and '.join(kinds)}.",
            )
    if kind in _TAKES_CHOICES and bool(question.choices) == bool(question.choices_from):
        yield "", f"`{question.key}` needs either `choices` or `choices_from`.", "Give exactly one of them."
    if question.choices_from and (kind == "schools") != (question.choices_from == "hosts"):
        yield (
            "choices_from",
            f"A question of kind {kind} cannot take its choices from `{question.choices_from}`.",
            "Schools come from `hosts`, choices and rankings from `criteria` or `focus_areas`.",
        )
    if kind == "table" and not question.columns:
        yield "", f"`{question.key}` is a table without columns.", "Add `columns`."
    if kind == "fact" and not question.fact:
        yield "", f"`{question.key}` shows no fact.", "Add `fact`, the key of one of [facts]."
    if question.feeds and kind != _FEEDS[question.feeds]:
        yield (
            "feeds",
            f"`{question.feeds}` cannot come from a question of kind {kind}.",
            f"Use {_FEEDS[question.feeds]}.",
        )
    yield from _order(question.min_choices, question.max_choices, "choices")
    yield from _order(question.min_value, question.max_value, "value")
    if question.choices and (question.max_choices or 0) > len(question.choices):
        yield "max_choices", f"There are only {len(question.choices)} choices.", "Lower `max_choices`."


def _order(low: float | None, high: float | None, name: str) -> Mistakes:
    if low is not None and high is not None and low > high:
        yield f"min_{name}", f"`min_{name}` is {low:g}, above `max_{name}`, {high:g}.", "Swap them."


def _form(form: Form) -> Mistakes:
    for key in _twice([question.key for question in form.questions()]):
        yield (
            "sections",
            f"The question `{key}` stands in two sections of this form.",
            "Give one of them another key.",
        )


def _section(section: Section) -> Mistakes:
    for question in section.questions:
        if section.for_roles and set(question.for_roles) - set(section.for_roles):
            what = f"`{question.key}` is for a role that does not see section `{section.key}`."
            yield "questions", what, "Move the question, or add the role to the section."


def _fact(fact: Fact) -> Mistakes:
    if (fact.kind == "level") != bool(fact.levels):
        yield (
            "levels",
            f"`{fact.key}` is of kind {fact.kind}.",
            "Give `levels` to facts of kind level, and only to them.",
        )
    if fact.kind != "number" and fact.unit:
        yield "unit", f"`{fact.key}` is of kind {fact.kind} and has a unit.", "Units belong to numbers."


def _condition(condition: Condition) -> Mistakes:
    parts = [name for name in ("fact", "answer", "all", "any", "no") if getattr(condition, name)]
    if len(parts) != 1:
        said = " and ".join(f"`{name}`" for name in parts) or "none of them"
        yield (
            "",
            f"A condition has one of fact, answer, all, any, no; here it has {said}.",
            "Keep exactly one.",
        )
        return
    if parts[0] not in ("fact", "answer"):
        if condition.op or condition.value is not None:
            yield (
                "op",
                f"`{parts[0]}` joins conditions and takes no `op` or `value`.",
                "Move them into the parts.",
            )
        return
    if not condition.op:
        yield (
            "",
            f"The condition on `{condition.fact or condition.answer}` has no `op`.",
            'Add, for example, op = "at_least".',
        )
    elif condition.op == "known":
        if condition.value is not None:
            yield "value", "`known` asks only whether there is an answer.", "Remove `value`."
    elif condition.value is None:
        yield "op", f"`{condition.op}` needs a `value`.", "Add `value`, what to compare with."
    elif (condition.op in _LIST_OPS) != isinstance(condition.value, tuple):
        wants = "a list" if condition.op in _LIST_OPS else "one value"
        yield (
            "value",
            f"`{condition.op}` compares with {wants}.",
            "Write a list as [a, b], one value without brackets.",
        )
    elif condition.op == "between" and isinstance(condition.value, tuple) and len(condition.value) != 2:
        yield "value", "`between` needs two values, the lower first.", "Write value = [lower, upper]."


def _rule(rule: Rule) -> Mistakes:
    names = {test.fact or test.answer for test in rule.when.tests()} if rule.when else set()
    for name in ("met", "not_met", "unknown"):
        for place in placeholders(getattr(rule, name)):
            if place not in names:
                listed = (
                    ", ".join(f"{{{one}}}" for one in sorted(names)) or "none, as the rule has no condition"
                )
                yield (
                    name,
                    f"{{{place[:40]}}} is not part of the rule's condition.",
                    f"Possible are: {listed}.",
                )


def _seat(seat: Seat) -> Mistakes:
    if seat.min > seat.max:
        yield "min", f"`min` is {seat.min}, above `max`, {seat.max}.", "Swap them."


def _shape(shape: Shape) -> Mistakes:
    if shape.min_size > shape.max_size:
        yield "min_size", f"`min_size` is {shape.min_size}, above `max_size`, {shape.max_size}.", "Swap them."
    if shape.min_count > shape.max_count:
        yield (
            "min_count",
            f"`min_count` is {shape.min_count}, above `max_count`, {shape.max_count}.",
            "Swap them.",
        )
    least, most = sum(seat.min for seat in shape.seats), sum(seat.max for seat in shape.seats)
    if shape.min_size < least or shape.max_size > most:
        what = (
            f"The seats hold {least} to {most} schools, the sizes say {shape.min_size} to {shape.max_size}."
        )
        yield "seats", what, "Make them agree."
    for role in _twice([seat.role for seat in shape.seats]):
        yield "seats", f"The role `{role}` has two seats.", "Join them into one, with `min` and `max`."


def _travel(travel: Travel) -> Mistakes:
    if not travel.full_minutes < travel.zero_minutes:
        yield "full_minutes", "`full_minutes` is not below `zero_minutes`.", "Near must be nearer than far."


def _overlap(overlap: GradeOverlap) -> Mistakes:
    if overlap.shared > overlap.of:
        yield "shared", f"{overlap.shared} shared grades of {overlap.of} cannot be.", "Lower `shared`."


def _criterion(criterion: Criterion) -> Mistakes:
    if (criterion.measure == "same") != bool(criterion.fact):
        yield (
            "measure",
            f"`{criterion.key}` is measured by {criterion.measure}.",
            "Give `fact` with same, and only then.",
        )


def _matching(matching: Matching) -> Mistakes:
    total = (
        matching.focus_points + matching.grade_points + matching.wish_points + sum(matching.criteria_points)
    )
    if total != 100:
        yield (
            "focus_points",
            f"The points add up to {total}.",
            "Focus, grades, wishes and criteria together are 100.",
        )
    if len(matching.criteria_points) > len(matching.criteria):
        ranks, criteria = len(matching.criteria_points), len(matching.criteria)
        what = f"There are points for {ranks} ranks and {criteria} criteria."
        yield "criteria_points", what, "Give at most one figure per criterion."
    if list(matching.criteria_points) != sorted(matching.criteria_points, reverse=True):
        yield (
            "criteria_points",
            "A later rank earns more than an earlier one.",
            "Order the points from high to low.",
        )
    if matching.min_ranked > len(matching.criteria):
        yield "min_ranked", f"There are only {len(matching.criteria)} criteria.", "Lower `min_ranked`."


def _visits(visits: Visits) -> Mistakes:
    if not visits.day_start < visits.half_day_end < visits.day_end:
        yield "day_start", "The day's times are not in order.", "day_start, then half_day_end, then day_end."
    for role in _twice([rule.role for rule in visits.rules]):
        yield "rules", f"The role `{role}` has two rules.", "Keep one."
    for month in _twice(list(visits.months)):
        yield "months", f"Month {month} stands twice.", "Keep it once."


def _meeting(meeting: Meeting) -> Mistakes:
    if meeting.first_week > meeting.every_weeks:
        what = (
            f"`{meeting.name}` comes every {meeting.every_weeks} weeks, first in week {meeting.first_week}."
        )
        yield "first_week", what, f"Write 1 to {meeting.every_weeks}, or a larger `every_weeks`."
    for role in _twice(list(meeting.roles)):
        yield "roles", f"The role `{role}` stands twice.", "Keep it once."


def _facilitators(load: Facilitators) -> Mistakes:
    if load.min_networks > load.max_networks:
        yield "min_networks", "`min_networks` is above `max_networks`.", "Swap them."


def _decision(decision: Decision) -> Mistakes:
    if (decision.outcome == "accept") != bool(decision.role):
        yield (
            "outcome",
            f"`{decision.key}` is of outcome {decision.outcome}.",
            "Give `role` with accept, and only then.",
        )
    for name in ("subject", "letter"):
        for place in placeholders(getattr(decision, name)):
            if place not in MERGE_FIELDS:
                listed = ", ".join(f"{{{one}}}" for one in MERGE_FIELDS)
                yield name, f"{{{place[:40]}}} is not a field of letters.", f"Possible are: {listed}."
    for place in placeholders(decision.subject):
        if place in PRIVATE_FIELDS:
            yield (
                "subject",
                f"{{{place}}} is private, and subjects show on locked phones.",
                "Put it into `letter`.",
            )


def _review_criterion(criterion: ReviewCriterion) -> Mistakes:
    values = [level.value for level in criterion.levels]
    if values != sorted(set(values)):
        yield (
            "levels",
            f"The levels of `{criterion.key}` do not rise.",
            "List them from lowest to highest, each once.",
        )


def _twice(keys: list[str] | list[int]) -> list[str | int]:
    return [key for key, count in Counter[str | int](keys).items() if count > 1]


CHECKS: dict[type, Check] = {
    Question: _question,
    Form: _form,
    Section: _section,
    Fact: _fact,
    Condition: _condition,
    Rule: _rule,
    Seat: _seat,
    Shape: _shape,
    Travel: _travel,
    GradeOverlap: _overlap,
    Criterion: _criterion,
    Matching: _matching,
    Visits: _visits,
    Meeting: _meeting,
    Facilitators: _facilitators,
    Decision: _decision,
    ReviewCriterion: _review_criterion,
}
