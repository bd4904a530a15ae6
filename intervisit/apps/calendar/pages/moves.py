"""Another day for one visit: by whoever may move it, or proposed by a school to the others."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.calendar import actions, bridge, queries
from intervisit.apps.calendar.actions.telling import people_in
from intervisit.apps.calendar.forms import DayForm, MoveForm, ProposeForm
from intervisit.apps.calendar.models import Proposal, Release, Visit
from intervisit.apps.calendar.states import PlanState, ProposalState, VisitState
from intervisit.apps.networks.bridge.releases import being
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.scheduling import Effect
from intervisit.core.text import long_date
from intervisit.kit import access
from intervisit.kit.clock import now, today
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused


@dataclass(frozen=True)
class Preview:
    """What a move would do, before it is made."""

    to: dt.date
    effect: Effect
    asks: bool  # its schools have to say yes first
    told: str  # who hears of it, and when
    button: str


@dataclass(frozen=True)
class MoveVisitPage(PageRecord):
    template: ClassVar[str] = "calendar/move.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    visit: Visit
    new: bool  # it never had a day
    free: list[dt.date]
    months: list[tuple[str, list[dt.date]]]
    preview: Preview | None
    form: MoveForm
    other: DayForm
    back: str
    status: int = 200


def by_month(days: list[dt.date]) -> list[tuple[str, list[dt.date]]]:
    """Days under the names of their months."""
    return [(name, list(these)) for name, these in groupby(days, key=lambda d: f"{d:%B %Y}")]


def _preview(visit: Visit, to: dt.date, office: bool) -> Preview:
    plan = visit.plan
    found = bridge.effect(plan, {visit: to}, drafted=office and plan.state == PlanState.PUBLISHED)
    lost = visit.losses.exists() if plan.state == PlanState.PUBLISHED else False
    asks = plan.state == PlanState.PUBLISHED and bool(found.short) and not (lost and _far(visit, to))
    people, word = people_in([visit.network]), plan.program.design.words["network"].one
    if plan.state != PlanState.PUBLISHED:
        return Preview(to, found, False, "Nobody: this plan is not published.", "Move it there")
    if asks:
        told = "Its schools are asked first, because it is so near. It moves when all have said yes."
        return Preview(to, found, True, told, "Put it into the draft" if office else "Ask its schools")
    if office:
        told = f"Nobody yet. When you release the draft: the {people} people of this {word}, and nobody else."
        return Preview(to, found, False, told, "Put it into the draft")
    return Preview(
        to, found, False, f"The {people} people of this {word} at once, and nobody else.", "Move it there"
    )


def _far(visit: Visit, to: dt.date) -> bool:
    notice = visit.plan.program.design.visits.notice_days
    return to >= today(visit.plan.program.district.zone) + dt.timedelta(days=notice)


@page("visit.move", at="visits/<uuid:visit>/move/", model=Visit, methods=("GET", "POST"), name="visit_move")
def visit_move_page(request: Request, visit: Visit) -> MoveVisitPage | Go:
    """Another day for one visit: the days that break no rule, or any day with the rule it would break."""
    plan = visit.plan
    office = bool(access.may(request.actor, "plan.edit", plan))
    form = MoveForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                came = actions.move_visit(visit, form.cleaned_data["date"], by=request.actor)
                return _gone(visit, came, office)
            except Refused as refusal:
                add_refusal(form, refusal)
        status = 422
    to = _asked(request.GET.get("to", ""))
    free = bridge.free_days(visit, drafted=office)
    back = reverse("year_plan", args=[plan.pk]) if office else reverse("visit", args=[visit.pk])
    return MoveVisitPage(
        page_title=f"{_title(visit)} to {visit.school.name}",
        program=plan.program,
        reads="whoever may move this visit.",
        breadcrumbs=[Crumb("My calendar", reverse("my_calendar")),
                     Crumb(visit.school.name, reverse("visit", args=[visit.pk])), Crumb("Move")],
        visit=visit,
        new=visit.state == VisitState.OWED,
        free=free,
        months=by_month(free),
        preview=_preview(visit, to, office) if to is not None and to != visit.date else None,
        form=form,
        other=DayForm(),
        back=back,
        status=status,
    )  # fmt: skip


def _title(visit: Visit) -> str:
    word = visit.plan.program.design.words["visit"].one
    return f"A day for the {word}" if visit.state == VisitState.OWED else f"Move the {word}"


def _asked(text: str) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def _gone(visit: Visit, came: Release | Proposal | None, office: bool) -> Go:
    plan = visit.plan
    if isinstance(came, Proposal):
        return Go(reverse("proposal", args=[came.pk]), "Its schools are asked now.")
    if isinstance(came, Release):
        said = f"Moved. {being(came.told)}" if came.told else "Moved."
        return Go(reverse("visit", args=[visit.pk]), said)
    if plan.state == PlanState.PUBLISHED and office:
        return Go(reverse("plan_release", args=[plan.pk]), "It is in the draft. Nobody has been told yet.")
    visit.refresh_from_db(fields=["date"])
    return Go(reverse("year_plan", args=[plan.pk]), f"Moved to {visit.date:%A} {long_date(visit.date)}.")


@dataclass(frozen=True)
class ProposePage(PageRecord):
    template: ClassVar[str] = "calendar/propose.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    visit: Visit
    form: ProposeForm
    months: list[tuple[str, list[dt.date]]]
    swaps: list[Visit]
    chosen: dt.date | None
    swap: Visit | None
    asked: list[str]
    status: int = 200


def _my_school(request: Request, visit: Visit) -> Organization:
    groups = request.actor.groups("principal") | request.actor.groups("team")
    found = actions.members(visit).filter(group__pk__in=groups).first()
    if found is None:
        raise access.Hidden
    return found


@page(
    "visit.propose",
    at="visits/<uuid:visit>/propose/",
    model=Visit,
    methods=("GET", "POST"),
    name="visit_propose",
)
def visit_propose_page(request: Request, visit: Visit) -> ProposePage | Go:
    """A school proposes another day, or that two visits change their days; the others say yes or no."""
    school, swaps = _my_school(request, visit), _swaps(visit)
    form = ProposeForm(request.POST or None, initial={"date": request.GET.get("to", "")})
    swap = _swap(request.POST.get("swap") or request.GET.get("swap", ""), swaps)
    chosen = swap.date if swap is not None else _asked(request.GET.get("to", ""))
    if request.method == "GET":
        return _propose_page(visit, school, form, swaps, swap, chosen, 200)
    if form.is_valid():
        try:
            made = actions.propose_day(
                visit, form.cleaned_data["date"], by=request.actor, school=school,
                reason=form.cleaned_data["reason"], swap=swap,
            )  # fmt: skip
            return Go(reverse("proposal", args=[made.pk]), "The other schools are asked now.")
        except Refused as refusal:
            add_refusal(form, refusal)
    if form.is_bound:  # a post without a word in it is no form
        chosen = form.cleaned_data.get("date")
    return _propose_page(visit, school, form, swaps, swap, chosen, 422)


def _propose_page(
    visit: Visit, school: Organization, form: ProposeForm, swaps: list[Visit], swap: Visit | None,
    chosen: dt.date | None, status: int,
) -> ProposePage:  # fmt: skip
    program = visit.plan.program
    words = program.design.words
    return ProposePage(
        page_title=f"Another day for the {words['visit'].one} to {visit.school.name}",
        program=program,
        reads=f"the {words['school'].many} that are asked, the {words['facilitator'].one} and program staff.",
        breadcrumbs=[Crumb("My calendar", reverse("my_calendar")),
                     Crumb(visit.school.name, reverse("visit", args=[visit.pk])), Crumb("Another day")],
        visit=visit,
        form=form,
        months=[] if chosen else by_month(bridge.free_days(visit, drafted=False)),
        swaps=[] if chosen else swaps,
        chosen=chosen,
        swap=swap,
        asked=[s.name for s in actions.members(visit) if s.pk != school.pk],
        status=status,
    )  # fmt: skip


def _swaps(visit: Visit) -> list[Visit]:
    """Visits of the same schools to come, with which this one could change its day."""
    later = visit.plan.visits.filter(
        network=visit.network, date__gt=today(visit.plan.program.district.zone), state="planned"
    )
    return list(later.exclude(school=visit.school).select_related("school").order_by("date")[:12])


def _swap(asked: str, swaps: list[Visit]) -> Visit | None:
    if not asked:
        return None
    found = next((v for v in swaps if str(v.pk) == asked), None)
    if found is None:
        raise access.Hidden
    return found


@dataclass(frozen=True)
class Reply:
    """What one school has said."""

    school: str
    reply: str
    who: str


@dataclass(frozen=True)
class ProposalPage(PageRecord):
    template: ClassVar[str] = "calendar/proposal.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    proposal: Proposal
    visit: Visit
    who: str
    replies: list[Reply]
    mine: list[Organization]
    open: bool
    ended: str
    may_withdraw: bool
    effect: Effect | None


_ENDED = {
    ProposalState.AGREED: "Everybody said yes.",
    ProposalState.DECLINED: "One school said no, so the day stays as it was.",
    ProposalState.EXPIRED: "Not everybody answered in time, so the day stays as it was.",
    ProposalState.WITHDRAWN: "It was taken back.",
    ProposalState.OVERTAKEN: "Everybody said yes, but the day was no longer possible.",
}


@page("proposal.view", at="proposals/<uuid:proposal>/", model=Proposal, name="proposal")
def proposal_page(request: Request, proposal: Proposal) -> ProposalPage:
    """One proposal: from when to when, who has said what, and one's own yes or no."""
    visit = proposal.visit
    program = visit.plan.program
    live = proposal.state == ProposalState.OPEN and proposal.expires > now()
    who = proposal.school.name if proposal.school is not None else "The program office"
    moves: dict[Visit, dt.date | None] = {visit: proposal.to}
    if proposal.swap is not None:
        moves[proposal.swap] = proposal.was
    lapsed = proposal.state == ProposalState.OPEN and not live
    words = program.design.words
    return ProposalPage(
        page_title=f"{who} {'proposes' if proposal.school else 'asks about'} another day",
        program=program,
        reads=f"the {words['school'].many} concerned, the {words['facilitator'].one} and program staff.",
        breadcrumbs=[Crumb("My calendar", reverse("my_calendar")),
                     Crumb(visit.school.name, reverse("visit", args=[visit.pk])), Crumb("Another day")],
        proposal=proposal,
        visit=visit,
        who=who,
        replies=[Reply(a.school.name, a.reply, a.person.name if a.person else "")
                 for a in proposal.answers.select_related("school", "person").order_by("school__name")],
        mine=queries.answering(request.actor, proposal) if live else [],
        open=live,
        ended=_ENDED[ProposalState.EXPIRED] if lapsed else "" if live else _ENDED[ProposalState(proposal.state)],
        may_withdraw=live and bool(access.may(request.actor, "proposal.withdraw", proposal)),
        effect=bridge.effect(visit.plan, moves, drafted=False) if live else None,
    )  # fmt: skip


@page("proposal.view", at="proposals/<uuid:proposal>/answer/", model=Proposal, acts="proposal.answer",
      methods=("POST",), name="proposal_answer")  # fmt: skip
def proposal_answer_page(request: Request, proposal: Proposal) -> Go:
    """Yes or no, for the school that is asked."""
    mine = queries.answering(request.actor, proposal)
    wanted = request.POST.get("school", "")
    school = next(
        (s for s in mine if str(s.pk) == wanted), mine[0] if len(mine) == 1 and not wanted else None
    )
    if school is None:
        raise Refused("not-asked", "No answer of your school is waited for.", status=409)
    yes = request.POST.get("reply") == "yes"
    actions.answer_proposal(proposal, by=request.actor, school=school, yes=yes)
    proposal.refresh_from_db(fields=["state"])
    said = {
        ProposalState.AGREED: "Everybody has said yes. The day is changed, and all are told.",
        ProposalState.OVERTAKEN: "Everybody has said yes, but the day is no longer possible. All are told.",
        ProposalState.DECLINED: "Noted. The day stays as it was, and the others are told.",
    }.get(ProposalState(proposal.state), "Thank you. It moves when the others have said yes, too.")
    return Go(reverse("proposal", args=[proposal.pk]), said)


@page("proposal.view", at="proposals/<uuid:proposal>/withdraw/", model=Proposal, acts="proposal.withdraw",
      methods=("POST",), name="proposal_withdraw")  # fmt: skip
def proposal_withdraw_page(request: Request, proposal: Proposal) -> Go:
    """Take a proposal back."""
    actions.withdraw_proposal(proposal, by=request.actor)
    return Go(reverse("proposal", args=[proposal.pk]), "Taken back. Those who were asked are told.")
