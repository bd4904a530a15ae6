"""Cover for those who are out: asked for by the calendar itself, approved, used."""

from collections.abc import Iterable
from typing import Any

from intervisit.apps.budget.actions.budgets import prices_of
from intervisit.apps.budget.models import CoverRequest, SchoolBudget
from intervisit.apps.budget.states import CoverState
from intervisit.apps.calendar.events import CalendarChanged
from intervisit.apps.calendar.models import Visit
from intervisit.apps.calendar.states import PlanState, VisitState
from intervisit.apps.gatherings.queries import expected_at
from intervisit.apps.networks.models import NetworkMember
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor, system_actor
from intervisit.kit.access import require
from intervisit.kit.history import action, record
from intervisit.kit.jobs import Running, enqueue, job
from intervisit.kit.models import Job, JobState
from intervisit.kit.refusal import Refused

MOST = 99  # substitutes for one school on one day
WHY = "Cover follows the calendar"


def follow_calendar(event: CalendarChanged) -> None:
    """The calendar was published, changed or taken back: a worker counts again (wired in web/wiring.py)."""
    program = event.program
    if not SchoolBudget.objects.filter(program=program).exists():
        return
    waiting = Job.objects.filter(kind="count_cover", state=JobState.WAITING, group=program.group_id)
    if not waiting.exists():
        enqueue("count_cover", by=system_actor(WHY), title=WHY, group=program.group, program=str(program.pk))


@job("count_cover", "program.budget")
def count_cover_job(running: Running) -> dict[str, Any]:
    program = Program.objects.select_related("version", "group").get(pk=running.job.arguments["program"])
    with running.keeping() as result:
        result["changed"] = count_cover(program, by=running.by)
    return result


@action("cover.count")
def count_cover(program: Program, *, by: Actor) -> int:
    """Ask for cover for every school and day of the published calendar, as the calendar stands. Returns what changed.

    What a school has said by hand stays. A day that was approved and has moved must be approved again; what was used
    stays as it is.
    """
    require(by, "program.budget", program)
    budgets = {b.school_id: b for b in SchoolBudget.objects.filter(program=program)}
    visits = Visit.objects.filter(
        plan__program=program, plan__state=PlanState.PUBLISHED, state=VisitState.PLANNED
    )
    rows = list(visits.exclude(told={}).select_related("network", "school"))
    members: dict[Any, list[NetworkMember]] = {}
    for member in NetworkMember.objects.filter(network__program=program, left__isnull=True).select_related(
        "school"
    ):
        members.setdefault(member.network_id, []).append(member)
    have = {(c.budget_id, c.uid): c for c in CoverRequest.objects.filter(budget__program=program)}
    teams = _teams(rows, members)
    prices, size = prices_of(program), program.design.visits.team_size
    changed = 0
    for visit in rows:
        for member in members.get(visit.network_id, ()):
            budget = budgets.get(member.school_id)
            if budget is not None:
                needed = teams.get((visit.network_id, member.school_id)) or max(0, size - 1)
                rate = prices.substitute_half if visit.part == "half" else prices.substitute_day
                changed += _ask(have.pop((budget.pk, visit.uid), None), budget, visit, needed, rate)
    changed += _drop(have.values())
    record(by, "cover.count", program, group=program.group, changes={"requests": (0, changed)})
    return changed


def _teams(visits: Iterable[Visit], members: dict[Any, list[NetworkMember]]) -> dict[tuple[Any, Any], int]:
    """How many teachers of each school go, by network: two queries a network."""
    found: dict[tuple[Any, Any], int] = {}
    seen = set()
    for visit in visits:
        if visit.network_id in seen:
            continue
        seen.add(visit.network_id)
        for e in expected_at(visit, members.get(visit.network_id, [])):
            if e.school is not None and e.role == "team":
                key = (visit.network_id, e.school.pk)
                found[key] = found.get(key, 0) + 1
    return found


def _ask(row: CoverRequest | None, budget: SchoolBudget, visit: Visit, needed: int, rate: Any) -> bool:
    if row is None:
        CoverRequest.objects.create(
            budget=budget, network=visit.network, visit=visit, uid=visit.uid, date=visit.date,
            half=visit.part == "half", needed=needed, rate=rate,
        )  # fmt: skip
        return True
    before = (row.date, row.state, row.needed, row.half, row.rate, row.visit_id)
    if row.state in (CoverState.USED, CoverState.REFUSED):
        return False
    if row.state == CoverState.DROPPED or (row.state == CoverState.APPROVED and row.date != visit.date):
        row.moved_from = row.date if row.state == CoverState.APPROVED else None
        row.state, row.approved = CoverState.ASKED, 0
    if row.state == CoverState.ASKED:
        row.rate, row.half = rate, visit.part == "half"
        row.needed = row.needed if row.by_hand else needed
    row.date, row.visit = visit.date, visit
    if before == (row.date, row.state, row.needed, row.half, row.rate, row.visit_id):
        return False
    row.save()
    return True


def _drop(rows: Iterable[CoverRequest]) -> int:
    """The visits of these are called off, or their school has left: nothing is asked for any more."""
    gone = [row for row in rows if row.state in (CoverState.ASKED, CoverState.APPROVED)]
    for row in gone:
        row.state = CoverState.DROPPED
        row.save(update_fields=["state"])
    return len(gone)


@action("cover.change")
def change_needed(cover: CoverRequest, needed: int, *, by: Actor) -> None:
    """A school says how many of its teachers need cover on a day."""
    require(by, "cover.change", cover)
    _in_range(needed, "needed")
    changes: dict[str, tuple[object, object]] = {"needed": (cover.needed, needed)}
    cover.needed, cover.by_hand = needed, True
    cover.save(update_fields=["needed", "by_hand"])
    record(by, "cover.change", cover, group=cover.budget.school.group, changes=changes)


@action("cover.decide")
def decide_cover(covers: Iterable[CoverRequest], *, by: Actor, approve: bool) -> int:
    """Approve or refuse several requests, all of them or none."""
    rows = list(covers)
    for row in rows:
        require(by, "cover.approve", row)
    if not rows:
        raise Refused("nothing-chosen", "Choose the requests first.")
    for row in rows:
        row.state = CoverState.APPROVED if approve else CoverState.REFUSED
        row.approved = row.needed if approve else 0
        row.decided_by_id = by.person
        row.moved_from = None
        row.save(update_fields=["state", "approved", "decided_by", "moved_from"])
        record(
            by,
            "cover.decide",
            row,
            group=row.budget.program.group,
            changes={"state": (CoverState.ASKED, row.state)},
        )
    return len(rows)


@action("cover.use")
def use_cover(cover: CoverRequest, used: int, *, by: Actor) -> None:
    """How many substitutes came. Not more than were approved."""
    require(by, "cover.use", cover)
    _in_range(used, "used")
    if used > cover.approved:
        raise Refused(
            "more-than-approved",
            f"{cover.approved} were approved, so at most {cover.approved} can be used.",
            "used",
        )
    changes: dict[str, tuple[object, object]] = {"used": (cover.used, used)}
    cover.used, cover.state = used, CoverState.USED
    cover.save(update_fields=["used", "state"])
    record(by, "cover.use", cover, group=cover.budget.school.group, changes=changes)


def _in_range(count: int, field: str) -> None:
    if not 0 <= count <= MOST:
        raise Refused("out-of-range", f"Write a number between 0 and {MOST}.", field)
