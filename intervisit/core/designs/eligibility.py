"""Which rules a school meets, with a reason for each: three-valued, because a missing fact is not a no.

Joining follows Kleene's strong three-valued logic (S. C. Kleene, Introduction to Metamathematics, 1952, §64).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .program import Design
from .rules import Condition, Fact, Rule

Facts = Mapping[str, object]  # fact or question key → value, or `Known` with where it comes from

_PLACE = re.compile(r"\{([^{}]*)\}")


class Outcome(StrEnum):
    """What a rule says about a school."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Known:
    """A fact's value, where it comes from and of when it is, the last two as people read them."""

    value: object
    source: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact or answer a rule looked at. `shown` is the value as people read it; empty if it is missing."""

    key: str
    label: str
    value: object
    shown: str
    source: str
    as_of: str
    is_answer: bool


@dataclass(frozen=True, slots=True)
class Result:
    """A rule's outcome for one school: a sentence a principal can read, and the evidence it rests on."""

    rule: Rule
    outcome: Outcome
    reason: str
    evidence: tuple[Evidence, ...]

    @property
    def bars(self) -> bool:
        """Whether the school cannot be accepted because of it."""
        return self.rule.kind == "bar" and self.outcome is Outcome.NOT_MET


def eligibility(design: Design, role: str, facts: Facts, answers: Facts | None = None) -> list[Result]:
    """The results of every rule of `design` for a school applying as `role`."""
    return evaluate(design.rules_for(role), facts, answers, design.facts)


def evaluate(
    rules: Rule | Iterable[Rule],
    facts: Facts,
    answers: Facts | None = None,
    definitions: Mapping[str, Fact] | None = None,
) -> list[Result]:
    """The result of each rule, in order.

    `facts`: what the district knows of the school; `answers`: of its application. A missing key, None, an
    empty text or list, or a value of the wrong kind counts as unknown. `definitions`: the design's facts,
    which order levels and name units.
    """
    every = (rules,) if isinstance(rules, Rule) else tuple(rules)
    return [_result(rule, _Known(facts, answers or {}, definitions or {})) for rule in every]


@dataclass(frozen=True, slots=True)
class _Known:
    facts: Facts
    answers: Facts
    definitions: Mapping[str, Fact]

    def value(self, test: Condition) -> tuple[object, str, str]:
        found = self.facts.get(test.fact) if test.fact else self.answers.get(test.answer)
        known = found if isinstance(found, Known) else Known(found)
        missing = known.value is None or known.value in ("", [], ()) or known.value != known.value
        return (None if missing else known.value), known.source, known.as_of

    def evidence(self, test: Condition) -> Evidence:
        key = test.fact or test.answer
        value, source, as_of = self.value(test)
        fact = self.definitions.get(test.fact)
        label = fact.label if fact else key
        return Evidence(key, label, value, _shown(value, fact), source, as_of, bool(test.answer))


def _result(rule: Rule, known: _Known) -> Result:
    if rule.when is None:
        return Result(rule, Outcome.UNKNOWN, rule.unknown, ())
    truth = _truth(rule.when, known)
    outcome = Outcome.UNKNOWN if truth is None else Outcome.MET if truth else Outcome.NOT_MET
    evidence = tuple(dict.fromkeys(_hashable(known.evidence(test)) for test in rule.when.tests()))
    text = {Outcome.MET: rule.met, Outcome.NOT_MET: rule.not_met, Outcome.UNKNOWN: rule.unknown}[outcome]
    shown = {one.key: one.shown or "not known" for one in evidence}
    return Result(
        rule, outcome, _PLACE.sub(lambda place: shown.get(place.group(1), place.group(0)), text), evidence
    )


def _hashable(evidence: Evidence) -> Evidence:
    if not isinstance(evidence.value, list):
        return evidence
    one = evidence
    return Evidence(one.key, one.label, tuple(one.value), one.shown, one.source, one.as_of, one.is_answer)  # type: ignore[arg-type]


def _truth(condition: Condition, known: _Known) -> bool | None:
    if condition.fact or condition.answer:
        return _test(condition, known)
    if condition.any:
        return _any([_truth(part, known) for part in condition.any])
    if condition.no:
        one = _any([_truth(part, known) for part in condition.no])
        return None if one is None else not one
    return _all([_truth(part, known) for part in condition.all])


def _all(truths: list[bool | None]) -> bool | None:
    return False if False in truths else None if None in truths else True


def _any(truths: list[bool | None]) -> bool | None:
    return True if True in truths else None if None in truths else False


def _test(test: Condition, known: _Known) -> bool | None:
    value = known.value(test)[0]
    if test.op == "known":
        return value is not None
    if value is None:
        return None
    fact = known.definitions.get(test.fact)
    levels = [level.key for level in fact.levels] if fact else []
    if levels:
        wanted = test.value if isinstance(test.value, tuple) else (test.value,)
        if value not in levels or any(one not in levels for one in wanted):
            return None
        steps = tuple(levels.index(str(one)) for one in wanted)
        return _compare(
            test.op, levels.index(str(value)), steps if isinstance(test.value, tuple) else steps[0]
        )
    return _compare(test.op, value, test.value)


def _compare(op: str, value: object, wanted: object) -> bool | None:
    """One comparison; None when the two cannot be compared."""
    wants = wanted if isinstance(wanted, tuple) else (wanted,)
    if op == "includes":
        return wanted in value if isinstance(value, list | tuple | set | frozenset) else None
    if any(not _alike(value, one) for one in wants):
        return None
    if op in ("equals", "one_of"):
        return value in wants
    if op in ("not_equals", "none_of"):
        return value not in wants
    return _ordered(op, value, wants)


def _ordered(op: str, value: Any, wants: tuple[Any, ...]) -> bool | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if op == "between":
        return bool(wants[0] <= value <= wants[-1])
    compared = {
        "at_least": value >= wants[0],
        "at_most": value <= wants[0],
        "more_than": value > wants[0],
        "less_than": value < wants[0],
    }
    return compared.get(op)


def _alike(value: object, wanted: object) -> bool:
    """Whether both are yes or no, both numbers, or both texts."""

    def sort(one: object) -> str:
        if isinstance(one, bool):
            return "yes_no"
        return "number" if isinstance(one, int | float) else "text" if isinstance(one, str) else ""

    return sort(value) == sort(wanted) != ""


def _shown(value: object, fact: Fact | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        number = f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
        unit = fact.unit if fact else ""
        return f"{number}{'' if unit in ('', '%') else ' '}{unit}"
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(_shown(one, None) for one in value)
    if fact:
        return next((level.label for level in fact.levels if level.key == value), str(value))
    return str(value)
