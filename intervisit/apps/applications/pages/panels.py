"""What a school's page shows of its part in programs."""

from django.urls import reverse

from intervisit.apps.applications.bridge import role_label
from intervisit.apps.applications.models import Application, PendingDecision
from intervisit.apps.applications.pages.mine import state_for_school
from intervisit.apps.applications.queries import history_of_school
from intervisit.apps.applications.queries.sharing import shared_with_me
from intervisit.apps.applications.states import LABELS
from intervisit.apps.people.models import Organization
from intervisit.apps.people.queries import SCHOOL_PANELS, PanelRow
from intervisit.core.access import Actor
from intervisit.kit.access import visible


def school_panel(actor: Actor, school: Organization) -> list[PanelRow]:
    """A school's history in programs: its own people read what has been released, staff what they have decided."""
    found = history_of_school(actor, school)
    readable = set(
        visible(
            actor, "application.view", Application.objects.filter(pk__in=[a.pk for a in found])
        ).values_list("pk", flat=True)
    )
    shared = shared_with_me(actor, [a.pk for a in found if a.pk not in readable])
    coming = visible(actor, "decision.view", PendingDecision).in_bulk([a.pk for a in found])
    rows = [_row(a, coming.get(a.pk), reads=a.pk in readable) for a in found]
    return rows + [
        PanelRow(a.program.name, "shared with you", a.program.year,
                 reverse("shared_application", args=[shared[a.pk].pk]))
        for a in found if a.pk in shared
    ]  # fmt: skip


def _row(application: Application, pending: PendingDecision | None, *, reads: bool) -> PanelRow:
    state = pending.state if pending is not None else state_for_school(application)
    role = pending.role if pending is not None else application.role if state == application.state else ""
    note = LABELS[state]
    if role:
        note = f"{note} as {role_label(application.program.design, role)}"
    url = reverse("application" if reads else "decision", args=[application.pk])
    return PanelRow(application.program.name, note, application.program.year, url)


SCHOOL_PANELS.append(school_panel)
