"""Releasing decisions together: one person proposes, a second one releases."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.applications.actions.decision_release import (
    ask_release,
    release_decisions,
    take_back_release,
)
from intervisit.apps.applications.bridge import role_label
from intervisit.apps.applications.bridge.letters import (
    Wording,
    appeal_end,
    filled,
    merge_words,
    wording_for,
    wordings,
)
from intervisit.apps.applications.models import Application, PendingDecision
from intervisit.apps.applications.pages.decision_tabs import Tab, tabs
from intervisit.apps.applications.queries.decisions import pending_of
from intervisit.apps.applications.states import LABELS, TONES
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import said
from intervisit.kit.clock import now
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page


@dataclass(frozen=True)
class ReleaseRow:
    application: Application
    url: str
    state: str
    tone: str
    role: str
    subject: str
    letter: str
    was: str
    who: str


@dataclass(frozen=True)
class ReleasePage(PageRecord):
    template: ClassVar[str] = "applications/release.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    tabs: Sequence[Tab]
    reads: str
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
    found = list(pending_of(program))
    by = {p.asked_by for p in found if p.asked_by}
    other = [p for p in found if p.asked and str(p.asked_by_id) != request.actor.person]
    way = crumbs(program)
    way += [
        Crumb(said("{Applications}", program.design), reverse("program_applications", args=[program.pk])),
        Crumb("Release"),
    ]
    words = wordings(program)
    return ReleasePage(
        page_title="Release decisions",
        lead="Schools learn all of it at the same moment. Two people are needed: one proposes, another releases.",
        program=program,
        breadcrumbs=way,
        tabs=tabs(program, "release_applications"),
        reads=f"the staff of {program.name}, and nobody else until it is released.",
        rows=[_row(p, program, wording_for(words, p)) for p in found],
        asked_by=sorted(str(p) for p in by),
        may_ask=any(p.asked is None for p in found),
        may_release=bool(other),
    )


def _row(pending: PendingDecision, program: Program, wording: Wording) -> ReleaseRow:
    application = pending.application
    application.program = program
    words = merge_words(
        application, wording.decision, role=pending.role, reason=pending.reason,
        principals=[said("{principal}", program.design)], until=appeal_end(wording.decision, now()),
    )  # fmt: skip
    return ReleaseRow(
        application=application,
        url=reverse("application", args=[application.pk]),
        state=LABELS[pending.state],
        tone=TONES[pending.state],
        role=role_label(program.design, pending.role) if pending.role else "",
        subject=filled(wording.subject, words),
        letter=filled(wording.text, words),
        was=LABELS[application.state] if application.released else "",
        who=str(pending.decided_by or ""),
    )


def _act(request: Request, program: Program) -> Go:
    back = reverse("program_applications", args=[program.pk])
    what = request.POST.get("what")
    if what == "release":
        count = release_decisions(program, by=request.actor)
        return Go(back, f"{count} released. The letters are on their way.")
    if what == "take-back":
        count = take_back_release(program, by=request.actor)
        return Go(request.path, f"The proposal for {count} is taken back.")
    count = ask_release(program, by=request.actor)
    return Go(request.path, f"{count} proposed. A second person of the program releases them.")
