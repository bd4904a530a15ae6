"""Scenarios side by side."""

from dataclasses import dataclass
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.urls import reverse

from intervisit.apps.networks import bridge
from intervisit.apps.networks.models import Scenario
from intervisit.apps.networks.pages.scenarios import READS, crumbs
from intervisit.apps.networks.states import ScenarioState
from intervisit.apps.programs.models import Program
from intervisit.kit import access
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page

FEWEST, MOST = 2, 4


@dataclass(frozen=True)
class ComparePage(PageRecord):
    template: ClassVar[str] = "networks/compare.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    found: bridge.Comparison
    may_adopt: bool


def _asked(request: Request, program: Program) -> list[Scenario]:
    """The boards named in the address, in their order. One that is not this reader's is one that never was."""
    rows = access.visible(request.actor, "scenario.view", Scenario).filter(
        program=program, state__in=[ScenarioState.READY, ScenarioState.ADOPTED]
    )
    wanted = list(dict.fromkeys(request.GET.getlist("with")))[: MOST + 1]
    try:
        known = {str(s.pk): s for s in rows.select_related("program__version").filter(pk__in=wanted)}
    except ValidationError:  # not even an id
        raise access.Hidden from None
    if set(wanted) - known.keys():
        raise access.Hidden
    return [known[key] for key in wanted]


@page("program.work", at="programs/<uuid:program>/matching/compare/", model=Program, name="compare_scenarios")
def compare_scenarios_page(request: Request, program: Program) -> ComparePage | Go:
    """Two to four boards by numbers, by map, and by whom each school would be with."""
    scenarios = _asked(request, program)
    if not FEWEST <= len(scenarios) <= MOST:
        return Go(reverse("scenarios", args=[program.pk]), "Choose two to four scenarios that have a board.")
    return ComparePage(
        page_title="Side by side",
        program=program,
        reads=READS,
        breadcrumbs=crumbs(program, Crumb("Side by side")),
        found=bridge.compare(scenarios),
        may_adopt=bool(access.may(request.actor, "program.manage", program)),
    )
