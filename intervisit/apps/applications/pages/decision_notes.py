"""After the release: the decision for those who may read it, a principal's note about it, and the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.applications.actions.decision_answers import (
    answer_note,
    give_up_place,
    why_no_note,
    write_note,
)
from intervisit.apps.applications.bridge import role_label
from intervisit.apps.applications.forms import AnswerForm, NoteForm
from intervisit.apps.applications.models import Appeal, Application, Letter
from intervisit.apps.applications.pages.decision_tabs import Tab, tabs
from intervisit.apps.applications.queries.decisions import appeals_of, letter_seen
from intervisit.apps.applications.states import LABELS, TONES
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import moment_words, said
from intervisit.kit.access import Hidden, may
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue, Refused


@dataclass(frozen=True)
class DecisionPage(PageRecord):
    template: ClassVar[str] = "applications/decision.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    state: str
    tone: str
    facts: Sequence[dict[str, str]]
    letter: Letter


@page("application.read_decision", at="decisions/<uuid:application>/", model=Application, name="decision")
def decision_page(request: Request, application: Application) -> DecisionPage:
    """A decision alone, for those who may read it and not what the school wrote."""
    letter = letter_seen(request.actor, application)
    if letter is None:
        raise Hidden
    program, school = application.program, application.school
    in_program(request, program)
    facts = [
        {"label": said("{School}", program.design), "value": f"{school.name} ({school.code})"},
        {"label": "Told", "value": moment_words(letter.told, program.zone)},
    ]
    if application.role:
        facts.append({"label": "Accepted as", "value": role_label(program.design, application.role)})
    # An evaluator reads the decision and has no page of schools.
    sees = bool(may(request.actor, "school.view", school))
    return DecisionPage(
        page_title=f"Decision: {school.name}",
        lead=str(program),
        program=program,
        breadcrumbs=[
            *([Crumb(school.name, reverse("school", args=[school.pk]))] if sees else []),
            Crumb("Decision"),
        ],
        reads=f"the team of {school.name}, its {program.design.words['facilitator'].one} and superintendent, "
        f"those who reviewed it, evaluators, and the staff of {program.name}.",
        state=LABELS[application.state],
        tone=TONES[application.state],
        facts=facts,
        letter=letter,
    )


@page("application.view", at="applications/<uuid:application>/give-up/", model=Application,
      acts="application.give_up", methods=("GET", "POST"), name="give_up_place")  # fmt: skip
def give_up_place_page(request: Request, application: Application) -> "GiveUpPage | Go":
    """Asked once more: a place given back may go to another school at once."""
    here = reverse("application", args=[application.pk])
    program = application.program
    in_program(request, program)
    if request.method == "POST":
        give_up_place(application, by=request.actor)
        return Go(here, "Given back. Thank you for telling the program.")
    if not may(request.actor, "application.give_up", application):
        return GiveUpPage.shut(application, here)
    return GiveUpPage(
        "Give the place back?",
        "The program may offer it to another school at once. Your application stays with your school.",
        program,
        [Crumb(application.school.name, here), Crumb("Give back")],
        here,
        True,
    )


@dataclass(frozen=True)
class GiveUpPage(PageRecord):
    template: ClassVar[str] = "applications/give_up.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    back: str
    open: bool

    @classmethod
    def shut(cls, application: Application, here: str) -> "GiveUpPage":
        way = [Crumb(application.school.name, here), Crumb("Give back")]
        lead = "There is no place to give back now, or only the principal can."
        return cls("Give the place back", lead, application.program, way, here, False)


@dataclass(frozen=True)
class NotePage(PageRecord):
    template: ClassVar[str] = "applications/note.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    letter: Letter
    appeal: Appeal | None
    form: NoteForm | None
    why_not: str
    until: str
    status: int = 200


@page("letter.appeal", at="letters/<uuid:letter>/note/", model=Letter, methods=("GET", "POST"),
      name="decision_note")  # fmt: skip
def decision_note_page(request: Request, letter: Letter) -> NotePage | Go:
    """The principal's own page: write the note once, read the answer."""
    application = letter.application
    program = application.program
    in_program(request, program)
    form, status = NoteForm(), 200
    if request.method == "POST":
        form, status = NoteForm(request.POST), 422
        if form.is_valid():
            try:
                write_note(letter, by=request.actor, text=form.cleaned_data["text"])
                return Go(request.path, "Sent to the program. You will get a mail when it has answered.")
            except (Refused, BadValue) as refusal:
                add_refusal(form, refusal)
    refused = why_no_note(letter)
    here = reverse("application", args=[application.pk])
    return NotePage(
        page_title="Your note about the decision",
        lead="One note, read by the program’s staff. Say what is not right, and what they could look at again.",
        program=program,
        breadcrumbs=[Crumb(application.school.name, here), Crumb("Note")],
        reads=f"you, and the staff of {program.name}. Your team does not see it.",
        letter=letter,
        appeal=Appeal.objects.filter(letter=letter).first(),
        form=form if refused is None or status == 422 else None,
        why_not=refused.message if refused is not None else "",
        until=moment_words(letter.appeal_until, program.zone),
        status=status,
    )


@dataclass(frozen=True)
class NotesPage(PageRecord):
    template: ClassVar[str] = "applications/notes.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    tabs: Sequence[Tab]
    reads: str
    rows: Sequence[dict[str, str]]


@page("program.work", at="programs/<uuid:program>/notes/", model=Program, name="decision_notes")
def decision_notes_page(request: Request, program: Program) -> NotesPage:
    in_program(request, program)
    rows = [
        {
            "school": a.letter.application.school.name,
            "url": reverse("note_answer", args=[a.pk]),
            "written": moment_words(a.written, program.zone),
            "state": "Answered" if a.answered else "Waits for an answer",
            "tone": "good" if a.answered else "warn",
            "about": LABELS[a.letter.state],
        }
        for a in appeals_of(request.actor, program)
    ]
    here = Crumb(said("{Applications}", program.design), reverse("program_applications", args=[program.pk]))
    return NotesPage(
        page_title="Notes about decisions",
        lead=said(
            "What {principals} have written about a decision, those without an answer first.", program.design
        ),
        program=program,
        breadcrumbs=[*crumbs(program), here, Crumb("Notes")],
        tabs=tabs(program, "decision_notes"),
        reads=f"the staff of {program.name}; each note also the principal who wrote it.",
        rows=rows,
    )


@dataclass(frozen=True)
class AnswerPage(PageRecord):
    template: ClassVar[str] = "applications/note_answer.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    appeal: Appeal
    written: str
    application_url: str
    form: AnswerForm | None
    status: int = 200


@page("appeal.view", at="notes/<uuid:appeal>/", model=Appeal, acts="appeal.answer", methods=("GET", "POST"),
      name="note_answer")  # fmt: skip
def note_answer_page(request: Request, appeal: Appeal) -> AnswerPage | Go:
    application = appeal.letter.application
    program = application.program
    in_program(request, program)
    answers = bool(may(request.actor, "appeal.answer", appeal))
    form, status = AnswerForm(), 200
    if request.method == "POST":
        form, status = AnswerForm(request.POST), 422
        if form.is_valid():
            try:
                answer_note(appeal, by=request.actor, text=form.cleaned_data["text"])
                return Go(
                    reverse("decision_notes", args=[program.pk]), "Answered. The principal gets a mail."
                )
            except (Refused, BadValue) as refusal:
                add_refusal(form, refusal)
    notes = Crumb("Notes", reverse("decision_notes", args=[program.pk]))
    return AnswerPage(
        page_title=f"Note of {application.school.name}",
        lead=f"About the decision: {LABELS[appeal.letter.state].lower()}.",
        program=program,
        breadcrumbs=[*crumbs(program), notes, Crumb(application.school.name)] if answers else [Crumb("Note")],
        reads=f"the principal of {application.school.name}, and the staff of {program.name}.",
        appeal=appeal,
        written=f"{appeal.written_by or 'The principal'}, {moment_words(appeal.written, program.zone)}",
        application_url=reverse("application", args=[application.pk]),
        form=form if answers and (appeal.answered is None or status == 422) else None,
        status=status,
    )
