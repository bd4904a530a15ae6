"""Whether somebody is eligible for a post: computed where it can be, else looked up by a person, else unknown.

A rating is never a fact here. Where a rule needs one, somebody looks it up elsewhere and only this is kept: that it
was checked, by whom, on which day, and whether the person can apply.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from intervisit.core.designs import Design, Evidence, Outcome, Position, Rule, evaluate

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a person found: yes or no, who, when. Nothing else is kept."""

    met: bool
    by: str
    on: dt.date


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule for one person. `checked`: a person's word, which counts more than what was computed."""

    rule: Rule
    outcome: Outcome
    reason: str
    evidence: tuple[Evidence, ...] = ()
    checked: Checked | None = None

    @property
    def bars(self) -> bool:
        return self.rule.kind == "bar" and self.outcome is Outcome.NOT_MET

    @property
    def waits(self) -> bool:
        """A bar that nobody can answer yet."""
        return self.rule.kind == "bar" and self.outcome is Outcome.UNKNOWN


def findings(
    design: Design, position: Position, facts: Facts, answers: Facts, checked: Mapping[str, Checked]
) -> list[Finding]:
    """Every rule of a post, in order. `facts`: of the person's school; `answers`: of the application."""
    found = []
    for result in evaluate(position.rules, facts, answers, design.facts):
        word = checked.get(result.rule.key)
        if word is None:
            found.append(Finding(result.rule, result.outcome, result.reason, result.evidence))
            continue
        rule = result.rule
        outcome = Outcome.MET if word.met else Outcome.NOT_MET
        reason = result.reason
        if outcome is not result.outcome:
            reason = _plain(rule.met if word.met else rule.not_met, result.evidence)
        found.append(Finding(rule, outcome, reason, result.evidence, word))
    return found


def _plain(text: str, evidence: Iterable[Evidence]) -> str:
    for one in evidence:
        text = text.replace("{" + one.key + "}", one.shown or "not known")
    return text


def verdict(found: Iterable[Finding]) -> Outcome:
    """Of all bars together: one that is not met decides, then one that is unknown."""
    every = list(found)
    if any(one.bars for one in every):
        return Outcome.NOT_MET
    return Outcome.UNKNOWN if any(one.waits for one in every) else Outcome.MET
