"""School visits as a stage: planned by the office, written up on a phone by those who went."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from intervisit.apps.instruments.answers import ShownSection, answers_for_display, mark_of, missing
from intervisit.apps.instruments.fields import TableWidget
from intervisit.apps.instruments.forms import PREFIX, AnswersForm, ItemSection, build_form, items
from intervisit.apps.instruments.pages.saved import SavedPart, kept, problems_of
from intervisit.apps.people.models import RoleHeld
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import in_program
from intervisit.apps.programs.queries import day_words
from intervisit.apps.reviews.actions.visits import (
    finish_visit,
    form_of_visit,
    may_visit,
    plan_visit,
    save_visit,
)
from intervisit.apps.reviews.forms import VisitForm
from intervisit.apps.reviews.models import SchoolVisit
from intervisit.apps.reviews.pages.assigning import the_application
from intervisit.apps.reviews.pages.desk import desk_url, way, when_words
from intervisit.apps.reviews.queries import StageView, stage_named
from intervisit.apps.reviews.states import StageState, VisitState
from intervisit.core.designs import Form
from intervisit.kit.access import Hidden, may
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused, Stale

FREE = 3  # empty rows of a table at a time; saving gives more


@dataclass(frozen=True)
class PlanVisitPage(PageRecord):
    template: ClassVar[str] = "reviews/plan_visit.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    form: VisitForm
    sections: Sequence[ShownSection]
    visit: SchoolVisit | None
    done: bool
    status: int = 200


@page("program.work", at="programs/<uuid:program>/reviews/<slug:stage>/visits/<uuid:application>/", model=Program,
      methods=("GET", "POST"), name="plan_school_visit")  # fmt: skip
def plan_school_visit_page(
    request: Request, program: Program, stage: str, application: uuid.UUID
) -> PlanVisitPage | Go:
    """When, and who goes; what they wrote, once they have."""
    in_program(request, program)
    view = stage_named(program, stage)
    if not view.visits:
        raise Hidden
    found = the_application(request.actor, view, application)
    people = may_visit(program)
    visit = SchoolVisit.objects.filter(stage=view.row, application=found).first() if view.row else None
    form, status = VisitForm(people=people, initial=_initial(visit)), 200
    if request.method == "POST":
        form, status = VisitForm(request.POST, people=people), 422
        if form.is_valid():
            chosen = set(form.cleaned_data["visitors"])
            going: list[RoleHeld] = [h for h in people if str(h.pk) in chosen]
            try:
                plan_visit(program, stage, found, by=request.actor, day=form.cleaned_data["day"],
                           starts=form.cleaned_data["starts"], visitors=going)  # fmt: skip
                return Go(desk_url(program, stage), "Planned. Who is new to it has been told.")
            except Refused as refusal:
                status = refusal.status
                add_refusal(form, refusal)
    return PlanVisitPage(
        page_title=f"Visit to {found.school.name}",
        lead=view.shape.title,
        program=program,
        breadcrumbs=way(program, found.school.name, stage),
        reads=f"the staff of {program.name} and those who go. The school never reads the notes.",
        form=form,
        sections=written_up(view, visit) if visit and visit.answers else [],
        visit=visit,
        done=visit is not None and visit.state == VisitState.DONE,
        status=status,
    )


def _initial(visit: SchoolVisit | None) -> dict[str, Any]:
    if visit is None:
        return {}
    held = [str(pk) for pk in visit.visitors.values_list("held", flat=True)]
    return {"day": visit.day, "starts": visit.starts, "visitors": held}


def written_up(stage: StageView, visit: SchoolVisit) -> list[ShownSection]:
    """What the visitors wrote, to read; days with their weekday."""
    form, answers = form_of_visit(stage), dict(visit.answers)
    for question in form.questions():
        if question.kind == "date" and answers.get(question.key):
            answers[question.key] = day_words(dt.date.fromisoformat(answers[question.key]))
    return answers_for_display(stage.program.design, form, _role(visit), answers, schools={})


def _role(visit: SchoolVisit) -> str:
    return visit.application.role_wanted


@dataclass(frozen=True)
class SchoolVisitPage(PageRecord):
    template: ClassVar[str] = "reviews/visit.html"
    page_title: str
    lead: str
    program: Program
    visit: SchoolVisit
    breadcrumbs: list[Crumb]
    reads: str
    who: str
    form: AnswersForm
    sections: Sequence[ItemSection]
    shown: Sequence[ShownSection]
    base: str
    tab: str
    todo: int
    may_write: bool
    done: bool
    saved_note: str
    status: int = 200


@page("school_visit.view", at="school-visits/<uuid:visit>/", model=SchoolVisit, acts="school_visit.write",
      methods=("GET", "POST"), name="school_visit")  # fmt: skip
def school_visit_page(request: Request, visit: SchoolVisit) -> SchoolVisitPage | Go:
    """The form of the design, for a thumb. Several people may write at once."""
    visit, view = _whole(request, visit)
    if request.method != "POST":
        return _show(request, visit, view, _built(view, visit), str(uuid.uuid4()))
    form, tab = _built(view, visit, request.POST), request.POST.get("tab", "")[:40]
    if not form.is_valid():
        return _show(request, visit, view, form, tab, 422)
    save_visit(visit, by=request.actor, posted=form.answers(), base=_base(request), tab=tab)
    if request.GET.get("then") == "end":
        try:
            finish_visit(visit, by=request.actor)
        except Refused as refusal:
            if refusal.troubles[0].code != "incomplete":
                raise
            return Go(request.path, f"Saved, and not complete yet. {refusal.message}")
        return Go(request.path, "Complete. Thank you.")
    return Go(request.path, "Saved.")


def _whole(request: Request, visit: SchoolVisit) -> tuple[SchoolVisit, StageView]:
    rows = SchoolVisit.objects.select_related(
        "stage", "application__program__version", "application__program__district", "application__school"
    )
    found = rows.get(pk=visit.pk)
    in_program(request, found.application.program)
    return found, stage_named(found.application.program, found.stage.key)


def _built(stage: StageView, visit: SchoolVisit, data: Any = None) -> AnswersForm:
    form, answers = form_of_visit(stage), dict(visit.answers)
    for key, value in _known(form, visit).items():
        answers.setdefault(key, value)
    program = stage.program
    made = build_form(
        form, program.design, _role(visit), district=program.district, data=data, answers=answers
    )
    for name, one in made.fields.items():
        if isinstance(one.widget, TableWidget):  # a phone shows three free rows at a time, not a dozen
            filled = len(answers.get(name.removeprefix(PREFIX)) or [])
            one.widget.rows = min(one.widget.rows, filled + FREE)
    return made


def _known(form: Form, visit: SchoolVisit) -> dict[str, Any]:
    """What the plan says already, so that nobody types it again: the first date, and who goes."""
    found: dict[str, Any] = {}
    day = next((q.key for q in form.questions() if q.kind == "date"), "")
    if day and visit.day:
        found[day] = visit.day.isoformat()
    who = next((q.key for q in form.questions() if q.key == "visitors" and q.kind == "text"), "")
    names = ", ".join(v.person.name for v in visit.visitors.select_related("person"))
    if who and names:
        found[who] = names
    return found


def _base(request: Request) -> dict[str, str]:
    pairs = (part.partition(":") for part in request.POST.get("base", "")[:40_000].split())
    return {key: mark for key, _, mark in pairs if mark}


def _marks(form: AnswersForm, visit: SchoolVisit) -> str:
    keys = [q.key for q in form.asked if q.kind not in ("fact", "file")]
    return " ".join(f"{k}:{mark_of(visit.answers.get(k))}" for k in keys)


def _show(
    request: Request, visit: SchoolVisit, stage: StageView, form: AnswersForm, tab: str, status: int = 200
) -> SchoolVisitPage:
    program, shape = stage.program, form_of_visit(stage)
    writes = bool(may(request.actor, "school_visit.write", visit)) and stage.state != StageState.CLOSED
    who = ", ".join(v.person.name for v in visit.visitors.select_related("person"))
    return SchoolVisitPage(
        page_title=f"Visit to {visit.application.school.name}",
        lead=when_words(visit.day, visit.starts) or "No day yet",
        program=program,
        visit=visit,
        breadcrumbs=[Crumb(stage.shape.title), Crumb(visit.application.school.name)],
        reads=f"those who go and the staff of {program.name}. The school never does.",
        who=who,
        form=form,
        sections=items(form, shape, _role(visit)),
        shown=written_up(stage, visit),
        base=request.POST.get("base", "") or _marks(form, visit),
        tab=tab,
        todo=len(missing(shape.questions(), visit.answers)),
        may_write=writes,
        done=visit.state == VisitState.DONE,
        saved_note="",
        status=status,
    )


@page("school_visit.view", at="school-visits/<uuid:visit>/autosave/", model=SchoolVisit, acts="school_visit.write",
      methods=("POST",), name="school_visit_autosave")  # fmt: skip
def school_visit_autosave_page(request: Request, visit: SchoolVisit) -> SavedPart:
    visit, view = _whole(request, visit)
    form = _built(view, visit, request.POST)
    form.is_valid()
    posted, base = form.answers(), request.POST.get("base", "")
    problems = problems_of(form)
    try:
        save_visit(
            visit, by=request.actor, posted=posted, base=_base(request), tab=request.POST.get("tab", "")[:40]
        )
    except Stale as stale:
        text = f"{stale.message} Press “Save” to see both."
        return SavedPart(text, "bad", "base", base, problems, status=409)
    except Refused as refusal:
        return SavedPart(
            f"Not saved: {refusal.message}", "bad", "base", base, problems, status=refusal.status
        )
    marks = _base(request) | {k: mark_of(v) for k, v in posted.items()}
    return kept(
        view.program.zone, problems, field="base", value=" ".join(f"{k}:{m}" for k, m in marks.items())
    )
