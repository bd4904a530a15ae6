"""Covering names before a blind stage opens: all at once from the record, or one application with its preview."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import in_program
from intervisit.apps.programs.queries import moment_words
from intervisit.apps.reviews.actions.redacting import save_redaction, take_suggestions
from intervisit.apps.reviews.bridge import Reading, reading, suggested, suggested_questions
from intervisit.apps.reviews.bridge.reading import questions_of
from intervisit.apps.reviews.models import Redaction
from intervisit.apps.reviews.pages.assigning import the_application
from intervisit.apps.reviews.pages.desk import way
from intervisit.apps.reviews.queries import StageView, applications_of, stage_named
from intervisit.core.reviewing import phrases_of
from intervisit.kit.access import Hidden
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue, Refused


@dataclass(frozen=True)
class CoveredRow:
    school: str
    url: str
    lines: int | None
    by: str


@dataclass(frozen=True)
class RedactionsPage(PageRecord):
    template: ClassVar[str] = "reviews/redactions.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    stage: StageView
    rows: Sequence[CoveredRow]
    missing: int


def _blind(program: Program, key: str) -> StageView:
    found = stage_named(program, key)
    if not found.shape.blind:
        raise Hidden
    return found


@page("program.work", at="programs/<uuid:program>/reviews/<slug:stage>/names/", model=Program,
      methods=("GET", "POST"), name="redactions")  # fmt: skip
def redactions_page(request: Request, program: Program, stage: str) -> RedactionsPage | Go:
    in_program(request, program)
    view = _blind(program, stage)
    if request.method == "POST":
        count = take_suggestions(program, stage, by=request.actor)
        return Go(request.path, f"The names on record are covered in {count}. Look at each once.")
    covered = {
        r.pk: r for r in Redaction.objects.filter(application__program=program).select_related("checked_by")
    }
    rows = []
    for application in applications_of(view):
        done = covered.get(application.pk)
        by = f"{done.checked_by or 'the program'}, {moment_words(done.checked, program.zone)}" if done else ""
        url = reverse("redaction", args=[program.pk, stage, application.pk])
        rows.append(CoveredRow(application.school.name, url, len(done.phrases) if done else None, by))
    return RedactionsPage(
        page_title="Cover the names",
        lead=f"{view.shape.title} is blind: reviewers learn neither the school nor its people.",
        program=program,
        breadcrumbs=way(program, "Names", stage),
        stage=view,
        rows=rows,
        missing=sum(r.lines is None for r in rows),
    )


@dataclass(frozen=True)
class RedactionPage(PageRecord):
    template: ClassVar[str] = "reviews/redaction.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    words: str
    questions: Sequence[tuple[str, str, bool]]
    version: int
    seen: Reading
    checked: str
    problem: str
    status: int = 200


@page("program.work", at="programs/<uuid:program>/reviews/<slug:stage>/names/<uuid:application>/", model=Program,
      methods=("GET", "POST"), name="redaction")  # fmt: skip
def redaction_page(
    request: Request, program: Program, stage: str, application: uuid.UUID
) -> RedactionPage | Go:
    """What is covered in one application, and how it reads then. `look` shows a preview and saves nothing."""
    in_program(request, program)
    view = _blind(program, stage)
    found = the_application(request.actor, view, application)
    standing = Redaction.objects.filter(pk=found.pk).first()
    words = "\n".join(standing.phrases if standing else suggested(found))
    hidden = list(standing.questions if standing else suggested_questions(found))
    version, problem, status = standing.version if standing else 0, "", 200
    if request.method == "POST":
        words, hidden = request.POST.get("words", ""), request.POST.getlist("hide")[:200]
        seen = request.POST.get("version", "0")
        version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0
        if request.POST.get("what") != "look":
            try:
                save_redaction(found, by=request.actor, words=words, questions=hidden, version=version)
                return Go(reverse("redactions", args=[program.pk, stage]), "Covered.")
            except BadValue as refusal:
                problem, status = " ".join(t.message for t in refusal.troubles), 422
            except Refused as refusal:
                if refusal.status == 409:
                    raise
                problem, status = refusal.message, 422
    trial = Redaction(application=found, phrases=list(phrases_of(words[:20_000])), questions=hidden)
    return RedactionPage(
        page_title=found.school.name,
        lead="What is covered, and beside it what reviewers read.",
        program=program,
        breadcrumbs=way(program, found.school.name, stage),
        words=words,
        questions=[(q.key, q.label, q.key in hidden) for q in questions_of(found)],
        version=version,
        seen=reading(found, blind=True, redaction=trial),
        checked=f"{standing.checked_by}, {moment_words(standing.checked, program.zone)}" if standing else "",
        problem=problem,
        status=status,
    )
