"""Applications as the core's values: facts and answers for the rules, words for letters, cells for files."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.instruments.answers import EITHER, WISHES, asked_role, form_of, missing, questions
from intervisit.apps.instruments.answers import Missing as Missing
from intervisit.apps.instruments.bridge import known_facts, shown_fact
from intervisit.apps.people.models import SchoolYear
from intervisit.core.designs import Decision, Design, Form, Outcome, Question, Result, eligibility


def form_for(application: Application) -> Form:
    """The form an application is written on: the one it was begun with, while the design still has it."""
    design = application.program.design
    found = design.forms.get(application.form_key)
    return found if found is not None else form_of(design, application.role_wanted)


def roles_considered(application: Application) -> list[str]:
    """The roles a school is checked for: the one it wants, or every one it can apply for."""
    design = application.program.design
    wanted = asked_role(application.role or application.role_wanted)
    return [wanted] if wanted is not None and wanted in design.roles else list(design.calls[0].for_roles)


@dataclass(frozen=True)
class Check:
    """Eligibility of one school for one role, ready to read."""

    role: str
    label: str
    results: tuple[Result, ...]

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
    facts = known_facts(design, application.school, years)
    return [
        Check(role, design.roles[role].word, tuple(eligibility(design, role, facts, application.answers)))
        for role in roles_considered(application)
    ]


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
    about = missing(questions(form, role), application.answers)
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
