"""Plans and problems as JSON-ready values; the format is described in docs/reference/plan-format.md."""

from datetime import date
from typing import Any

from intervisit.core.scheduling.model import (
    Facilitator,
    Infeasible,
    Limits,
    Pattern,
    Plan,
    PlannedVisit,
    Problem,
    SchoolDays,
    SchoolWishes,
)
from intervisit.core.scheduling.words import WEEKDAYS

FORMAT = "learning-network-calendar/1"


def write_plan(plan: Plan | Infeasible) -> dict[str, Any]:
    """A plan, or the reasons why there is none."""
    if isinstance(plan, Infeasible):
        return {
            "infeasible": list(plan.reasons),
            "networks": list(plan.networks),
            "relaxations": list(plan.relaxations),
            "smallest": plan.smallest,
        }
    return {
        "visits": [_visit(visit) for visit in plan.visits],
        "value": plan.value,
        "bound": plan.bound,
        "proof": plan.proof,
        "wishes_missed": list(plan.wishes_missed),
    }


def write_instance(problem: Problem) -> dict[str, Any]:
    """A problem in the form that `read_instance` reads."""
    patterns = list(dict.fromkeys(network.pattern for network in problem.networks))
    weights = problem.weights
    return {
        "format": FORMAT,
        "days": _days(problem.days),
        "patterns": {f"pattern {i}": _pattern(pattern) for i, pattern in enumerate(patterns, 1)},
        "schools": [_school(school) for school in problem.schools],
        "facilitators": [_facilitator(each) for each in problem.facilitators],
        "networks": [
            {
                "id": network.id,
                "name": network.name,
                "pattern": f"pattern {patterns.index(network.pattern) + 1}",
                "facilitator": network.facilitator,
                "members": [{"school": member.school, "role": member.role} for member in network.members],
            }
            for network in problem.networks
        ],
        "limits": _limits(problem.limits),
        "meetings": [
            {"name": meeting.name, "dates": _dates(meeting.dates), "schools": sorted(meeting.schools)}
            for meeting in problem.meetings
        ],
        "weights": {
            "weekday_visited": weights.weekday_visited,
            "weekday_visiting": weights.weekday_visiting,
            "month": weights.month,
            "avoid": weights.avoid,
        },
        "fixed": [_visit(visit) for visit in problem.fixed],
        "missed": [_visit(visit) for visit in problem.missed],
    }


def _limits(limits: Limits) -> dict[str, Any]:
    return {
        "substitutes": [
            {
                "district": district,
                "per_day": number,
                "days": [
                    {"date": day.isoformat(), "per_day": other}
                    for name, day, other in limits.substitute_days
                    if name == district
                ],
            }
            for district, number in limits.substitutes
        ],
        "absences_per_month": limits.absences_per_month,
        "notice_days": limits.notice_days,
    }


def _visit(visit: PlannedVisit) -> dict[str, Any]:
    return {
        "network": visit.network,
        "school": visit.school,
        "number": visit.number,
        "date": visit.date.isoformat(),
        "part": visit.part,
    }


def _days(days: SchoolDays) -> dict[str, Any]:
    return {
        "first": days.first.isoformat(),
        "last": days.last.isoformat(),
        "closed": [{"date": each.date.isoformat(), "name": each.name} for each in days.closed],
        "windows": [
            {
                "first": window.first.isoformat(),
                "last": window.last.isoformat(),
                "name": window.name,
                "grades": sorted(window.grades),
                "wish": window.wish,
            }
            for window in days.windows
        ],
    }


def _pattern(pattern: Pattern) -> dict[str, Any]:
    return {
        "visits": [{"role": rule.kind, "times": rule.times, "part": rule.part} for rule in pattern.rules],
        "starts_at": pattern.starts_at,
        "first_round": pattern.first_round,
        "min_gap_days": pattern.min_gap_days,
        "max_per_month": pattern.max_per_month,
        "monthly": pattern.monthly,
    }


def _school(school: SchoolWishes) -> dict[str, Any]:
    return {
        "id": school.school,
        "name": school.name,
        "district": school.district,
        "grades": sorted(school.grades),
        "teachers": school.teachers,
        "blocked": _dates(school.blocked),
        "avoid": _dates(school.avoid),
        "weekdays": [WEEKDAYS[weekday] for weekday in sorted(school.weekdays)],
    }


def _facilitator(each: Facilitator) -> dict[str, Any]:
    weekday = each.weekly_meeting_weekday
    return {
        "id": each.id,
        "name": each.name,
        "blocked": _dates(each.blocked),
        "meets_on": None if weekday is None else WEEKDAYS[weekday],
        "two_halves": each.two_halves,
    }


def _dates(days: frozenset[date]) -> list[str]:
    return [day.isoformat() for day in sorted(days)]
