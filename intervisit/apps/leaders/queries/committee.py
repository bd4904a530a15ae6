"""The joint committee: who sits on it, which interviews are hers, who has a conflict with whom."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from intervisit.apps.leaders.models import Interview, InterviewSheet, LeaderApplication
from intervisit.apps.leaders.states import SheetState
from intervisit.apps.people.models import Person, Rates, RoleHeld, dated, in_force
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.kit.access import visible

ROLE = "interviewer"
NOBODY = "00000000-0000-0000-0000-000000000000"


def members_of(program: Program) -> QuerySet[RoleHeld]:
    """Who sits on the committee today; the side stands in the title."""
    rows = RoleHeld.objects.filter(in_force(), role=ROLE, group=program.group_id, ends__isnull=True)
    return rows.select_related("person").order_by("title", "person__name")


def side_of(program: Program, seat: RoleHeld) -> str:
    """The key of the side a member sits for."""
    parties = program.design.committee.parties()
    return next((side.key for side in parties if side.label == seat.title), parties[0].key)


def conflicts_with(application: LeaderApplication, people: Iterable[Person]) -> dict[str, str]:
    """Why somebody may not interview this person: works or worked at her school, rates her, or is she."""
    ids = [person.pk for person in people]
    worked = RoleHeld.objects.filter(group=application.school.group_id, person__in=ids)
    rates = Rates.objects.filter(Q(rater__in=ids, rated=application.person_id)).filter(dated())
    found = {str(pk): "works or worked at the school" for pk in worked.values_list("person_id", flat=True)}
    found |= {str(pk): "rates this person" for pk in rates.values_list("rater_id", flat=True)}
    if application.person_id in ids:
        found[str(application.person_id)] = "has applied for this post"
    return found


def interviews_of(actor: Actor) -> QuerySet[InterviewSheet]:
    """This member's forms, open ones first. Those of persons she has a conflict with are not there."""
    rows = visible(actor, "interview_sheet.view", InterviewSheet).filter(
        seat__person__pk=actor.person or NOBODY
    )
    open_to = visible(actor, "interview.view", Interview).values("pk")
    related = ("interview__application__person", "interview__application__school",
               "interview__application__program__version", "interview__application__program__district")  # fmt: skip
    return rows.filter(interview__in=open_to).select_related(*related).order_by("-state", "interview__at")


def sheets_read(actor: Actor, interview: Interview) -> list[InterviewSheet]:
    """The forms of this interview that this reader may read."""
    rows = visible(actor, "interview_sheet.view", interview.sheets.filter(state=SheetState.IN, away=False))
    return list(rows.select_related("seat__person").order_by("side", "handed_in"))
