"""What this chapter adds to the page of a school: whether it stands by the memorandum."""

from django.urls import reverse

from intervisit.apps.people.models import Organization
from intervisit.apps.people.queries import PanelRow
from intervisit.apps.programs.models import Agreement
from intervisit.apps.programs.queries import day_words
from intervisit.apps.programs.queries.agreements import accepted
from intervisit.apps.programs.states import AgreementState
from intervisit.core.access import Actor
from intervisit.kit.access import visible
from intervisit.kit.clock import local_day


def agreement_rows(actor: Actor, school: Organization) -> list[PanelRow]:
    """One line for each program that asks this school: for its own people, and for the program."""
    asked = visible(actor, "agreement.view", Agreement).filter(
        state=AgreementState.PUBLISHED, program__district=school.district_id
    )
    own = str(school.group_id) in actor.groups("principal") | actor.groups("team")
    office = actor.groups("staff") | actor.groups("director")
    found = []
    for agreement in asked.select_related("program__version", "program__district"):
        program = agreement.program
        if not own and str(program.group_id) not in office:
            continue
        standing = accepted(school, program)
        if standing is None:
            continue
        note = standing.label
        if standing.state == "accepted" and standing.last is not None:
            day = local_day(standing.last.at, program.zone)
            note = f"Accepted by {standing.last.name} on {day_words(day)}"
        url = reverse("agreement", args=[agreement.pk])
        found.append(PanelRow(agreement.memorandum.title, note, program.year, url))
    return found
