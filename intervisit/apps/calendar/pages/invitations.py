"""Do you come? One's own answer, and everybody's for whoever leads the visit."""

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.calendar.actions import invitation_jobs  # noqa: F401 - registers the jobs
from intervisit.apps.calendar.actions import invitations as actions
from intervisit.apps.calendar.models import Visit
from intervisit.apps.calendar.queries import invitations as queries
from intervisit.apps.calendar.states import Answer
from intervisit.apps.programs.models import Program
from intervisit.kit.pages import SIGNED_IN, Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused


@page("visit.view", at="visits/<uuid:visit>/answer/", model=Visit, acts="visit.answer", methods=("POST",))
def visit_answer_page(request: Request, visit: Visit) -> Go:
    """Say whether one comes."""
    try:
        answer = Answer(request.POST.get("answer", ""))
    except ValueError:
        raise Refused("not-an-answer", "Choose: coming, perhaps or not.", "answer") from None
    actions.answer_visit(visit, answer, by=request.actor)
    return Go(reverse("visit", args=[visit.pk]), f"Noted: {queries.WORDS[answer]}.")


@dataclass(frozen=True)
class AnswersPage(PageRecord):
    template: ClassVar[str] = "calendar/invitation_answers.html"
    page_title: str
    kicker: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    visit: Visit
    rows: list[queries.AnswerRow]
    counts: list[tuple[str, int]]


@page("visit.answers", at="visits/<uuid:visit>/answers/", model=Visit, name="visit_answers")
def visit_answers_page(request: Request, visit: Visit) -> AnswersPage:
    """Who comes, school by school."""
    program = visit.plan.program
    words = program.design.words
    rows = queries.answers_to(visit)
    return AnswersPage(
        page_title="Who comes?",
        kicker=f"{visit.school.name}, {visit.date:%A} {visit.date.day} {visit.date:%B %Y}",
        program=program,
        reads=f"the {words['facilitator'].one} of this {words['network'].one} and program staff.",
        breadcrumbs=[Crumb("My calendar", reverse("my_calendar")),
                     Crumb(visit.school.name, reverse("visit", args=[visit.pk])), Crumb("Who comes")],
        visit=visit,
        rows=rows,
        counts=queries.counts(rows),
    )  # fmt: skip


@page(SIGNED_IN, at="calendar/invitations/", methods=("POST",), name="my_invitations")
def my_invitations_page(request: Request) -> Go:
    """Invitations by mail, or an address only."""
    wanted = request.POST.get("wanted") == "yes"
    actions.choose_invitations(by=request.actor, wanted=wanted)
    said = (
        "You get an invitation by mail for each visit."
        if wanted
        else "You get no invitations by mail any more."
    )
    return Go(reverse("my_feeds"), said)
