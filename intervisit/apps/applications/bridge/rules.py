"""Applications as the core's values: facts and answers for the rules, words for letters, cells for files."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.instruments.answers import EITHER, WISHES, asked_role, form_of, missing, questions
from intervisit.apps.instruments.answers import Missing as Missing
from intervisit.apps.instruments.bridge import known_facts, shown_fact
from intervisit.apps.people.models import SchoolYear
from intervisit.core.designs import (
    Decision,
    Design,
    Evidence,
    Form,
    Outcome,
    Question,
    Result,
    Rule,
    eligibility,
)
from intervisit.kit import prepared


def form_for(application: Application) -> Form:
    """The form an application is written on: the one it was begun with, whatever has been edited since."""
    if application.form is not None:
        return application.form.form
    design = application.program.design
    found = design.forms.get(application.form_key)
    return found if found is not None else form_of(design, application.role_wanted)


def roles_considered(application: Application) -> list[str]:
    """The roles a school is checked for: the one it wants, or every one of its call. Never by what was decided: the
    school sees these checks before it is told."""
    design = application.program.design
    wanted = asked_role(application.role_wanted)
    if wanted is not None and wanted in design.roles:
        return [wanted]
    call = next((c for c in design.calls if c.key == application.call), design.calls[0])
    return list(call.for_roles)


@dataclass(frozen=True)
class Word:
    """What a person has said of a rule, in the place of what is computed or where nothing can be."""

    met: bool
    reason: str
    by: str
    at: dt.datetime
    pk: str


@dataclass(frozen=True)
class Judged:
    """One rule for one school: what is computed, and a person's word where there is one. The word counts."""

    computed: Result
    word: Word | None = None

    @property
    def rule(self) -> Rule:
        return self.computed.rule

    @property
    def outcome(self) -> Outcome:
        if self.word is None:
            return self.computed.outcome
        return Outcome.MET if self.word.met else Outcome.NOT_MET

    @property
    def reason(self) -> str:
        return self.word.reason if self.word is not None else self.computed.reason

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return self.computed.evidence

    @property
    def bars(self) -> bool:
        return self.rule.kind == "bar" and self.outcome is Outcome.NOT_MET


@dataclass(frozen=True)
class Check:
    """Eligibility of one school for one role, ready to read."""

    role: str
    label: str
    results: tuple[Judged, ...]

    @property
    def barred(self) -> bool:
        return any(r.bars for r in self.results)

    @property
    def unknown(self) -> int:
        return sum(r.rule.kind == "bar" and r.outcome is Outcome.UNKNOWN for r in self.results)

    @property
    def verdict(self) -> str:
        if self.barred:
            return "Not eligible"
        return "Not known yet" if self.unknown else "Eligible"

    @property
    def tone(self) -> str:
        return "bad" if self.barred else "warn" if self.unknown else "good"


def checks(application: Application, years: Iterable[SchoolYear] | None = None) -> list[Check]:
    """What the design's rules say of a school, from its record and its answers; a missing fact is not a no."""
    design = application.program.design
    facts, words = known_facts(design, application.school, years), words_on(application)
    return [
        Check(
            role,
            design.roles[role].word,
            tuple(
                Judged(found, words.get(found.rule.key))
                for found in eligibility(design, role, facts, application.answers)
            ),
        )
        for role in roles_considered(application)
    ]


def words_on(application: Application) -> dict[str, Word]:
    """Rule → what a person has said of it. No query where the rows were prefetched."""
    return {
        w.rule: Word(w.met, w.reason, str(w.by or "the program"), w.at, str(w.pk))
        for w in prepared.of(application, "rule_words")
        if w.taken_back is None
    }


def facts_shown(
    application: Application, years: Iterable[SchoolYear] | None = None
) -> dict[str, tuple[str, str]]:
    """Fact → (as people read it, where it comes from), for the facts a form shows."""
    design = application.program.design
    found = {}
    for key, known in known_facts(design, application.school, years).items():
        note = ", ".join(part for part in (known.source, known.as_of) if part)
        found[key] = (shown_fact(design, key, known), note)
    return found


_PLACE = re.compile(r"\{[a-z_]+\}")  # one pass: what a school wrote is never read again
_FIELD_OF = {
    "ranking": "ranking", "wishes": "schools", "known": "known", "avoid": "avoid", "prefers_new": "welcomes_new",
}  # fmt: skip


def wishes_as_answers(form: Form, role: str, wishes: Wishes | None) -> dict[str, Any]:
    """The principal's wishes as answers to the questions that ask for them."""
    if wishes is None:
        return {}
    return {q.key: getattr(wishes, _FIELD_OF[q.feeds]) for q in questions(form, role, wishes=True)}


def answers_as_wishes(form: Form, role: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """And back: what to write into the row of wishes."""
    found: dict[str, Any] = {}
    for question in questions(form, role, wishes=True):
        value = answers.get(question.key)
        found[_FIELD_OF[question.feeds]] = value if question.feeds == "prefers_new" else (value or [])
    return found


def missing_in(application: Application, wishes: Wishes | None) -> tuple[list[Missing], list[Missing]]:
    """What is still missing: in the application, and among the principal's wishes."""
    form, role = form_for(application), application.role_wanted
    asked = questions(form, role)
    about = missing(asked, application.answers)
    said = {m.question for m in about}
    for question in asked:
        if question.key in application.carried and question.key not in said:
            about.append(
                Missing(question.key, question.label, "last year’s answer: say that it is still true")
            )
    wished = missing(questions(form, role, wishes=True), wishes_as_answers(form, role, wishes))
    return about, wished


def focus_question(form: Form) -> Question | None:
    return next((q for q in form.questions() if q.feeds == "focus"), None)


def focus_labels(design: Design, keys: Iterable[str]) -> list[str]:
    areas = {a.key: a.label for a in design.focus_areas}
    return [areas.get(key, key) for key in keys]


def role_label(design: Design, role: str) -> str:
    """What a role is called; a school that takes any role is “either”."""
    if role == EITHER:
        return "either"
    return design.roles[role].word if role in design.roles else role


def letter(application: Application, decision: Decision, principal: str) -> str:
    """The letter of a decision with this school's words put in. Nothing in an answer is ever interpreted."""
    design = application.program.design
    words = {
        "{school}": application.school.name,
        "{principal}": principal,
        "{program}": str(application.program),
        "{role}": role_label(design, application.role),
        "{focus_areas}": ", ".join(focus_labels(design, application.focus)),
        "{reasons}": application.reason or "–",
    }
    return _PLACE.sub(lambda found: words.get(found.group(), found.group()), decision.letter.strip())


__all__ = [
    "WISHES", "Check", "Missing", "answers_as_wishes", "checks", "facts_shown", "focus_labels", "focus_question",
    "form_for", "letter", "missing_in", "role_label", "roles_considered", "wishes_as_answers",
]  # fmt: skip
