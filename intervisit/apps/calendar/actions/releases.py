"""The draft of a published year, and its release: named, kept, and told only to those concerned."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from intervisit.apps.calendar import bridge
from intervisit.apps.calendar.actions.invitations import invite_soon
from intervisit.apps.calendar.actions.telling import tell
from intervisit.apps.calendar.models import Change, Loss, Proposal, Release, Visit, YearPlan
from intervisit.apps.calendar.states import PlanState, ProposalState, ReleaseKind, VisitState
from intervisit.apps.networks.models import Network
from intervisit.core import scheduling
from intervisit.core.access import Actor
from intervisit.core.scheduling import Difference, Entry
from intervisit.core.text import long_date
from intervisit.kit.access import require
from intervisit.kit.clock import today
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused

_NAMES = {
    ReleaseKind.OFFICE: "Changes",
    ReleaseKind.FACILITATOR: "Moved by a facilitator",
    ReleaseKind.SCHOOLS: "Agreed by schools",
    ReleaseKind.CLOSURE: "A day fell away",
}


@action("draft.change")
def put_change(visit: Visit, to: dt.date | None, *, by: Actor, made_up: bool = False) -> Change | None:
    """Write one line of the draft: another day for a visit, or None to give it up. Nobody is told yet.

    The day on which everybody knows the visit takes the line out again.
    """
    require(by, "plan.edit", visit.plan)
    if visit.plan.state != PlanState.PUBLISHED:
        raise Refused("not-published", "Only a published calendar has a draft.")
    was = None if visit.state == VisitState.OWED else visit.date
    record(by, "draft.change", visit, group=visit.plan.program.group, changes={"date": (was, to)})
    if to == visit.date and visit.state == VisitState.PLANNED:
        Change.objects.filter(visit=visit).delete()
        return None
    change, _ = Change.objects.update_or_create(
        visit=visit, defaults={"date": to, "made_up": made_up, "person_id": by.person}
    )
    return change


@action("draft.drop")
def drop_changes(plan: YearPlan, visits: Iterable[Visit], *, by: Actor) -> int:
    """Take lines out of the draft: these visits stay as everybody knows them."""
    require(by, "plan.edit", plan)
    gone = Change.objects.filter(visit__plan=plan, visit__in=[v.pk for v in visits])
    count = gone.count()
    gone.delete()
    record(by, "draft.drop", plan, group=plan.program.group, changes={"lines": (count, 0)})
    return count


def needs_asking(change: Change, day: dt.date, notice: int) -> bool:
    """Does a line take or leave a day so near that its schools have to say yes first? Lost days were lost anyway."""
    horizon = day + dt.timedelta(days=notice)
    leaves = change.visit.state == VisitState.PLANNED and not change.made_up and change.visit.date < horizon
    return change.date is not None and (leaves or change.date < horizon)


def agreed(changes: Iterable[Change]) -> set[Any]:
    """The visits of these lines whose schools were asked and have said yes to this very day."""
    days = {c.visit_id: c.date for c in changes}
    asked = Proposal.objects.filter(visit__in=list(days), school=None, state=ProposalState.AGREED)
    return {p.visit_id for p in asked if days[p.visit_id] == p.to}


def apply_draft(plan: YearPlan, by: Actor) -> None:
    """Make the draft true. Refuses while it breaks a rule, or while somebody must still be asked."""
    changes = list(Change.objects.filter(visit__plan=plan).select_related("visit__school", "visit__network"))
    if not changes:
        return
    at = bridge.standing(plan)
    if broken := at.broken:
        raise Refused("rules-broken", f"The draft breaks a rule: {broken[0]} Change the draft first.")
    day, said_yes = today(plan.program.district.zone), agreed(changes)
    for change in changes:
        _not_past(change.visit, change.date, day)
        if needs_asking(change, day, at.problem.limits.notice_days) and change.visit_id not in said_yes:
            where = f"{change.visit.school.name}, {change.visit.date:%a} {long_date(change.visit.date)}"
            raise Refused("ask-first", f"{where}: so near, its schools have to be asked before it is moved.")
    for change in changes:
        _change_visit(change.visit, change.date, made_up=change.made_up, by=by, reason="Postponed")
    for network in {c.visit.network for c in changes}:
        number_visits(plan, network)
    Change.objects.filter(pk__in=[c.pk for c in changes]).delete()


def _not_past(visit: Visit, to: dt.date | None, day: dt.date) -> None:
    if to is not None and to <= day:
        raise Refused(
            "in-the-past", f"{long_date(to)} is not in the future any more. Choose another day.", "date"
        )


def _change_visit(visit: Visit, to: dt.date | None, *, made_up: bool, by: Actor, reason: str) -> None:
    if made_up and visit.state == VisitState.PLANNED:
        Loss.objects.create(visit=visit, date=visit.date, reason=reason, person_id=by.person)
    if to is None:
        visit.state = VisitState.CANCELLED
    else:
        visit.date, visit.state = to, VisitState.PLANNED
    visit.save(update_fields=["date", "state"])


def settle(
    plan: YearPlan, moves: Mapping[Visit, dt.date], *, by: Actor, kind: ReleaseKind, name: str, note: str
) -> Release:
    """Give visits other days at once and tell those concerned: a small release of its own. Part of an action."""
    found = bridge.effect(plan, moves, drafted=False)
    if not found.sound:
        raise Refused("rule-broken", " ".join(found.broken[:3]), "date")
    day = today(plan.program.district.zone)
    networks = {}
    for visit, to in moves.items():
        _not_past(visit, to, day)
        _change_visit(visit, to, made_up=False, by=by, reason="")
        Change.objects.filter(visit=visit).delete()
        networks[visit.network_id] = visit.network
    for network in networks.values():
        number_visits(plan, network)
    told = {p for network in networks.values() for p in tell(plan, network, by=by, note=note)}
    return keep_release(plan, by=by, kind=kind, name=name, note=note, told=len(told))


def number_visits(plan: YearPlan, network: Network) -> None:
    """The first visit of the year is number one, also after a move."""
    rows = list(plan.visits.filter(network=network, state=VisitState.PLANNED).order_by("date"))
    for number, row in enumerate(rows, start=1):
        row.number = number
    Visit.objects.bulk_update(rows, ["number"])


def entries_of(plan: YearPlan) -> list[dict[str, Any]]:
    """Every visit of a year as a release keeps it."""
    rows = (
        plan.visits.exclude(state=VisitState.OWED)
        .order_by("date", "network__number", "uid")
        .values("uid", "network_id", "school_id", "number", "date", "starts", "ends", "part", "state")
    )
    return [
        {
            "uid": r["uid"], "network": str(r["network_id"]), "school": str(r["school_id"]), "number": r["number"],
            "date": r["date"].isoformat(), "starts": r["starts"].isoformat("minutes"),
            "ends": r["ends"].isoformat("minutes"), "part": r["part"], "state": r["state"],
        }
        for r in rows
    ]  # fmt: skip


def as_entries(kept: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """What a release keeps, in the terms in which releases are compared."""
    return [
        Entry(
            date=dt.date.fromisoformat(k["date"]), uid=k["uid"], network=k["network"], school=k["school"],
            starts=dt.time.fromisoformat(k["starts"]), ends=dt.time.fromisoformat(k["ends"]),
            on=k["state"] == VisitState.PLANNED,
        )
        for k in kept
    ]  # fmt: skip


def difference(before: Release | None, after: Iterable[Mapping[str, Any]]) -> Difference:
    """What a release changes against the one before."""
    return scheduling.compare(as_entries(before.entries if before else ()), as_entries(after))


def keep_release(plan: YearPlan, *, by: Actor, kind: ReleaseKind, name: str, note: str, told: int) -> Release:
    """Keep the year as it is now. Without any difference the last release stays the last one."""
    last = Release.objects.filter(program=plan.program).order_by("-number").first()
    entries = entries_of(plan)
    found = difference(last, entries)
    invite_soon(plan.program)
    if last is not None and not found:
        return last
    number = 1 if last is None else last.number + 1
    names = {
        str(pk): label for pk, label in plan.visits.values_list("network_id", "network__name").distinct()
    }
    names |= {str(pk): label for pk, label in plan.visits.values_list("school_id", "school__name").distinct()}
    usual = "The year" if last is None else f"{_NAMES[kind]}, {len(found.moved) + len(found.cancelled)}"
    made = Release.objects.create(
        program=plan.program, plan=plan, number=number, name=name or usual, note=note, kind=kind, entries=entries,
        names=names, new=len(found.new), moved=len(found.moved), cancelled=len(found.cancelled), told=told,
        person_id=by.person,
    )  # fmt: skip
    record(by, "release.make", made, group=plan.program.group, label=f"{number}: {made.name}",
           changes={"people told": (0, told)})  # fmt: skip
    return made
