"""What of last year's application a new one can begin with: answers to what is asked again.

Compared are the keys of the questions, then their words, letter by letter; never what an answer says. Of choices, areas
and tables only what this year's question knows is taken: by key, or by the same words.
"""

from collections.abc import Mapping
from typing import Any

from intervisit.apps.applications.bridge.rules import form_for
from intervisit.apps.applications.models import Application
from intervisit.apps.applications.queries.earlier import earlier_years
from intervisit.apps.instruments.answers import EITHER, choices_of, form_of, is_empty, questions
from intervisit.apps.instruments.queries import design_now
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.designs import Design, Form, Question

_NOT_CARRIED = ("fact", "file")
_ALIKE = {"long_text": "text"}  # kinds that are kept in one shape
_LISTED = ("choices", "ranking", "focus_areas")


def last_year(program: Program, school: Organization) -> Application | None:
    """The school's newest application of an earlier year that answers anything this program asks."""
    design = design_now(program)
    forms = [form_of(design, role) for role in design.roles]
    for before in earlier_years(program, school)[:5]:
        if any(carried(before, form, EITHER, design) for form in forms):
            return before
    return None


def carried(before: Application, form: Form, role: str, design: Design) -> dict[str, Any]:
    """Answers of an earlier application to questions of this form that it was asked, too. By question."""
    asked = {q.key: q for q in form_for(before).questions()}
    words = {q.label.strip(): q for q in reversed(list(asked.values()))}
    theirs = design_now(before.program)
    found: dict[str, Any] = {}
    for question in questions(form, role):
        likely = asked.get(question.key), words.get(question.label.strip())
        same = next((q for q in likely if q is not None and _fits(q, question)), None)
        if same is None:
            continue
        answer = _taken(before.answers.get(same.key), question, design, _by_words(same, theirs))
        if not is_empty(answer):
            found[question.key] = answer
            own = before.answers.get(f"{same.key}.words")
            if not is_empty(own) and answer == before.answers.get(same.key):
                found[f"{question.key}.words"] = own
    return found


def _fits(before: Question, now: Question) -> bool:
    """Whether an answer to one is in the shape of an answer to the other; what was private stays so."""
    return (
        now.kind not in _NOT_CARRIED
        and _ALIKE.get(before.kind, before.kind) == _ALIKE.get(now.kind, now.kind)
        and (now.private or not before.private)
    )


def _by_words(question: Question, design: Design) -> dict[str, str]:
    """Key of what could be picked → its words."""
    return {c.key: c.label.strip() for c in choices_of(question, design)}


def _taken(answer: Any, question: Question, design: Design, theirs: Mapping[str, str]) -> Any:
    """What this year's question knows of an answer."""
    if question.kind == "table" and isinstance(answer, list):
        known = {c.key for c in question.columns}
        rows = [{k: v for k, v in row.items() if k in known} for row in answer]
        return [row for row in rows if any(row.values())]
    if question.kind != "choice" and question.kind not in _LISTED:
        return answer
    ours = _by_words(question, design)
    keys = {label: key for key, label in ours.items()}
    picked = answer if isinstance(answer, list) else [answer]
    found = [key if key in ours else keys.get(theirs.get(key, "")) for key in picked if isinstance(key, str)]
    kept = list(dict.fromkeys(key for key in found if key))
    return (kept[0] if kept else None) if question.kind == "choice" else kept
