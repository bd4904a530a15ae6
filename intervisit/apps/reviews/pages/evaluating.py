"""The evaluator's side: numbers over the floor, decisions that were told, and what schools share with names covered."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.applications.actions.sharing import share, take_back_share
from intervisit.apps.applications.bridge import role_label
from intervisit.apps.applications.models import Application, Share
from intervisit.apps.applications.pages.writing import way
from intervisit.apps.applications.queries.sharing import covered_of, shares_of
from intervisit.apps.applications.states import DECIDED, LABELS, SharedWith
from intervisit.apps.instruments.answers import ShownSection
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import said
from intervisit.apps.reviews.bridge.evaluating import StageTotal, covered, covered_name, ranked, totals
from intervisit.apps.reviews.models import Review
from intervisit.apps.reviews.queries import stages_of
from intervisit.apps.reviews.states import ReviewState
from intervisit.core.access import Actor
from intervisit.core.reviewing import phrases_of
from intervisit.kit.access import may, visible
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue


@dataclass(frozen=True)
class MyEvaluationPage(PageRecord):
    template: ClassVar[str] = "reviews/my_evaluation.html"
    page_title: str
    lead: str
    programs: Sequence[Program]


@page("program.evaluate", at="evaluation/", name="my_evaluation")
def my_evaluation_page(request: Request) -> MyEvaluationPage:
    """The programs whose evaluator this person is."""
    rows = visible(request.actor, "program.evaluate", Program).select_related("version", "district")
    lead = "Numbers that nobody can be recognised in, and what schools let you read."
    return MyEvaluationPage("Evaluation", lead, list(rows.order_by("-year", "name")))


@dataclass(frozen=True)
class Told:
    """A decision that its school knows."""

    school: str
    outcome: str
    url: str


@dataclass(frozen=True)
class EvaluationPage(PageRecord):
    template: ClassVar[str] = "reviews/evaluation.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    stages: Sequence[StageTotal]
    ranking_schools: int
    ranking: Sequence[tuple[str, str, str]]
    shared: Sequence[tuple[str, str]]
    decisions: Sequence[Told]
    evaluates: bool


@page(
    "program.evaluation", at="programs/<uuid:program>/evaluation/", model=Program, name="program_evaluation"
)
def program_evaluation_page(request: Request, program: Program) -> EvaluationPage:
    in_program(request, program)
    reviews = list(
        Review.objects.filter(stage__program=program, state=ReviewState.SENT).select_related(
            "application", "seat"
        )
    )
    evaluates = bool(may(request.actor, "program.evaluate", program))
    own = [Crumb("Evaluation", reverse("my_evaluation")), Crumb(str(program))]
    schools, ranking = ranked(program)
    shares = covered_of(request.actor, program)
    return EvaluationPage(
        page_title="Evaluation",
        lead=str(program),
        program=program,
        breadcrumbs=own if evaluates else crumbs(program, "Evaluation"),
        reads="evaluators of this program and its staff. A shared text is read by evaluators alone.",
        stages=[totals(s, reviews) for s in stages_of(program) if not s.visits],
        ranking_schools=schools,
        ranking=ranking,
        shared=[(covered_name(s), reverse("covered_application", args=[s.pk])) for s in shares],
        decisions=_told(request.actor, program),
        evaluates=evaluates,
    )


def _told(actor: Actor, program: Program) -> list[Told]:
    """Decisions that were released: the matrix lets evaluators read them, one by one."""
    rows = Application.objects.filter(program=program, state__in=sorted(DECIDED), released__isnull=False)
    found = []
    for a in (
        visible(actor, "application.read_decision", rows).select_related("school").order_by("school__name")
    ):
        role = f" as {role_label(program.design, a.role)}" if a.role else ""
        found.append(Told(a.school.name, f"{LABELS[a.state]}{role}", reverse("decision", args=[a.pk])))
    return found


@dataclass(frozen=True)
class CoveredPage(PageRecord):
    template: ClassVar[str] = "reviews/covered.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    sections: Sequence[ShownSection]


@page("share.read_covered", at="covered/<uuid:share>/", model=Share, name="covered_application")
def covered_application_page(request: Request, share: Share) -> CoveredPage:
    """What a school lets evaluators read, under a name that leads nowhere."""
    application = _whole(share.application_id)
    program = application.program
    in_program(request, program)
    text, name = covered(application, share.phrases), covered_name(share)
    here = reverse("program_evaluation", args=[program.pk])
    return CoveredPage(
        page_title=name,
        lead=f"{said('{Application}', program.design)} as {text.role}",
        program=program,
        breadcrumbs=[Crumb("Evaluation", here), Crumb(name)],
        reads="evaluators of this program, until the school takes it back. The staff read the whole of it.",
        sections=text.sections,
    )


def _whole(pk: uuid.UUID) -> Application:
    rows = Application.objects.select_related("program__version", "program__district", "school", "form")
    return rows.get(pk=pk)


@dataclass(frozen=True)
class ShareCoveredPage(PageRecord):
    template: ClassVar[str] = "reviews/share_covered.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    shared: bool
    cover: str
    role: str
    focus: Sequence[str]
    sections: Sequence[ShownSection]
    problem: str
    status: int = 200


@page("application.share", at="applications/<uuid:application>/share/evaluators/", model=Application,
      methods=("GET", "POST"), name="share_covered")  # fmt: skip
def share_covered_page(request: Request, application: Application) -> ShareCoveredPage | Go:
    """The school sees what evaluators would read, names more words to cover, shares, or stops."""
    application = _whole(application.pk)
    here = reverse("application", args=[application.pk])
    if request.method == "POST" and request.GET.get("then") == "stop":
        take_back_share(application, by=request.actor, whom=SharedWith.EVALUATORS)
        return Go(here, "No longer shared. No evaluator reads it from now on.")
    problem, typed = "", request.GET.get("cover")
    if request.method == "POST":
        typed = request.POST.get("cover", "")
        try:
            share(application, by=request.actor, whom=SharedWith.EVALUATORS, cover=typed)
            return Go(request.path, "Shared, with these names covered.")
        except BadValue as bad:
            problem = " ".join(t.message for t in bad.troubles)
    now = shares_of(application).get(SharedWith.EVALUATORS)
    cover = "\n".join(now.phrases) if now is not None and typed is None else typed or ""
    in_program(request, application.program)
    text = covered(application, phrases_of(cover[:4000]))
    return ShareCoveredPage(
        page_title="What evaluators would read",
        lead=said(
            "Names on record are covered. Files, people, other {schools}, {focus_areas} and figures are left out.",
            application.program.design,
        ),
        program=application.program,
        breadcrumbs=way(application, "Evaluators"),
        reads="only your school. Evaluators read it once you share it, until you take that back.",
        shared=now is not None,
        cover=cover,
        role=text.role,
        focus=text.focus,
        sections=text.sections,
        problem=problem,
        status=422 if problem else 200,
    )
