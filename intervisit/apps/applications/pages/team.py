"""Writing together: who writes, what stood in an answer before, and the receipt of what was handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.applications.actions.handing_in import receipt_number
from intervisit.apps.applications.actions.writing import BothChanged, name_writers, restore_text
from intervisit.apps.applications.bridge import form_for
from intervisit.apps.applications.models import AnswerText, Application
from intervisit.apps.applications.pages.writing import ready, way
from intervisit.apps.applications.queries.earlier import texts_of
from intervisit.apps.applications.queries.people import team_of_school, writes
from intervisit.apps.instruments.answers import GONE, answer_text, names_text, questions
from intervisit.apps.instruments.queries import school_labels
from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import moment_words, said
from intervisit.core.designs import Question
from intervisit.kit.access import Hidden, may
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused


@dataclass(frozen=True)
class WritersPage(PageRecord):
    template: ClassVar[str] = "applications/writers.html"
    page_title: str
    lead: str
    program: Program
    application: Application
    breadcrumbs: list[Crumb]
    team: Sequence[dict[str, str]]
    only_named: bool


@page("application.view", at="applications/<uuid:application>/writers/", model=Application,
      acts="application.name_writers", methods=("GET", "POST"), name="application_writers")  # fmt: skip
def application_writers_page(request: Request, application: Application) -> WritersPage | Go:
    """The principal names who of the team writes; the others read along."""
    application = ready(request, application)
    if not may(request.actor, "application.texts", application):
        raise Hidden
    team = team_of_school(application.school)
    if request.method == "POST":
        name_writers(application, by=request.actor, people=_named(request, team),
                     only_named=request.POST.get("only_named") == "yes")  # fmt: skip
        return Go(reverse("application_write", args=[application.pk]), "Saved who writes.")
    named = set(application.writers.values_list("person_id", flat=True))
    return WritersPage(
        page_title="Who writes",
        lead="Only people of your team can be named. Whoever leaves the team cannot write from that day on.",
        program=application.program,
        application=application,
        breadcrumbs=way(application, "Who writes"),
        team=[{"id": str(p.pk), "name": p.name, "checked": "yes" if p.pk in named else ""} for p in team],
        only_named=application.only_named,
    )


def _named(request: Request, team: list[Person]) -> list[Person]:
    """The people of these ids; one who is not of the team makes the page not there (B11)."""
    known, found = {str(p.pk): p for p in team}, []
    for key in request.POST.getlist("people")[:100]:
        if key not in known:
            raise Hidden
        found.append(known[key])
    return found


@dataclass(frozen=True)
class EarlierText:
    row: AnswerText
    who: str
    when: str
    text: str
    now: bool


@dataclass(frozen=True)
class EarlierPage(PageRecord):
    template: ClassVar[str] = "applications/earlier.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    texts: Sequence[EarlierText]
    may_restore: bool
    back: str


@page("application.view", at="applications/<uuid:application>/earlier/", model=Application, acts="application.write",
      methods=("GET", "POST"), name="application_earlier")  # fmt: skip
def application_earlier_page(request: Request, application: Application) -> EarlierPage | Go:
    """What stood in one answer before, by whom; any of it can be put back. The program has no such page."""
    application = ready(request, application)
    if not may(request.actor, "application.texts", application):
        raise Hidden
    key = (request.POST if request.method == "POST" else request.GET).get("of", "")[:80]
    question = form_for(application).question(key)
    if question is None or question not in questions(form_for(application), application.role_wanted):
        raise Hidden
    rows = texts_of(application, key)
    back = reverse("application_write", args=[application.pk]) + f"#ask-{key}"
    if request.method == "POST":
        text = rows.filter(pk=_number(request.POST.get("text", ""))).first()
        if text is None:
            raise Hidden
        try:
            restore_text(application, by=request.actor, text=text)
        except BothChanged as clash:
            raise Refused("changed-meanwhile", clash.message, status=409) from None
        return Go(back, "The earlier text is back. What stood there is kept as an earlier text.")
    program = application.program
    return EarlierPage(
        page_title="Earlier texts",
        lead=question.label,
        program=program,
        breadcrumbs=way(application, "Earlier texts"),
        reads=f"the team of {application.school.name}. {program.name} never reads earlier texts.",
        texts=_texts(application, question, list(rows[:50])),
        may_restore=bool(may(request.actor, "application.write", application))
        and writes(request.actor, application),
        back=back,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _texts(application: Application, question: Question, rows: list[AnswerText]) -> list[EarlierText]:
    program = application.program
    named = [i for row in rows if question.kind == "schools" for i in row.answer or []]
    labels = school_labels(named) if named else {}
    found: list[EarlierText] = []
    for row in rows:
        if question.kind == "schools":
            text = names_text(question, [labels.get(i, GONE) for i in row.answer or []])
        else:
            text = answer_text(question, program.design, row.answer)
        who = str(row.person) if row.person else "From last year"
        same = row.answer == application.answers.get(question.key)
        found.append(EarlierText(row, who, moment_words(row.at, program.zone), text, same and not found))
    return found


@dataclass(frozen=True)
class ReceiptPage(PageRecord):
    template: ClassVar[str] = "applications/receipt.html"
    page_title: str
    lead: str
    program: Program
    application: Application
    breadcrumbs: list[Crumb]
    reads: str
    facts: Sequence[dict[str, str]]


@page("application.receipt", at="applications/<uuid:application>/receipt/", model=Application,
      name="application_receipt")  # fmt: skip
def application_receipt_page(request: Request, application: Application) -> ReceiptPage:
    """What was handed in, when and by whom: to print and keep."""
    application = ready(request, application)
    program, design = application.program, application.program.design
    by = f" by {application.submitted_by}" if application.submitted_by else ""
    asked = questions(form_for(application), application.role_wanted)
    answered = sum(
        bool(application.answers.get(q.key) not in (None, "", [])) for q in asked if q.kind != "fact"
    )
    facts = [
        {
            "label": said("{School}", design),
            "value": f"{application.school.name} ({application.school.code})",
        },
        {"label": "Arrived", "value": f"{moment_words(application.submitted, program.zone)}{by}"},
        {"label": "Number", "value": receipt_number(application)},
        {"label": "Answers", "value": f"{answered} of {sum(q.kind != 'fact' for q in asked)} questions"},
        {"label": "Files", "value": str(application.files.count())},
    ]
    return ReceiptPage(
        page_title="Receipt",
        lead=said("Submitted: your {application} has arrived.", design),
        program=program,
        application=application,
        breadcrumbs=way(application, "Receipt"),
        reads=f"the team of {application.school.name}",
        facts=facts,
    )
