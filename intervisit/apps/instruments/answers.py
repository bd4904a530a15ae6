"""Answers: which questions are put to whom, what is still missing, and how an answer reads."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intervisit.core.designs import Choice, Design, Form, Question, Section

Answers = Mapping[str, Any]
WISHES = ("ranking", "wishes", "known", "avoid", "prefers_new")  # what only the principal says
EITHER = "either"
GONE = "A school that is gone"


def form_of(design: Design, role: str) -> Form:
    """The application form for a role, or for a school that offers itself for any."""
    return design.form_for(_first_role(design) if role == EITHER or role not in design.roles else role)


def _first_role(design: Design) -> str:
    return design.calls[0].for_roles[0]


def asked_role(role: str) -> str | None:
    """The role to ask a form by: None asks everything, as of a school that offers itself for either."""
    return None if role == EITHER else role


def sections(form: Form, role: str, *, wishes: bool = False) -> Iterator[tuple[Section, list[Question]]]:
    """Sections with the questions put to `role`: those about the school, or the principal's wishes."""
    wanted = asked_role(role)
    for section in form.sections:
        if wanted is not None and section.for_roles and wanted not in section.for_roles:
            continue
        questions = [
            q
            for q in section.questions
            if (q.feeds in WISHES) == wishes and (wanted is None or not q.for_roles or wanted in q.for_roles)
        ]
        if questions:
            yield section, questions


def questions(form: Form, role: str, *, wishes: bool = False) -> list[Question]:
    return [q for _, found in sections(form, role, wishes=wishes) for q in found]


def choices_of(question: Question, design: Design) -> tuple[Choice, ...]:
    """What can be picked or ranked, wherever the design says it comes from."""
    if question.choices_from == "criteria":
        return tuple(Choice(key=c.key, label=c.label) for c in design.matching.criteria)
    if question.choices_from == "focus_areas" or question.kind == "focus_areas":
        return tuple(Choice(key=a.key, label=a.label) for a in design.focus_areas)
    return question.choices


def is_empty(answer: Any) -> bool:
    return answer is None or answer == "" or answer == [] or answer == {}


def count_words(text: str) -> int:
    return len(text.split())


def mark_of(answer: Any) -> str:
    """Eight hexadecimal digits that tell one answer from another: what a page was loaded with."""
    plain = "" if is_empty(answer) else json.dumps(answer, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:8]


@dataclass(frozen=True)
class Missing:
    """Something to do before the form can be submitted. `question` is where."""

    question: str
    label: str
    what: str


def missing(asked: Iterable[Question], answers: Answers) -> list[Missing]:
    """What stands in the way of submitting, in the order of the form."""
    found = ((q, _trouble(q, answers.get(q.key))) for q in asked)
    return [Missing(q.key, q.label, what) for q, what in found if what]


def _trouble(question: Question, answer: Any) -> str:
    if question.kind == "fact":
        return ""
    if question.kind == "file":
        return "no file yet" if question.required and not answer else ""
    if is_empty(answer):
        return "not answered yet" if question.required else ""
    if isinstance(answer, str) and question.max_words:
        over = count_words(answer) - question.max_words
        return f"{over} {'word' if over == 1 else 'words'} too many" if over > 0 else ""
    if isinstance(answer, list) and question.kind != "table":
        if question.min_choices and len(answer) < question.min_choices:
            return f"{len(answer)} of at least {question.min_choices}"
        if question.max_choices and len(answer) > question.max_choices:
            return f"{len(answer)} of at most {question.max_choices}"
    return ""


@dataclass(frozen=True)
class FileShown:
    """A file given as an answer: its name, where it is fetched, and what is said of it."""

    key: str
    name: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Shown:
    """One answer as people read it: a text, a list, or a table with its headings."""

    key: str
    label: str
    text: str = ""
    items: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    private: bool = False
    note: str = ""
    files: tuple[FileShown, ...] = ()

    none: str = "No answer"

    @property
    def empty(self) -> bool:
        return not (self.text or self.items or self.rows or self.files)


@dataclass(frozen=True)
class ShownSection:
    title: str
    answers: tuple[Shown, ...]


def answers_for_display(
    design: Design,
    form: Form,
    role: str,
    answers: Answers,
    *,
    schools: Mapping[str, str],
    facts: Mapping[str, str] | None = None,
    files: Mapping[str, Sequence[FileShown]] | None = None,
    wishes: bool = False,
) -> list[ShownSection]:
    """The answers in the order of the form. `schools`: id → label; `facts`: what the record shows, by fact; `files`:
    those of each question."""
    given = files or {}
    return [
        ShownSection(
            section.title,
            tuple(
                Shown(q.key, q.label, files=tuple(given.get(q.key, ())), none="No file")
                if q.kind == "file"
                else _shown(design, q, answers, schools, facts or {})
                for q in asked
            ),
        )
        for section, asked in sections(form, role, wishes=wishes)
    ]


def _shown(
    design: Design, question: Question, answers: Answers, schools: Mapping[str, str], facts: Mapping[str, str]
) -> Shown:
    about: dict[str, Any] = {"key": question.key, "label": question.label, "private": question.private}
    if question.kind == "fact":
        return Shown(**about, text=facts.get(question.fact, ""), none="Not on record")
    answer: Any = answers.get(question.key)
    if is_empty(answer):
        return Shown(**about)
    if question.kind == "table":
        head = tuple(c.label for c in question.columns)
        rows = tuple(tuple(_cell(row.get(c.key)) for c in question.columns) for row in answer)
        return Shown(**about, head=head, rows=rows)
    if question.kind == "schools":
        names = tuple(schools.get(i, GONE) for i in answer)
        return (
            Shown(**about, text=names_text(question, names))
            if question.ranked
            else Shown(**about, items=names)
        )
    if question.kind in ("choices", "ranking", "focus_areas"):
        own = tuple(answers.get(f"{question.key}.words") or ())
        return Shown(**about, items=tuple(answer_texts(question, design, answer)), note="; ".join(own))
    return Shown(**about, text=answer_text(question, design, answer))


def names_text(question: Question, names: Iterable[str]) -> str:
    """The schools an answer names as one text: `A; B`, and `1. A, 2. B` where their order is meant."""
    if question.ranked:
        return ", ".join(f"{place}. {name}" for place, name in enumerate(names, 1))
    return "; ".join(names)


def answer_texts(question: Question, design: Design, answer: Iterable[str]) -> list[str]:
    labels = {c.key: c.label for c in choices_of(question, design)}
    return [labels.get(key, key) for key in answer]


def answer_text(question: Question, design: Design, answer: Any) -> str:
    """An answer as one text, for a page or a cell."""
    if is_empty(answer):
        return ""
    if isinstance(answer, bool):
        return "Yes" if answer else "No"
    if question.kind == "choice":
        return answer_texts(question, design, [answer])[0]
    if question.kind in ("choices", "ranking", "focus_areas"):
        return "; ".join(answer_texts(question, design, answer))
    if question.kind == "table":
        return "\n".join(", ".join(_cell(row.get(c.key)) for c in question.columns) for row in answer)
    if isinstance(answer, float) and answer.is_integer():
        return str(int(answer))
    return str(answer)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
