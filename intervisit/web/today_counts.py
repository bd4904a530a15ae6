"""How far each program is, counted in one question: applications, decisions, notes, scenarios, networks, calendars."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, F, QuerySet, Value
from django.db.models.functions import Cast

from intervisit.apps.applications.models import Appeal, Application, PendingDecision
from intervisit.apps.applications.queries.decisions import standing
from intervisit.apps.applications.states import IN_HAND
from intervisit.apps.calendar.models import YearPlan
from intervisit.apps.networks.models import Network, Scenario
from intervisit.apps.programs.models import Program
from intervisit.kit import prepared

APPLICATIONS, DECISIONS, NOTES = "applications", "decisions", "notes"
SCENARIOS, NETWORKS, PLANS = "scenarios", "networks", "plans"
_ANY = ""  # of what has no state that matters here


@dataclass(frozen=True)
class Counts:
    """(program, what, state) -> how many."""

    found: dict[tuple[uuid.UUID, str, str], int]

    @classmethod
    def of(cls, programs: Sequence[Program]) -> "Counts":
        rows = prepared.rows("how far", _counted, tuple(p.pk for p in programs))
        return cls({(program, what, state): n for program, what, state, n in rows})

    def __call__(self, program: Program, what: str, state: str = _ANY) -> int:
        return self.found.get((program.pk, what, str(state)), 0)


def _counted(programs: tuple[uuid.UUID, ...]) -> QuerySet[Any, tuple[uuid.UUID, str, str, int]]:
    """One row for each state that something of a program is in."""
    theirs = Application.objects.filter(program__in=programs)
    waiting = PendingDecision.objects.filter(
        application__program__in=programs, application__state__in=sorted(IN_HAND)
    )
    unanswered = Appeal.objects.filter(letter__application__program__in=programs, answered=None)
    first, *others = (
        _by(standing(theirs), APPLICATIONS, "program_id", F("stands")),
        _by(waiting, DECISIONS, "application__program_id", Value(_ANY)),
        _by(unanswered, NOTES, "letter__application__program_id", Value(_ANY)),
        _by(Scenario.objects.filter(program__in=programs), SCENARIOS, "program_id", F("state")),
        _by(Network.objects.filter(program__in=programs), NETWORKS, "program_id", F("state")),
        _by(YearPlan.objects.filter(program__in=programs), PLANS, "program_id", F("state")),
    )
    found: QuerySet[Any, tuple[uuid.UUID, str, str, int]] = first.union(*others, all=True)
    return found


def _by(rows: QuerySet[Any], what: str, program: str, state: Any) -> QuerySet[Any, Any]:
    text = CharField()
    named = rows.order_by().annotate(
        of_program=F(program), what=Value(what, text), in_state=Cast(state, text)
    )
    counted: QuerySet[Any, Any] = named.values_list("of_program", "what", "in_state").annotate(
        many=Count("pk")
    )
    return counted
