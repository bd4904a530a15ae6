"""What a school's page shows of its part in programs."""

from django.urls import reverse

from intervisit.apps.applications.bridge import role_label
from intervisit.apps.applications.models import Application
from intervisit.apps.applications.pages.mine import state_for_school
from intervisit.apps.applications.queries import history_of_school
from intervisit.apps.applications.states import LABELS
from intervisit.apps.people.models import Organization
from intervisit.apps.people.queries import SCHOOL_PANELS, PanelRow
from intervisit.core.access import Actor
from intervisit.kit.access import visible


def school_panel(actor: Actor, school: Organization) -> list[PanelRow]:
    """A school's history in programs: its own people read what has been released, staff what they have decided."""
    found = history_of_school(actor, school)
    decides = set(
        visible(
            actor, "application.decide", Application.objects.filter(pk__in=[a.pk for a in found])
        ).values_list("pk", flat=True)
    )
    return [_row(a, told=a.pk in decides) for a in found]


def _row(application: Application, *, told: bool) -> PanelRow:
    state = application.state if told else state_for_school(application)
    design = application.program.design
    note = LABELS[state]
    if application.role and state == application.state:
        note = f"{note} as {role_label(design, application.role)}"
    url = reverse("application", args=[application.pk])
    return PanelRow(application.program.name, note, application.program.year, url)


SCHOOL_PANELS.append(school_panel)
