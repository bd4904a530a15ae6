"""Applications that schools have shared, as far as somebody may read them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from intervisit.apps.applications.models import Application, Share
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.kit.access import visible


def placed(application: Application) -> bool:
    """Whether the school is in a network of this program that it knows of."""
    return (
        Organization.objects.filter(pk=application.school_id)
        .filter(
            memberships__network__program=application.program_id,
            memberships__network__state="published",
            memberships__left__isnull=True,
        )
        .exists()
    )


def shared_with_me(actor: Actor, applications: Iterable[Any]) -> dict[Any, Share]:
    """Those of these applications that their schools have shared with this facilitator, by application."""
    rows = visible(actor, "share.read", Share.objects.filter(application__in=list(applications)))
    return {s.application_id: s for s in rows}


def covered_of(actor: Actor, program: Program) -> QuerySet[Share]:
    """What schools of a program let evaluators read. In the order of ids that tell nothing, never of time or name."""
    rows = Share.objects.filter(application__program=program)
    return visible(actor, "share.read_covered", rows).order_by("pk")


def shares_of(application: Application) -> dict[str, Share]:
    """With whom the school shares it now."""
    return {s.whom: s for s in Share.objects.filter(application=application).select_related("by")}
