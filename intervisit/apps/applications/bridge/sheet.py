"""Applications in spreadsheets: what the columns are, each row as an application, and back."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from intervisit.apps.applications.bridge.rules import (
    checks,
    focus_question,
    form_for,
    role_label,
    wishes_as_answers,
)
from intervisit.apps.applications.bridge.stamps import day_of, order_of
from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.applications.states import LABELS
from intervisit.apps.instruments.answers import EITHER, answer_text, asked_role, choices_of, form_of, is_empty
from intervisit.apps.instruments.queries import design_now, find_schools
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.designs import Design, Question
from intervisit.core.tables import Cell, Column, MappedRow, Table, apply_mapping, chosen_mapping
from intervisit.core.tables.mapping import Kind
from intervisit.core.text import (
    BadValue,
    Collector,
    Order,
    Trouble,
    Troubles,
    clean_email,
    code_key,
    search_key,
    shown,
)
from intervisit.kit.clock import local_day
from intervisit.kit.models import ImportRun
from intervisit.kit.parsing import read_table_in_child

_KINDS: dict[str, Kind] = {"yes_no": "flag", "number": "number", "date": "date", "text": "long"}


def call_of(design: Design, role: str) -> str:
    """The call that an application for this role answers, where nothing else says it: the first that takes it."""
    takes = (c.key for c in design.calls if (c.either if role == EITHER else role in c.for_roles))
    return next(takes, design.calls[0].key)


def _asked(design: Design) -> list[Question]:
    """Questions of all calls that get a column of their own; focus areas have theirs, facts are not answers."""
    found: dict[str, Question] = {}
    for key in dict.fromkeys(key for call in design.calls for key in call.for_roles):
        for question in design.form_for(key).questions():
            if question.kind not in ("fact", "file", "focus_areas"):
                found.setdefault(question.key, question)
    return list(found.values())


def columns_of(design: Design) -> tuple[Column, ...]:
    """The columns an import of applications knows, in the words of the design."""
    area = design.words["focus_area"].one
    fixed = (
        Column(
            "code",
            "school code",
            "code",
            ("school", "school id", "dbn", "school dbn", "id"),
            required=True,
            max_length=40,
        ),
        Column(
            "role",
            "role",
            "text",
            ("wants to be", "applying as", "role wanted"),
            required=True,
            max_length=60,
        ),
        Column("focus1", f"first {area}", "text", (area, "focus", "focus area", "focus 1"), max_length=300),
        Column("focus2", f"second {area}", "text", ("focus 2", "second focus"), max_length=300),
        Column("submitted", "day of submission", "text", ("submitted", "date", "timestamp"), max_length=60),
        Column("principal", "principal’s name", "name", ("principal", "principal name"), max_length=120),
        Column("email", "principal’s e-mail address", "email", ("email", "principal email"), max_length=254),
    )
    asked = tuple(
        Column(f"q_{q.key}", q.label, _KINDS.get(q.kind, "long"), (q.key, q.key.replace("_", " ")),
               max_length=q.max_chars or 20_000)
        for q in _asked(design)
    )  # fmt: skip
    return fixed + asked


def table_of(run: ImportRun) -> Table | Troubles:
    """Read the staged file in a process of its own."""
    option = run.options.get
    return read_table_in_child(
        bytes(run.data),
        run.filename,
        encoding=option("encoding") or None,
        delimiter=option("delimiter") or None,
    )


@dataclass
class SheetRow:
    """One application of the file."""

    line: int
    code: str
    role: str = ""
    focus: list[str] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)
    wished: dict[str, Any] = field(default_factory=dict)  # question → answer, of the principal's wishes
    submitted: dt.date | None = None
    principal: str = ""
    email: str = ""
    school: Organization | None = None


def read_rows(
    program: Program, table: Table, mapping: Mapping[str, str], order: Order | None = None
) -> tuple[list[SheetRow], Troubles]:
    """Every application of the table, or every trouble with its line. `mapping`: column key → heading.

    `order`: whether the month or the day comes first in dates of columns that do not tell it themselves.
    """
    design = design_now(program)
    columns = columns_of(design)
    at = {name: place for place, name in enumerate(table.header)}
    chosen = chosen_mapping(table.header, columns, {k: at.get(h) for k, h in mapping.items()})
    schools = {
        s.code_key: s for s in Organization.objects.filter(district=program.district_id, kind="school")
    }
    mapped = apply_mapping(
        table, chosen, columns, unique=("code",), known_codes=sorted(schools), facts=False, order=order
    )
    found = Collector()
    found.extend(mapped.troubles)
    headings = {key: table.header[place] for key, place in chosen.places.items()}
    told = order_of(row.values.get("submitted") for row in mapped.rows) or order
    reader = _Reader(design, headings, _named_schools(program, mapped.rows, design), told)
    rows = []
    for row in mapped.rows:
        read, troubles = reader.read(row)
        read.school = schools.get(code_key(read.code))
        if read.school is None:
            message = (
                f"no school has the code {shown(read.code)}. Import the school first, or correct the code."
            )
            troubles.append(
                Trouble("unknown-school", message, "code").at(line=row.line, column=headings["code"])
            )
        found.extend(troubles)
        rows.append(read)
    return rows, found.done()


def _named_schools(program: Program, rows: Iterable[MappedRow], design: Design) -> dict[str, str | Trouble]:
    """All schools that answers name, looked up at once."""
    keys = [f"q_{q.key}" for q in _asked(design) if q.kind == "schools"]
    texts = {part for row in rows for key in keys for part in _split(row.values.get(key))}
    return find_schools(texts, program.district)


def _split(value: object) -> list[str]:
    parts = str(value or "").replace("\n", ";").split(";")
    return [part.strip() for part in parts if part.strip()]


def _listed(value: object, known: Mapping[str, str]) -> list[str]:
    """The parts of a list. Form tools put commas between choices, and choices have commas of their own: what is
    known as a whole stays whole, the longest first."""
    found = []
    for part in _split(value):
        words = part.split(",")
        at, pieces = 0, []
        while at < len(words):
            ends = range(len(words), at, -1)
            end = next((e for e in ends if _is_known(",".join(words[at:e]), known)), None)
            if end is None:
                pieces = [part]  # not a list of what we know: named whole in the trouble
                break
            pieces.append(",".join(words[at:end]).strip())
            at = end
        found += pieces
    return found


def _is_known(text: str, known: Mapping[str, str]) -> bool:
    return text.strip() in known or search_key(text) in known


class _Reader:
    """Reads rows of one file for one design."""

    def __init__(
        self, design: Design, headings: Mapping[str, str], schools: Mapping[str, str | Trouble],
        order: Order | None,
    ) -> None:  # fmt: skip
        self.design, self.headings, self.schools = design, headings, schools
        self.asked = _asked(design)
        self.order = order
        roles = [(r.key, r.word) for r in design.roles.values() if r.may_apply]
        areas = [(a.key, a.label) for a in design.focus_areas]
        self.labels = dict([*roles, *areas])  # as those say it who correct the file
        self.roles = _by_words(roles)
        if any(call.either for call in design.calls):
            self.roles |= {EITHER: EITHER, "any": EITHER, "both": EITHER}
        self.areas = _by_words(areas)

    def read(self, row: MappedRow) -> tuple[SheetRow, list[Trouble]]:
        values, troubles = row.values, []
        read = SheetRow(row.line, str(values["code"]))
        problems: list[tuple[str, Trouble]] = []
        read.role = self._one("role", values.get("role"), self.roles, "unknown-role", problems)
        focus = focus_question(form_of(self.design, read.role))
        read.focus = self._focus(focus, values, problems)
        if focus is not None and read.focus:
            read.answers[focus.key] = read.focus
        for question in self.asked:
            answer = self._answer(question, values.get(f"q_{question.key}"), problems)
            if is_empty(answer) or not _put(question, read.role):
                continue
            (read.wished if question.feeds in _WISHED else read.answers)[question.key] = answer
        read.submitted = day_of(values.get("submitted"), self.order, problems)
        read.principal = str(values.get("principal") or "")
        read.email = self._email(values.get("email"), problems)
        if read.email and not read.principal:
            message = "an address needs the principal’s name beside it."
            problems.append(("email", Trouble("missing", message, "principal")))
        for key, trouble in problems:
            troubles.append(trouble.at(line=row.line, column=self.headings.get(key, key)))
        return read, troubles

    def _one(
        self,
        key: str,
        value: object,
        known: Mapping[str, str],
        code: str,
        problems: list[tuple[str, Trouble]],
    ) -> str:
        text = str(value or "")
        found = known.get(text) or known.get(search_key(text))
        if found is None and text:
            names = [self.labels.get(k, k) for k in dict.fromkeys(known.values())]
            some = "; ".join(names[:12]) + (f"; and {len(names) - 12} more" if len(names) > 12 else "")
            problems.append(
                (key, Trouble(code, f"{shown(text)} is not known here. Use one of: {some}.", key))
            )
        return found or ""

    def _focus(
        self, question: Question | None, values: Mapping[str, object], problems: list[tuple[str, Trouble]]
    ) -> list[str]:
        found: list[str] = []
        for key in ("focus1", "focus2"):
            for part in _listed(values.get(key), self.areas):
                area = self._one(key, part, self.areas, "unknown-focus-area", problems)
                if area and area not in found:
                    found.append(area)
        most = (question.max_choices if question else None) or 2
        if len(found) > most:
            message = f"{len(found)} are named; at most {most} can be."
            problems.append(("focus1", Trouble("too-many", message, "focus1")))
        return found[:most]

    def _email(self, value: object, problems: list[tuple[str, Trouble]]) -> str:
        try:
            return clean_email(str(value or ""), field="email")
        except BadValue as error:
            problems += [("email", t) for t in error.troubles]
            return ""

    def _answer(self, question: Question, value: Any, problems: list[tuple[str, Trouble]]) -> Any:
        if is_empty(value):
            return None
        key = f"q_{question.key}"
        if question.kind == "date":
            return value.isoformat()
        if question.kind in ("text", "long_text", "number", "yes_no"):
            return value
        if question.kind == "table":
            return _table(question, str(value))
        if question.kind == "schools":
            return self._schools(key, value, problems)
        choices = [(c.key, c.label) for c in choices_of(question, self.design)]
        known, self.labels = _by_words(choices), self.labels | dict(choices)
        parts = [str(value)] if question.kind == "choice" else _listed(value, known)
        keys = [self._one(key, part, known, "unknown-choice", problems) for part in parts]
        found = list(dict.fromkeys(k for k in keys if k))
        return (found[0] if found else None) if question.kind == "choice" else found

    def _schools(self, key: str, value: object, problems: list[tuple[str, Trouble]]) -> list[str]:
        found: list[str] = []
        for part in _split(value):
            known = self.schools.get(part)
            if isinstance(known, str):
                found.append(known)
            elif known is not None:
                problems.append((key, known))
        return list(dict.fromkeys(found))


_WISHED = ("ranking", "wishes", "known", "avoid", "prefers_new")


def _put(question: Question, role: str) -> bool:
    wanted = asked_role(role)
    return wanted is None or not question.for_roles or wanted in question.for_roles


def _by_words(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Keys by themselves and by their labels, without case and accents."""
    found: dict[str, str] = {}
    for key, label in pairs:
        found[key] = key
        found.setdefault(search_key(key), key)
        found.setdefault(search_key(label), key)
    return found


def _table(question: Question, text: str) -> list[dict[str, str]]:
    """Lines of cells between bars, as our own export writes them."""
    keys = [c.key for c in question.columns]
    rows = []
    for line in text.splitlines()[: question.max_rows or 50]:
        cells = dict(zip(keys, (cell.strip() for cell in line.split("|")), strict=False))
        if any(cells.values()):
            rows.append({k: v for k, v in cells.items() if v})
    return rows


def export_header(design: Design) -> list[str]:
    """Headings of an export; our own import knows all of them but the last two."""
    known = [c.label for c in columns_of(design)]
    return ["School", *known, "State", "Eligible"]


def export_row(
    application: Application,
    wishes: Wishes | None,
    schools: Mapping[str, str],
    principal: tuple[str, str],
    *,
    state: str = "",
) -> list[Cell]:
    """One application in the order of `export_header`. `schools`: id → code; `state`: as its reader may know it."""
    design, form = design_now(application.program), form_for(application)
    words = focus_words(design, application.focus)
    wished = wishes_as_answers(form, application.role_wanted, wishes)
    found = checks(application, application.school.years.all())
    cells: list[Cell] = [
        application.school.name,
        application.school.code,
        role_label(design, application.role_wanted),
        *[*words, "", ""][:2],
        local_day(application.submitted, application.program.zone) if application.submitted else None,
        *principal,
    ]
    for question in _asked(design):
        answer = (
            wished.get(question.key) if question.feeds in _WISHED else application.answers.get(question.key)
        )
        cells.append(_cell(question, design, answer, schools))
    best = min(found, key=lambda c: (c.barred, c.unknown)) if found else None
    return [*cells, LABELS[state or application.state], best.verdict if best else ""]


def focus_words(design: Design, keys: Sequence[str]) -> list[str]:
    labels = {a.key: a.label for a in design.focus_areas}
    return [labels.get(k, k) for k in keys]


def _cell(question: Question, design: Design, answer: Any, schools: Mapping[str, str]) -> Cell:
    if is_empty(answer):
        return None
    if isinstance(answer, bool | int | float):
        return answer
    if question.kind == "schools":
        return "; ".join(schools.get(i, i) for i in answer)
    if question.kind == "table":
        return "\n".join(" | ".join(str(row.get(c.key, "")) for c in question.columns) for row in answer)
    return answer_text(question, design, answer)
