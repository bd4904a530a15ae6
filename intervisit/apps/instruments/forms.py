"""A design's form as a page that can be filled in: `build_form`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.html import escape

from intervisit.apps.instruments import fields as kinds
from intervisit.apps.instruments import ordered
from intervisit.apps.instruments.answers import Answers, FileShown, choices_of, is_empty, sections
from intervisit.apps.instruments.queries import find_schools, school_labels
from intervisit.apps.people.models import Organization
from intervisit.core.designs import Design, Form, Question
from intervisit.kit.files import ACCEPT, MOST_BYTES, TAKEN, size_words
from intervisit.kit.forms import DateField, TextField

PREFIX = "q-"
LONGEST = 20_000  # characters of a long text for which the design names no limit
LINE = 500
MOST_FILES = 5  # of one question for which the form names no number


class AnswersForm(forms.Form):
    """The questions as fields `q-<key>`. A draft may leave anything open, so nothing is required here."""

    design: Design
    asked: list[Question]

    def answers(self) -> dict[str, Any]:
        """What was answered, by question: None where it was left empty.

        Questions with errors are left out, and those that the page did not send at all.
        """
        found: dict[str, Any] = {}
        for question in self.asked:
            name = f"{PREFIX}{question.key}"
            if name not in self.cleaned_data:
                continue
            if self.fields[name].widget.value_omitted_from_data(self.data, self.files, name):
                continue
            value = self.cleaned_data[name]
            if question.kind == "focus_areas":
                value, words = value if isinstance(value, tuple) else (value, [])
                if question.own_words:
                    found[f"{question.key}.words"] = words or None
            elif question.kind == "yes_no":
                value = {"yes": True, "no": False}.get(value)
            elif question.kind == "date" and value is not None:
                value = value.isoformat()
            found[question.key] = None if is_empty(value) else value
        return found

    def of(self, question: str) -> BoundField | None:
        name = f"{PREFIX}{question}"
        return self[name] if name in self.fields else None


@dataclass(frozen=True)
class Item:
    """One question on the page: a field to fill in, or a fact of the record."""

    question: Question
    field: BoundField | None
    fact: str = ""
    fact_note: str = ""
    changed_by: str = ""  # who changed it last, and when
    theirs: Any = None  # the answer somebody else has saved meanwhile
    carried: bool = False  # last year's answer, which nobody has looked at yet
    earlier_url: str = ""  # what stood here before
    files: Sequence[FileShown] = ()
    file_error: str = ""
    accept: str = ""  # which files are taken, for the chooser
    taken: str = ""  # … and in words


@dataclass(frozen=True)
class ItemSection:
    key: str
    title: str
    intro: str
    items: Sequence[Item] = field(default=())


def build_form(
    form: Form,
    design: Design,
    role: str,
    *,
    district: Organization,
    data: Any = None,
    answers: Answers | None = None,
    wishes: bool = False,
    search_url: str = "",
    hosts: Sequence[tuple[str, str]] = (),
) -> AnswersForm:
    """The questions of `form` put to `role` as a Django form.

    `answers`: what is saved, by question; `data`: what was posted. `wishes`: only what the principal alone
    says, otherwise everything else; `hosts`: the schools (id, label) a question may offer that asks for one of them.
    Two queries when schools are asked for, none otherwise.
    """
    asked = [q for _, found in sections(form, role, wishes=wishes) for q in found]
    given = answers or {}
    named = [i for q in asked if q.kind == "schools" for i in given.get(q.key) or []]
    labels = school_labels(named) if named else {}
    made = AnswersForm(data, initial=_initial(asked, given), auto_id="id_%s")
    made.design, made.asked = design, asked
    for question in asked:
        built = _field(question, design, labels, search_url, hosts)
        if built is not None:
            made.fields[f"{PREFIX}{question.key}"] = built
    if data is not None:
        _find_named(made, data, district)
    return made


def _find_named(form: AnswersForm, data: Any, district: Organization) -> None:
    """All schools named anywhere in the form, looked up at once."""
    pickers = {n: f for n, f in form.fields.items() if isinstance(f, kinds.SchoolsField)}
    if not pickers:
        return
    texts = [
        text.strip()[:300]
        for name, picker in pickers.items()
        for text in picker.widget.value_from_datadict(data, None, name).values()
    ]
    found = find_schools(texts, district)
    for picker in pickers.values():
        picker.found = found


def _initial(asked: list[Question], answers: Answers) -> dict[str, Any]:
    initial: dict[str, Any] = {}
    for question in asked:
        value = answers.get(question.key)
        if question.kind == "focus_areas":
            value = (value or [], answers.get(f"{question.key}.words") or [])
        elif question.kind == "yes_no" and value is not None:
            value = "yes" if value else "no"
        elif question.kind == "number" and isinstance(value, float) and value.is_integer():
            value = int(value)
        initial[f"{PREFIX}{question.key}"] = value
    return initial


def _field(
    question: Question,
    design: Design,
    labels: Mapping[str, str],
    search_url: str,
    hosts: Sequence[tuple[str, str]],
) -> forms.Field | None:
    help_text = " ".join(part for part in (question.help, _order_words(question)) if part)
    about: dict[str, Any] = {"label": question.label, "help_text": escape(help_text), "required": False}
    match question.kind:
        case "text":
            return _words(TextField(limit=question.max_chars or LINE, **about), question)
        case "long_text":
            made = TextField(kind="long", limit=question.max_chars or LONGEST, **about)
            return _words(made, question)
        case "number":
            return kinds.NumberField(lowest=question.min_value, highest=question.max_value, **about)
        case "yes_no":
            options = [("yes", "Yes"), ("no", "No")]
            if not question.required:
                options.append(("", "No answer"))
            return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **about)
        case "date":
            return DateField(**about)
        case "choice":
            found = [(c.key, c.label) for c in choices_of(question, design)]
            if len(found) > 8:
                return forms.ChoiceField(choices=[("", "Choose one"), *found], **about)
            return forms.ChoiceField(choices=found, widget=forms.RadioSelect, **about)
        case "choices":
            found = [(c.key, c.label) for c in choices_of(question, design)]
            return forms.MultipleChoiceField(choices=found, widget=forms.CheckboxSelectMultiple, **about)
        case "ranking":
            return kinds.RankingField(question, design, **about)
        case "schools" if question.ranked and question.choices_from == "hosts":
            return ordered.OrderedHostsField(question, hosts, **about)
        case "schools" if question.ranked:
            return ordered.OrderedSchoolsField(question, labels, search_url, **about)
        case "schools" if question.choices_from == "hosts":
            return forms.MultipleChoiceField(choices=hosts, widget=forms.CheckboxSelectMultiple, **about)
        case "schools":
            return kinds.SchoolsField(question, labels, search_url, **about)
        case "focus_areas":
            return kinds.FocusField(question, design, **about)
        case "table":
            return kinds.TableField(question, **about)
    return None  # facts are shown, files are taken beside the fields


def _order_words(question: Question) -> str:
    """What the order of named schools does, and what it does not."""
    if not question.ranked:
        return ""
    alike = "; the matching counts each of them alike" if question.feeds else ""
    return f"Your order is read by those who decide{alike}."


def _taken(question: Question) -> str:
    most = question.max_rows or MOST_FILES
    many = "One file" if most == 1 else f"At most {most} files"
    return f"{many}: {TAKEN}, up to {size_words(MOST_BYTES)} each. What a file says about its author is taken out."


def _words(made: TextField, question: Question) -> TextField:
    if question.max_words:
        made.widget.attrs["data-max-words"] = str(question.max_words)
    return made


def items(
    made: AnswersForm,
    form: Form,
    role: str,
    *,
    facts: Mapping[str, tuple[str, str]] | None = None,
    changed_by: Mapping[str, str] | None = None,
    theirs: Mapping[str, Any] | None = None,
    wishes: bool = False,
    carried: Collection[str] = (),
    earlier: Mapping[str, str] | None = None,
    files: Mapping[str, Sequence[FileShown]] | None = None,
    file_errors: Mapping[str, str] | None = None,
) -> list[ItemSection]:
    """The form as a page shows it. `facts`: fact → (as shown, source and date); `changed_by`: question → by whom;
    `earlier`: question → where its earlier texts are."""
    by, other, before = changed_by or {}, theirs or {}, earlier or {}
    found = []
    for section, asked in sections(form, role, wishes=wishes):
        rows = []
        for question in asked:
            shown, note = (facts or {}).get(question.fact, ("", ""))
            rows.append(
                Item(
                    question,
                    made.of(question.key),
                    shown,
                    note,
                    by.get(question.key, ""),
                    other.get(question.key),
                    carried=question.key in carried,
                    earlier_url=before.get(question.key, "") if question.kind not in ("fact", "file") else "",
                    files=(files or {}).get(question.key, ()),
                    file_error=(file_errors or {}).get(question.key, ""),
                    accept=ACCEPT if question.kind == "file" else "",
                    taken=_taken(question) if question.kind == "file" else "",
                )
            )
        found.append(ItemSection(section.key, section.title, section.intro.strip(), rows))
    return found
