"""What other pages show of the reviewing: the program's overview, and the staff's page of an application."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from intervisit.apps.applications.models import Application
from intervisit.apps.applications.queries.panels import APPLICATION_PANELS
from intervisit.apps.instruments.answers import ShownSection
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import PROGRAM_PANELS, Panel
from intervisit.apps.reviews.bridge import results
from intervisit.apps.reviews.models import Review, SchoolVisit
from intervisit.apps.reviews.pages.assigning import ReviewShown, shown
from intervisit.apps.reviews.pages.visits import written_up
from intervisit.apps.reviews.queries import StageView, stages_of
from intervisit.apps.reviews.states import OWED, ReviewState, StageState, VisitState
from intervisit.core.access import Actor
from intervisit.kit.access import may, visible


def program_panel(actor: Actor, program: Program) -> Panel | None:
    """How far the reviewing is, in the numbers of what this reader may see."""
    if not may(actor, "program.work", program):
        return None
    rows = visible(actor, "review.view", Review.objects.filter(stage__program=program))
    states = list(rows.exclude(state=ReviewState.VOID).values_list("state", "stage__state"))
    sent = sum(state == ReviewState.SENT for state, _ in states)
    owed = sum(state in OWED and stage == StageState.OPEN for state, stage in states)
    sentence = f"{sent} of {len(states)} reviews are in." if states else "No reviews assigned yet."
    return Panel(title="Reviews", route="review_desk", sentence=sentence,
                 todo=f"{owed} reviews are still open" if owed else "")  # fmt: skip


@dataclass(frozen=True)
class StageOfApplication:
    """One stage as it stands for one application."""

    title: str
    url: str
    sent: int
    wanted: int
    mean: str
    spread: str
    rows: Sequence[ReviewShown]
    visit: Sequence[ShownSection]
    visited: bool
    visits: bool


@dataclass(frozen=True)
class ReviewsPanel:
    """Scores and reviewers' words, for whoever decides."""

    template: str
    stages: Sequence[StageOfApplication]


def application_panel(actor: Actor, application: Application) -> ReviewsPanel | None:
    """Never to the school: `review.view` opens to staff alone, and to nobody with a conflict. At most three queries."""
    program = application.program
    if not may(actor, "program.work", program):
        return None
    begun = [s for s in stages_of(program) if s.row is not None]
    if not begun:
        return None
    rows = visible(actor, "review.view", Review.objects.filter(application=application))
    reviews = list(
        rows.exclude(state=ReviewState.VOID).select_related("seat__person").order_by("created", "pk")
    )
    found = [_visit(actor, application, s) if s.visits else _readings(application, s, reviews) for s in begun]
    stages = [s for s in found if s is not None]
    return ReviewsPanel("reviews/panel.html", stages) if stages else None


def _readings(
    application: Application, stage: StageView, reviews: Sequence[Review]
) -> StageOfApplication | None:
    live = [r for r in reviews if stage.row is not None and r.stage_id == stage.row.pk]
    if not live:
        return None
    found = results(stage, [application], live).rows[0]
    return StageOfApplication(
        title=stage.shape.title,
        url=reverse("reviews_of_application", args=[stage.program.pk, stage.shape.key, application.pk]),
        sent=found.sent,
        wanted=stage.wanted,
        mean="" if found.mean is None else f"{found.mean:.0f}",
        spread="" if found.spread is None else f"{found.spread:.0f}",
        rows=[shown(stage, application, r) for r in live if r.state == ReviewState.SENT],
        visit=[],
        visited=False,
        visits=False,
    )


def _visit(actor: Actor, application: Application, stage: StageView) -> StageOfApplication | None:
    rows = visible(actor, "school_visit.view", SchoolVisit.objects.filter(stage=stage.row))
    visit = rows.filter(application=application).first()
    if visit is None:
        return None
    visit.application = application
    url = reverse("plan_school_visit", args=[stage.program.pk, stage.shape.key, application.pk])
    done = visit.state == VisitState.DONE
    return StageOfApplication(
        stage.shape.title, url, 0, 0, "", "", [], written_up(stage, visit) if done else [], done, True
    )


PROGRAM_PANELS.append(program_panel)
APPLICATION_PANELS.append(application_panel)
