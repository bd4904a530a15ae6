"""The stages of a program's review: what the design says of each, and how far it is."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from intervisit.apps.applications.models import Application
from intervisit.apps.applications.states import IN_HAND
from intervisit.apps.instruments.answers import EITHER, asked_role
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import moment_words
from intervisit.apps.reviews.models import Redaction, Review, Stage
from intervisit.apps.reviews.states import STAGE_LABELS, STAGE_TONES, StageState
from intervisit.core.designs import ReviewCriterion
from intervisit.core.designs import Stage as Shape
from intervisit.kit.access import Hidden
from intervisit.kit.clock import now

GRACE = dt.timedelta(seconds=60)  # as calls allow: the server's clock counts, a slow line is forgiven


@dataclass(frozen=True)
class StageView:
    """One stage: the design's words, and the row once something was prepared."""

    program: Program
    shape: Shape
    row: Stage | None

    @property
    def state(self) -> str:
        return self.row.state if self.row else StageState.PLANNED

    @property
    def label(self) -> str:
        return STAGE_LABELS[self.state]

    @property
    def tone(self) -> str:
        return STAGE_TONES[self.state]

    @property
    def visits(self) -> bool:
        return self.shape.kind == "school_visit"

    @property
    def wanted(self) -> int:
        """Reviews of each application."""
        return self.shape.reviews or self.program.design.review.per_application

    @property
    def peers_read(self) -> bool:
        """Whether the design lets reviewers see each other's after the close; never before (row 3)."""
        return (self.shape.see_others or self.program.design.review.see_others) == "after_stage"

    @property
    def over(self) -> bool:
        """Open, and the promised moment has passed."""
        closes = self.row.closes if self.row else None
        return self.state == StageState.OPEN and closes is not None and now() > closes + GRACE

    @property
    def closes(self) -> str:
        return moment_words(self.row.closes, self.program.zone) if self.row else ""


def stages_of(program: Program) -> list[StageView]:
    """The stages of the design, in order. One query."""
    rows = {row.key: row for row in Stage.objects.filter(program=program)}
    return [StageView(program, shape, rows.get(shape.key)) for shape in program.design.review.stages]


def stage_named(program: Program, key: str) -> StageView:
    """The stage of an address; a key the design does not have is not there."""
    found = next((s for s in stages_of(program) if s.shape.key == key), None)
    if found is None:
        raise Hidden
    return found


def applications_of(stage: StageView) -> QuerySet[Application]:
    """What is reviewed in a stage: submitted, not withdrawn, for one of its roles."""
    rows = stage.program.applications.filter(state__in=sorted(IN_HAND))
    if stage.shape.for_roles:
        rows = rows.filter(Q(role_wanted__in=stage.shape.for_roles) | Q(role_wanted=EITHER))
    return rows.select_related("school").order_by("school__name", "pk")


def judged_as(stage: StageView, application: Application) -> tuple[ReviewCriterion, ...]:
    """The criteria an application is judged by in a stage."""
    return stage.program.design.review.judged(stage.shape, asked_role(application.role_wanted))


def redactions_missing(stage: StageView) -> QuerySet[Application]:
    """Applications of a blind stage whose names nobody has covered yet."""
    if not stage.shape.blind:
        return Application.objects.none()
    return applications_of(stage).exclude(pk__in=Redaction.objects.values("application"))


def unreadable(review: Review) -> bool:
    """Whether its application cannot be shown: blind, and its names are not covered yet."""
    shape = shape_of(review.stage)
    covered = Redaction.objects.filter(pk=review.application_id).exists()
    return (shape is None or shape.blind) and not covered


def shape_of(stage: Stage) -> Shape | None:
    return next((s for s in stage.program.design.review.stages if s.key == stage.key), None)
