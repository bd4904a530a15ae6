"""Something happened: a snow day, a closure, a facilitator away, a visit to be postponed. And the way out."""

import datetime as dt
from collections.abc import Iterable

from intervisit.apps.calendar import bridge
from intervisit.apps.calendar.actions.proposals import ask_schools
from intervisit.apps.calendar.actions.releases import keep_release, needs_asking, put_change
from intervisit.apps.calendar.actions.telling import tell
from intervisit.apps.calendar.models import Change, Happening, Loss, NamedDays, Visit, YearPlan
from intervisit.apps.calendar.states import (
    DayKind,
    HappeningKind,
    HappeningState,
    PlanState,
    ReleaseKind,
    VisitState,
)
from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import District, Organization, Person
from intervisit.core import scheduling
from intervisit.core.access import Actor
from intervisit.core.text import long_date
from intervisit.kit.access import may, require
from intervisit.kit.clock import today
from intervisit.kit.history import action, record
from intervisit.kit.jobs import enqueue
from intervisit.kit.refusal import Refused

LONGEST = 30  # days of one closing or absence


def _days(first: dt.date, last: dt.date, zone: str, longest: int = LONGEST) -> list[dt.date]:
    if last < first:
        raise Refused("ends-before-start", "The last day lies before the first. Exchange them.", "last")
    if (last - first).days >= longest:
        raise Refused("too-long", f"At most {longest} days at once. Plan the rest of the year again.", "last")
    if last < today(zone):
        raise Refused(
            "in-the-past", "These days are over. What did not take place is noted on the day itself.", "first"
        )
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def hit_by_closing(school: Organization, first: dt.date, last: dt.date) -> list[Visit]:
    """The published visits in which a school takes part on these days."""
    found = Visit.objects.filter(
        plan__state=PlanState.PUBLISHED, state=VisitState.PLANNED, date__range=(first, last),
        network__members__school=school, network__members__left__isnull=True,
    ).distinct()  # fmt: skip
    return list(
        found.select_related(
            "school", "network__group", "plan__program__version", "plan__program__district"
        ).order_by("date")
    )


@action("school.close")
def close_school(
    school: Organization, *, by: Actor, first: dt.date, last: dt.date, reason: str
) -> list[Visit]:
    """A school cannot on these days: its visits are called off at once, and those concerned are told. The office
    (and the facilitator) find new days. Returns the visits called off."""
    require(by, "school.close", school)
    days = _days(first, last, school.zone)
    made = NamedDays.objects.create(
        organization=school, starts=first, ends=last, name=reason, kind=DayKind.CLOSED, source="closed"
    )
    record(by, "school.close", school, group=school.group, label=reason, changes={"days": (0, len(days))})
    hit = hit_by_closing(school, first, last)
    plans = {v.plan_id: v.plan for v in hit}
    for plan in YearPlan.objects.filter(
        state__in=[PlanState.ADOPTED, PlanState.PUBLISHED], program__networks__members__school=school
    ).distinct():
        _patch(plan, scheduling.blocked_for(bridge.problem_of(plan), str(school.pk), days))
    said = f"{school.name} is closed on {_span(first, last)}: {reason}."
    for plan in plans.values():
        plan.refresh_from_db(fields=["problem"])
        _call_off(plan, [v for v in hit if v.plan_id == plan.pk], by=by, reason=reason, said=said)
        happened(
            plan, by=by, kind=HappeningKind.SCHOOL, first=first, last=last, reason=said[:160], school=school
        )
    assert made.pk
    return hit


@action("plan.close_days")
def close_days(plan: YearPlan, *, by: Actor, first: dt.date, last: dt.date, reason: str) -> Happening:
    """Schools are shut for everybody: visits of these days are called off at once, and those concerned are told."""
    require(by, "plan.edit", plan)
    refuse_unpublished(plan)
    days = _days(first, last, plan.program.district.zone)
    district = District.objects.get(pk=plan.program.district_id)
    if may(by, "district.days", district):
        NamedDays.objects.create(
            organization=district, starts=first, ends=last, name=reason, kind=DayKind.CLOSED, source="closed"
        )
    record(
        by, "plan.close_days", plan, group=plan.program.group, label=reason, changes={"days": (0, len(days))}
    )
    _patch(plan, scheduling.closed_for_all(bridge.problem_of(plan), days, reason))
    hit = plan.visits.filter(state=VisitState.PLANNED, date__range=(first, last)).select_related(
        "network__group"
    )
    said = f"Schools are closed on {_span(first, last)}: {reason}."
    _call_off(plan, list(hit), by=by, reason=reason, said=said)
    return happened(plan, by=by, kind=HappeningKind.CLOSED, first=first, last=last, reason=said[:160])


@action("plan.facilitator_away")
def facilitator_away(
    plan: YearPlan, *, by: Actor, facilitator: Person, first: dt.date, last: dt.date, reason: str
) -> Happening:
    """A facilitator cannot on these days. Nobody is told before a way out is chosen and released."""
    require(by, "plan.edit", plan)
    refuse_unpublished(plan)
    days = _days(first, last, plan.program.district.zone, 400)
    problem = bridge.with_facilitators(plan, bridge.problem_of(plan))
    if str(facilitator.pk) not in {f.id for f in problem.facilitators}:
        raise Refused("not-here", f"{facilitator.name} is present at no visit of this year.", "facilitator")
    _patch(plan, scheduling.away(problem, str(facilitator.pk), days))
    said = f"{facilitator.name} is away on {_span(first, last)}: {reason}."
    return happened(
        plan, by=by, kind=HappeningKind.FACILITATOR, first=first, last=last, reason=said[:160],
        facilitator=facilitator,
    )  # fmt: skip


@action("visit.postpone")
def postpone_visit(visit: Visit, *, by: Actor, reason: str) -> Happening:
    """A visit is to be put off, as its schools have asked. It stays where it is until a new day is released."""
    require(by, "plan.edit", visit.plan)
    refuse_unpublished(visit.plan)
    _days(visit.date, visit.date, visit.plan.program.district.zone)
    said = f"{visit.school.name}, {visit.date:%a} {long_date(visit.date)}: {reason}."
    return happened(
        visit.plan,
        by=by,
        kind=HappeningKind.VISIT,
        first=visit.date,
        last=visit.date,
        reason=said[:160],
        visit=visit,
    )


def refuse_unpublished(plan: YearPlan) -> None:
    """What happens to a year concerns the published one."""
    if plan.state != PlanState.PUBLISHED:
        raise Refused("not-published", "This calendar is not published. Change the days and plan again.")


def _patch(plan: YearPlan, problem: scheduling.Problem) -> None:
    plan.problem = scheduling.write_instance(problem)
    plan.save(update_fields=["problem"])


def _call_off(plan: YearPlan, visits: Iterable[Visit], *, by: Actor, reason: str, said: str) -> None:
    networks: dict[object, Network] = {}
    for visit in visits:
        visit.state = VisitState.CANCELLED
        visit.save(update_fields=["state"])
        Loss.objects.create(visit=visit, date=visit.date, reason=reason, person_id=by.person)
        record(
            by, "visit.call_off", visit, group=plan.program.group, changes={"state": ("planned", "cancelled")}
        )
        networks[visit.network_id] = visit.network
    word = plan.program.design.words["visit"].one
    note = f"{said} The {word} does not take place. A new day follows; you need not do anything until then."
    subject = f"A {word} is called off"
    told = {p for n in networks.values() for p in tell(plan, n, by=by, note=note, subject=subject)}
    if networks:
        keep_release(plan, by=by, kind=ReleaseKind.CLOSURE, name=said[:80], note=note[:500], told=len(told))


def happened(
    plan: YearPlan, *, by: Actor, kind: HappeningKind, first: dt.date, last: dt.date, reason: str,
    school: Organization | None = None, facilitator: Person | None = None, visit: Visit | None = None,
) -> Happening:  # fmt: skip
    """Note it, and have the ways out weighed. Part of an action."""
    made = Happening.objects.create(
        plan=plan, kind=kind, first=first, last=last, reason=reason, school=school, facilitator=facilitator,
        visit=visit, person_id=by.person,
    )  # fmt: skip
    made.job = enqueue(
        "weigh_ways", by=by, title=f"Ways out: {reason}"[:120], group=plan.program.group,
        back=f"/happenings/{made.pk}/", happening=str(made.pk),
    )  # fmt: skip
    made.save(update_fields=["job"])
    record(by, "happening.make", made, group=plan.program.group, label=reason)
    return made


@action("happening.choose")
def choose_way(happening: Happening, key: str, *, by: Actor) -> int:
    """Put one of the ways into the draft, and ask the schools whose day would be near. Returns how many are asked."""
    require(by, "happening.choose", happening)
    way = next((w for w in happening.ways if w["key"] == key), None)
    if way is None:
        raise Refused("no-such-way", "This way is not there any more. Look again.")
    plan, rows = (
        happening.plan,
        {str(v.pk): v for v in happening.plan.visits.select_related("network", "school")},
    )
    day, notice = today(plan.program.district.zone), bridge.problem_of(plan).limits.notice_days
    asked = 0
    for key_, iso in way["moves"]:
        visit, to = rows[key_], None if iso is None else dt.date.fromisoformat(iso)
        if to is not None and to <= day:
            raise Refused("too-old", "These ways are too old. Look for new ones.", status=409)
        lost = (
            visit.state == VisitState.CANCELLED or visit.pk == happening.visit_id or _taken(happening, visit)
        )
        change = put_change(visit, to, by=by, made_up=lost)
        if isinstance(change, Change) and to is not None and needs_asking(change, day, notice):
            ask_schools(visit, to, by=by, reason=happening.reason)
            asked += 1
    happening.state, happening.chosen = HappeningState.CHOSEN, key
    happening.save(update_fields=["state", "chosen"])
    record(by, "happening.choose", happening, group=plan.program.group, label=happening.reason)
    return asked


def _taken(happening: Happening, visit: Visit) -> bool:
    return happening.first <= visit.date <= happening.last


@action("happening.again")
def weigh_again(happening: Happening, *, by: Actor) -> None:
    """Look for the ways once more: the calendar may have changed since."""
    require(by, "happening.choose", happening)
    happening.state, happening.ways, happening.refused = HappeningState.WEIGHING, [], []
    happening.job = enqueue(
        "weigh_ways", by=by, title=f"Ways out: {happening.reason}"[:120], group=happening.plan.program.group,
        back=f"/happenings/{happening.pk}/", happening=str(happening.pk),
    )  # fmt: skip
    happening.save(update_fields=["state", "ways", "refused", "job"])
    record(by, "happening.again", happening, group=happening.plan.program.group)


@action("happening.drop")
def drop_happening(happening: Happening, *, by: Actor) -> None:
    """Nothing needs to be done about it any more."""
    require(by, "happening.choose", happening)
    happening.state = HappeningState.DROPPED
    happening.save(update_fields=["state"])
    record(by, "happening.drop", happening, group=happening.plan.program.group)


def _span(first: dt.date, last: dt.date) -> str:
    start = f"{first:%A} {long_date(first)}"
    return start if first == last else f"{start} to {last:%A} {long_date(last)}"
