"""Other days that schools propose to each other, and the questions that the office puts to them."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from intervisit.apps.calendar import bridge
from intervisit.apps.calendar.actions.releases import settle
from intervisit.apps.calendar.actions.telling import when_of
from intervisit.apps.calendar.models import Change, Proposal, ProposalAnswer, Visit
from intervisit.apps.calendar.states import PlanState, ProposalState, ReleaseKind, Reply, VisitState
from intervisit.apps.networks.queries import facilitator_of
from intervisit.apps.people.models import Organization, Person, RoleHeld, in_force
from intervisit.core.access import Actor
from intervisit.core.text import long_date
from intervisit.kit.access import require
from intervisit.kit.clock import now, today
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused

ASKED_MAIL = mail_kind("proposal.asked", "proposal.view")
TOLD_MAIL = mail_kind("proposal.told", "proposal.view")
SETTLED_MAIL = mail_kind("proposal.settled", "proposal.view")


@action("visit.propose")
def propose_day(
    visit: Visit, to: dt.date, *, by: Actor, school: Organization, reason: str = "", swap: Visit | None = None
) -> Proposal:
    """A school proposes another day to the other schools, or that two visits change their days.

    Refuses days on which not everybody can, and a second proposal while one is open.
    """
    require(by, "visit.propose", visit)
    if school.pk not in set(members(visit).values_list("pk", flat=True)):
        raise Refused("not-yours", "Only a school of this group may propose another day.")
    return _put(visit, to, by=by, school=school, reason=reason, swap=swap)


@action("visit.ask")
def ask_schools(visit: Visit, to: dt.date, *, by: Actor, reason: str = "") -> Proposal:
    """The office, or the facilitator, asks the schools of a visit about a day that is near."""
    require(by, "visit.move", visit)
    return _put(visit, to, by=by, school=None, reason=reason, swap=None)


def _put(
    visit: Visit, to: dt.date, *, by: Actor, school: Organization | None, reason: str, swap: Visit | None
) -> Proposal:
    plan = visit.plan
    if visit.state == VisitState.OWED:
        raise Refused(
            "new",
            "Nobody knows of it yet, so nobody can be asked. Choose a day that keeps the notice.",
            "date",
        )
    _refuse_unfit(visit, to, swap)
    design, zone = plan.program.design, ZoneInfo(plan.program.district.zone)
    # An answer after the day is none: it ends with the evening before the first of the two days.
    first = min(to, visit.date) if visit.state == VisitState.PLANNED else to
    evening = dt.datetime.combine(first - dt.timedelta(days=1), dt.time(18), zone)
    usual = today(plan.program.district.zone) + dt.timedelta(days=design.visits.answer_days)
    expires = min(dt.datetime.combine(usual, dt.time(18), zone), evening)
    if expires <= now():
        raise Refused("too-late", "There is no time left to ask the others. Call them.", "date")
    made = Proposal.objects.create(
        visit=visit, was=visit.date, to=to, swap=swap, school=school, person_id=by.person, reason=reason,
        expires=expires,
    )  # fmt: skip
    asked = [one for one in members(visit) if school is None or one.pk != school.pk]
    ProposalAnswer.objects.bulk_create(ProposalAnswer(proposal=made, school=one) for one in asked)
    record(by, "proposal.make", made, group=plan.program.group, label=str(visit),
           changes={"date": (visit.date, to)})  # fmt: skip
    _tell_asked(made, asked, by)
    return made


def members(visit: Visit) -> QuerySet[Organization]:
    """The schools of a visit's group."""
    found = Organization.objects.filter(
        memberships__network_id=visit.network_id, memberships__left__isnull=True
    )
    return found.order_by("name")


def _refuse_unfit(visit: Visit, to: dt.date, swap: Visit | None) -> None:
    plan, day = visit.plan, today(visit.plan.program.district.zone)
    if plan.state != PlanState.PUBLISHED:
        raise Refused("not-published", "The calendar is not published.")
    if min(to, *([visit.date] if visit.state == VisitState.PLANNED else [])) <= day:
        raise Refused("in-the-past", "Both days must still be ahead.", "date")
    moves = {visit: to}
    if swap is not None:
        if swap.network_id != visit.network_id or swap.plan_id != plan.pk or swap.date != to:
            raise Refused("not-a-swap", "These two visits cannot change their days.")
        moves[swap] = visit.date
    ids = [v.pk for v in moves]
    if Proposal.objects.filter(open_now(), Q(visit__in=ids) | Q(swap__in=ids)).exists():
        raise Refused("open-already", "There is an open proposal for this visit. Wait for its answers first.")
    drafted = Change.objects.filter(visit=visit, date=to).exists()
    found = bridge.effect(plan, moves, drafted=drafted)
    if not found.sound:
        raise Refused("rule-broken", " ".join(found.broken[:3]), "date")


def open_now() -> Q:
    """Proposals that can still be answered."""
    return Q(state=ProposalState.OPEN, expires__gt=now())


@action("proposal.answer")
def answer_proposal(proposal: Proposal, *, by: Actor, school: Organization, yes: bool) -> None:
    """One school says yes or no. The last yes moves the visit and tells everybody; one no ends it."""
    require(by, "proposal.answer", proposal)
    mine = proposal.answers.select_for_update().filter(school=school).first()
    if mine is None:
        raise Refused("not-asked", f"{school} is not asked.")
    if proposal.state != ProposalState.OPEN or proposal.expires <= now():
        raise Refused("closed", "This proposal is no longer open. Nothing was changed.", status=409)
    if mine.reply != Reply.WAITING:
        raise Refused("answered-already", f"{school} has answered already.", status=409)
    mine.reply, mine.person_id, mine.at = (Reply.YES if yes else Reply.NO), by.person, now()
    mine.save(update_fields=["reply", "person", "at"])
    record(by, "proposal.answer", proposal, group=proposal.visit.plan.program.group, label=school.name,
           changes={"answer": (Reply.WAITING, mine.reply)})  # fmt: skip
    if not yes:
        _end(proposal, ProposalState.DECLINED, by)
    elif not proposal.answers.exclude(reply=Reply.YES).exists():
        _agree(proposal, by)


def _agree(proposal: Proposal, by: Actor) -> None:
    visit = proposal.visit
    drafted = Change.objects.filter(visit=visit, date=proposal.to).exists()
    if proposal.school_id is None and drafted:
        _end(proposal, ProposalState.AGREED, by)  # the office releases it with the rest of its draft
        return
    moves = {visit: proposal.to}
    if proposal.swap is not None:
        moves[proposal.swap] = proposal.was
    moved = visit.date != proposal.was or (proposal.swap is not None and proposal.swap.date != proposal.to)
    if moved or not bridge.effect(visit.plan, moves, drafted=False).sound:
        _end(proposal, ProposalState.OVERTAKEN, by)
        return
    proposal.state, proposal.settled = ProposalState.AGREED, now()
    proposal.save(update_fields=["state", "settled"])
    who = proposal.school.name if proposal.school is not None else "The program office"
    note = f"Its schools have agreed on this. Proposed by {who}."
    name = f"{visit.network.name}: {long_date(proposal.was)} becomes {long_date(proposal.to)}"
    kind = ReleaseKind.FACILITATOR if proposal.school_id is None else ReleaseKind.SCHOOLS
    settle(visit.plan, moves, by=by, kind=kind, name=name[:80], note=note)


@action("proposal.withdraw")
def withdraw_proposal(proposal: Proposal, *, by: Actor) -> None:
    """Take a proposal back: by the school that made it, or by the office."""
    require(by, "proposal.withdraw", proposal)
    if proposal.state != ProposalState.OPEN:
        raise Refused("closed", "This proposal is no longer open.", status=409)
    record(by, "proposal.withdraw", proposal, group=proposal.visit.plan.program.group)
    _end(proposal, ProposalState.WITHDRAWN, by)


def expire_proposals(*, by: Actor) -> int:
    """End what nobody answered in time, and tell those who waited. Part of the worker's round."""
    late = Proposal.objects.filter(state=ProposalState.OPEN, expires__lte=now()).select_related(
        "visit__plan__program__version",
        "visit__plan__program__district",
        "visit__school",
        "visit__network",
        "school",
    )
    rows = list(late)
    for proposal in rows:
        _expire(proposal, by=by)
    return len(rows)


@action("proposal.expire")
def _expire(proposal: Proposal, *, by: Actor) -> None:
    record(by, "proposal.expire", proposal, group=proposal.visit.plan.program.group)
    _end(proposal, ProposalState.EXPIRED, by)


_SAYS = {
    ProposalState.DECLINED: "One of the schools said no. The visit stays on {was}.",
    ProposalState.EXPIRED: "Not everybody answered in time. The visit stays on {was}. You can propose a day again.",
    ProposalState.WITHDRAWN: "The proposal was taken back. The visit stays on {was}.",
    ProposalState.OVERTAKEN: "All said yes, but meanwhile the day is no longer possible for everybody. The visit "
    "stays on {was}. You can propose another day.",
    ProposalState.AGREED: "All its schools said yes to {to}. It counts when the office releases it.",
}


def _end(proposal: Proposal, state: ProposalState, by: Actor) -> None:
    proposal.state, proposal.settled = state, now()
    proposal.save(update_fields=["state", "settled"])
    visit, one = proposal.visit, proposal.visit.plan.program.design.words["visit"].one
    says = _SAYS[state].format(was=_day(proposal.was), to=_day(proposal.to))
    asked = [a.school for a in proposal.answers.select_related("school")]
    homes = [proposal.school, *asked] if proposal.school is not None else asked
    people = {p.pk: p for home in homes for p in people_at(home)}
    if proposal.person is not None and proposal.school is None:
        people[proposal.person.pk] = proposal.person
    for person in people.values():
        if str(person.pk) != by.person:
            send_later(
                SETTLED_MAIL, person, subject=f"About the {one} of {_day(proposal.was)}",
                body=f"{visit.network.name}, {visit.school.name}\n\n{says}", about=proposal,
                link=f"/proposals/{proposal.pk}/", key=f"proposal:{proposal.pk}:{state}:{person.pk}",
            )  # fmt: skip


def people_at(school: Organization) -> list[Person]:
    """Principal and team of one school."""
    held = RoleHeld.objects.filter(in_force(), group=school.group_id, role__in=("principal", "team"))
    ids = held.values("person")
    return list(Person.objects.filter(pk__in=ids, is_active=True).order_by("name"))


def _tell_asked(proposal: Proposal, asked: list[Organization], by: Actor) -> None:
    visit, plan = proposal.visit, proposal.visit.plan
    who = proposal.school.name if proposal.school is not None else "The program office"
    one = plan.program.design.words["visit"].one
    until = proposal.expires.astimezone(ZoneInfo(plan.program.district.zone))
    what = f"{who} proposes another day for the {one} to {visit.school.name}:\n\n- now: {when_of(visit)}\n"
    what += f"- then: {_day(proposal.to)}\n"
    if proposal.swap is not None:
        what += f"- and the {one} to {proposal.swap.school.name} moves to {_day(proposal.was)}\n"
    why = f"\n“{proposal.reason}”\n" if proposal.reason else ""
    ends = f"{until:%a} {long_date(until.date())}, {until:%-I:%M} {'a.m.' if until.hour < 12 else 'p.m.'}"
    told: set[object] = set()
    for school in asked:
        for person in people_at(school):
            if str(person.pk) != by.person and person.pk not in told:
                told.add(person.pk)
                send_later(
                    ASKED_MAIL, person, subject=f"Does another day suit {school.name}?",
                    body=f"{what}{why}\nOne tap is enough: say yes or no by {ends}. It moves when every school has "
                    "said yes; without your answer nothing changes.",
                    about=proposal, link=f"/proposals/{proposal.pk}/", key=f"asked:{proposal.pk}:{person.pk}",
                )  # fmt: skip
    guide = facilitator_of(visit.network)
    if guide is not None and str(guide.pk) != by.person and guide.pk not in told:
        send_later(
            TOLD_MAIL, guide, subject=f"{who} proposes another day",
            body=f"{what}{why}\nThe schools are asked until {ends}. The day is free in your calendar; you need not do "
            "anything.",
            about=proposal, link=f"/proposals/{proposal.pk}/", key=f"asked:{proposal.pk}:{guide.pk}",
        )  # fmt: skip


def _day(day: dt.date) -> str:
    return f"{day:%A} {long_date(day)}"
