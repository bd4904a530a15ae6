"""Releasing decisions together: one person proposes, a second one releases."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.applications.actions.deciding import ask_release, letter_of, release_decisions
from intervisit.apps.applications.bridge import role_label
from intervisit.apps.applications.models import Application
from intervisit.apps.applications.queries import waiting_for_release
from intervisit.apps.applications.states import LABELS, TONES
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import said
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page


@dataclass(frozen=True)
class ReleaseRow:
    application: Application
    url: str
    state: str
    tone: str
    role: str
    letter: str


@dataclass(frozen=True)
class ReleasePage(PageRecord):
    template: ClassVar[str] = "applications/release.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    rows: Sequence[ReleaseRow]
    asked_by: Sequence[str]
    may_ask: bool
    may_release: bool


@page("program.work", at="programs/<uuid:program>/applications/release/", model=Program, methods=("GET", "POST"),
      name="release_applications")  # fmt: skip
def release_applications_page(request: Request, program: Program) -> ReleasePage | Go:
    in_program(request, program)
    if request.method == "POST":
        return _act(request, program)
    found = list(waiting_for_release(program))
    by = {a.release_asked_by for a in found if a.release_asked_by}
    other = [a for a in found if a.release_asked and str(a.release_asked_by_id) != request.actor.person]
    way = crumbs(program)
    way += [
        Crumb(said("{Applications}", program.design), reverse("program_applications", args=[program.pk])),
        Crumb("Release"),
    ]
    return ReleasePage(
        page_title="Release decisions",
        lead="Schools learn all of it at the same moment. Two people are needed: one proposes, another releases.",
        program=program,
        breadcrumbs=way,
        rows=[_row(a, program) for a in found],
        asked_by=sorted(str(p) for p in by),
        may_ask=any(a.release_asked is None for a in found),
        may_release=bool(other),
    )


def _row(application: Application, program: Program) -> ReleaseRow:
    application.program = program
    return ReleaseRow(
        application=application,
        url=reverse("application", args=[application.pk]),
        state=LABELS[application.state],
        tone=TONES[application.state],
        role=role_label(program.design, application.role) if application.role else "",
        letter=letter_of(application, said("{principal}", program.design)),
    )


def _act(request: Request, program: Program) -> Go:
    back = reverse("program_applications", args=[program.pk])
    if request.POST.get("what") == "release":
        count = release_decisions(program, by=request.actor)
        return Go(back, f"{count} released. The letters are on their way.")
    count = ask_release(program, by=request.actor)
    return Go(request.path, f"{count} proposed. A second person of the program releases them.")
