"""What a reviewer reads of an application: all of it but the wishes; in a blind stage with names covered."""

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from intervisit.apps.applications.bridge import facts_shown, focus_labels, form_for, role_label
from intervisit.apps.applications.models import Application
from intervisit.apps.applications.states import LABELS
from intervisit.apps.instruments.answers import Shown, ShownSection, answers_for_display
from intervisit.apps.instruments.queries import school_labels
from intervisit.apps.people.models import RoleHeld
from intervisit.apps.reviews.models import Redaction
from intervisit.core.designs import Question
from intervisit.core.reviewing import redact

_NUMBERED = re.compile(r"(\S+ \d+\w*) (\S.+)")
_TELLING = ("table", "schools", "file")  # kinds of answer that name people and places


@dataclass(frozen=True)
class Reading:
    """An application as one reviewer reads it."""

    title: str
    role: str
    focus: Sequence[str]
    sections: Sequence[ShownSection]
    blind: bool


def reading(application: Application, *, blind: bool, redaction: Redaction | None = None) -> Reading:
    """The application's text. Blind: names covered, telling questions left out, facts that are words left out."""
    design, form = application.program.design, form_for(application)
    facts = {
        key: text for key, (text, _) in facts_shown(application, list(application.school.years.all())).items()
    }
    named = [i for q in form.questions() if q.kind == "schools" for i in application.answers.get(q.key) or []]
    sections = answers_for_display(
        design, form, application.role_wanted, application.answers, schools=school_labels(named), facts=facts
    )
    role = role_label(design, application.role_wanted)
    focus = focus_labels(design, application.focus)
    if not blind:
        return Reading(application.school.name, role, focus, sections, False)
    hidden = set(redaction.questions if redaction else suggested_questions(application))
    phrases = list(redaction.phrases if redaction else suggested(application))

    def cover(text: str) -> str:
        return redact(text, phrases)

    covered = [_covered(s, hidden, cover) for s in sections]
    return Reading(code_name(application), role, [cover(f) for f in focus], covered, True)


def told(application: Application, *, blind: bool, redaction: Redaction | None = None) -> tuple[str, str]:
    """What was decided and why, for a reviewer; names in the reason stay covered where the reading was blind."""
    outcome = LABELS[application.state]
    if application.role:
        outcome = f"{outcome} as {role_label(application.program.design, application.role)}"
    phrases = (redaction.phrases if redaction else suggested(application)) if blind else []
    return outcome, redact(application.reason, phrases)


def code_name(application: Application) -> str:
    """What a blind reviewer calls it: tells nothing, and is the same tomorrow."""
    return f"Application {application.pk.hex[-5:].upper()}"


def _covered(section: ShownSection, hidden: set[str], cover: Callable[[str], str]) -> ShownSection:
    return ShownSection(section.title, tuple(_cover(a, hidden, cover) for a in section.answers))


def _cover(answer: Shown, hidden: set[str], cover: Callable[[str], str]) -> Shown:
    if answer.key in hidden:
        return Shown(answer.key, answer.label, none="Not shown in a blind reading")
    return dataclasses.replace(
        answer,
        text=cover(answer.text),
        items=tuple(map(cover, answer.items)),
        rows=tuple(tuple(map(cover, row)) for row in answer.rows),
        note=cover(answer.note),
    )


def questions_of(application: Application) -> list[Question]:
    """The questions a reviewer would read."""
    form = form_for(application)
    return [
        q for q in form.questions() if q.feeds not in ("ranking", "wishes", "known", "avoid", "prefers_new")
    ]


def suggested_questions(application: Application) -> list[str]:
    """Questions whose answers name people and places, or show a fact in words: left out of a blind reading."""
    facts = application.program.design.facts
    return [
        q.key
        for q in questions_of(application)
        if q.kind in _TELLING
        or (q.kind == "fact" and q.fact in facts and facts[q.fact].kind in ("text", "list"))
    ]


def suggested(application: Application) -> list[str]:
    """Names on record: the school, its code and place, its people, and whoever its tables name."""
    school = application.school
    names = [
        *_short_forms(school.name),
        school.code,
        school.address,
        school.superintendent,
        school.support_network,
    ]
    people = list(
        RoleHeld.objects.filter(group=school.group_id, taken_back=False).values_list(
            "person__name", flat=True
        )
    )
    for question in questions_of(application):
        if question.kind == "table":
            people += _people_in(question, application.answers.get(question.key) or [])
    for person in people:
        words = person.split()
        names += [person, words[-1]] if len(words) > 1 else [person]
    return list(dict.fromkeys(n.strip() for n in names if n and len(n.strip()) > 1))


def _short_forms(name: str) -> list[str]:
    """`P.S. 27 Stillwater` is also called P.S. 27, and Stillwater."""
    found = [name]
    numbered = _NUMBERED.match(name)
    if numbered:
        found += [numbered.group(1), numbered.group(2)]
    return found


def _people_in(question: Question, rows: list[dict[str, str]]) -> list[str]:
    """The first column of a table of people holds their names."""
    first = question.columns[0].key if question.columns else ""
    return [str(row.get(first) or "").strip() for row in rows]
