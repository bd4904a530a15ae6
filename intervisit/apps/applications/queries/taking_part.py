"""Which schools take part in a program: accepted, and told so."""

from intervisit.apps.applications.models import Application
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program


def accepted_schools(program: Program) -> list[tuple[Organization, str]]:
    """Schools whose acceptance is released, with their roles."""
    rows = Application.objects.filter(
        program=program, state=ApplicationState.ACCEPTED, released__isnull=False
    ).select_related("school")
    return [(row.school, row.role) for row in rows]
