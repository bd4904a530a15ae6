"""Applications on paper and in tables: what a PDF says, and every table of a full export."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from intervisit.apps.applications.bridge.rules import checks, facts_shown, focus_labels, form_for, role_label
from intervisit.apps.applications.models import AnswerText, Application, Attachment, RuleWord
from intervisit.apps.applications.states import LABELS
from intervisit.apps.instruments.answers import Shown, answer_text, answers_for_display, names_text, questions
from intervisit.apps.instruments.queries import school_labels
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import moment_words, said
from intervisit.core.tables import Cell
from intervisit.kit.files import KINDS, size_words
from intervisit.kit.models import HistoryLine
from intervisit.kit.paper import Paper, Part, Said


def paper_of(
    application: Application, *, state: str, reads: str, schools: dict[str, str] | None = None
) -> Paper:
    """One application as it is read, without the principal's wishes. `state`: as this reader may know it."""
    program, design, school = application.program, application.program.design, application.school
    shape, role = form_for(application), application.role_wanted
    facts = {k: v for k, (v, _) in facts_shown(application, school.years.all()).items()}
    files = {f.question: f for f in application.files.all()}
    labels = school_labels(named_schools([application])) if schools is None else schools
    shown = answers_for_display(design, shape, role, application.answers, schools=labels, facts=facts)
    parts = [Part(s.title, tuple(_said(a) for a in s.answers if a.key not in files)) for s in shown]
    given = tuple(
        Said(f.name, f"{KINDS[f.kind].label}, {size_words(f.size)}") for f in application.files.all()
    )
    if given:
        parts.append(Part("Files", given))
    by = f" by {application.submitted_by}" if application.submitted_by else ""
    return Paper(
        title=school.name,
        lead=f"{said('{Application}', design)} to {program} as {role_label(design, role)}",
        reads=reads,
        foot=f"{school.name} · {program}",
        facts=(
            (said("{School}", design), f"{school.name} ({school.code})"),
            (said("{Focus_areas}", design), "; ".join(focus_labels(design, application.focus)) or "–"),
            ("State", LABELS[state]),
            (
                "Submitted",
                f"{moment_words(application.submitted, program.zone)}{by}" if application.submitted else "–",
            ),
        ),
        parts=(*(p for p in parts if p.said), Part("What the record says", _rules(application))),
    )


def _said(one: Shown) -> Said:
    return Said(
        one.label,
        one.text or ("" if one.items or one.rows else one.none),
        one.items,
        one.head,
        one.rows,
        one.note,
    )


def _rules(application: Application) -> tuple[Said, ...]:
    words = {"met": "Met", "not_met": "Not met", "unknown": "Not known"}
    return tuple(
        Said(result.rule.label, f"{words[result.outcome]}. {result.reason}")
        for check in checks(application, application.school.years.all())
        for result in check.results
    )


def named_schools(applications: Iterable[Application]) -> list[str]:
    """Ids of the schools that answers name."""
    return [
        str(i)
        for a in applications
        for q in form_for(a).questions()
        if q.kind == "schools"
        for i in a.answers.get(q.key) or []
    ]


# ------------------------------------------------------------------ tables of a full export


@dataclass(frozen=True)
class ExportTable:
    """One table: its name (of the file), headings and rows."""

    name: str
    header: Sequence[str]
    rows: list[list[Cell]]


def _applications(program: Program, every: list[Application]) -> ExportTable:
    design = program.design
    header = ["Number", "School code", "School", "Call", "Wants to be", "State", "Submitted", "Submitted by",
              "Focus areas",
              "Accepted as", "Decided", "Told", "Reason"]  # fmt: skip
    rows: list[list[Cell]] = [
        [str(a.pk), a.school.code, a.school.name, a.call or design.calls[0].key, role_label(design, a.role_wanted),
         LABELS[a.state], _at(a.submitted), str(a.submitted_by or ""), "; ".join(focus_labels(design, a.focus)),
         role_label(design, a.role) if a.role else "", _at(a.decided), _at(a.released), a.reason]
        for a in every
    ]  # fmt: skip
    return ExportTable("applications", header, rows)


def _at(moment: object) -> str:
    return moment.isoformat(timespec="seconds") if hasattr(moment, "isoformat") else ""


def _answers(program: Program, every: list[Application]) -> ExportTable:
    labels, rows = school_labels(named_schools(every)), []
    for a in every:
        for q in questions(form_for(a), a.role_wanted):
            answer = a.answers.get(q.key)
            if q.kind == "fact" or answer is None:
                continue
            text = names_text(q, [labels.get(i, i) for i in answer]) if q.kind == "schools" else None
            rows.append(
                [str(a.pk), a.school.name, q.key, q.label, text or answer_text(q, program.design, answer)]
            )
    return ExportTable("answers", ["Number", "School", "Question", "In words", "Answer"], _cells(rows))


def _cells(rows: Iterable[Iterable[object]]) -> list[list[Cell]]:
    return [
        [cell if isinstance(cell, int | float | str) else str(cell or "") for cell in row] for row in rows
    ]


def _texts(program: Program, every: list[Application]) -> ExportTable:
    """Texts of what was submitted, from the submission on: what stood in a draft before stays the school's."""
    since = {a.pk: a.submitted for a in every}
    found = (
        AnswerText.objects.filter(application__in=since)
        .select_related("person")
        .order_by("application", "at")
    )
    rows = [
        [str(t.application_id), t.question, str(t.person or ""), _at(t.at), str(t.answer or "")]
        for t in found
        if (told := since[t.application_id]) is not None and t.at > told
    ]
    return ExportTable(
        "changes-after-submitting", ["Number", "Question", "Who", "When", "Answer"], _cells(rows)
    )


def _words(program: Program, every: list[Application]) -> ExportTable:
    found = (
        RuleWord.objects.filter(application__in=every)
        .select_related("by", "application__school")
        .order_by("at")
    )
    rows = [[str(w.application_id), w.application.school.name, w.rule, "met" if w.met else "not met", w.reason,
             str(w.by or ""), _at(w.at), _at(w.taken_back)] for w in found]  # fmt: skip
    head = ["Number", "School", "Rule", "Said", "Reason", "By", "When", "Taken back"]
    return ExportTable("words-on-rules", head, _cells(rows))


def _late(program: Program, every: list[Application]) -> ExportTable:
    rows = [[late.school.name, late.call, _at(late.until), late.reason, str(late.by or ""), _at(late.created),
             _at(late.ended)] for late in program.late.select_related("school", "by").order_by("created")]  # fmt: skip
    head = ["School", "Call", "Until", "Reason", "By", "Given", "Taken back"]
    return ExportTable("more-time", head, _cells(rows))


def _files(program: Program, every: list[Application]) -> ExportTable:
    found = Attachment.objects.filter(application__in=every).select_related("application__school", "person")
    rows = [[str(f.application_id), f.application.school.name, f.question, f.name, f.size, f.digest,
             str(f.person or "")]
            for f in found.order_by("application", "created")]  # fmt: skip
    return ExportTable(
        "files", ["Number", "School", "Question", "File", "Bytes", "SHA-256", "By"], _cells(rows)
    )


def _history(program: Program, every: list[Application]) -> ExportTable:
    found = HistoryLine.objects.filter(
        kind="application", thing__in=[str(a.pk) for a in every]
    ).select_related("actor")
    rows = [
        [_at(h.at), h.who, h.verb, h.thing, h.label, str(h.changes or "")] for h in found.order_by("at", "pk")
    ]
    return ExportTable("history", ["When", "Who", "What", "Number", "About", "Changes"], _cells(rows))


# Later chapters add the tables of theirs (reviews, agreements); each gets the program and what was submitted to it.
FULL_EXPORT_TABLES: list[Callable[[Program, list[Application]], ExportTable]] = [
    _applications, _answers, _texts, _words, _late, _files, _history,
]  # fmt: skip


def folder_of(school: Organization) -> str:
    """A name for the files of a school inside an archive."""
    return "".join(
        c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in f"{school.code}-{school.name}"
    )[:80]
