"""Schools' own words, and the focus areas that somebody places them to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.core.paginator import Page, Paginator
from django.urls import reverse

from intervisit.apps.applications.models import Application
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.networks.actions.wording import place_words, refuse_words, reopen_words
from intervisit.apps.networks.bridge.wording import SchoolWords, words_of
from intervisit.apps.networks.models import FocusPlacing
from intervisit.apps.networks.pages.scenarios import crumbs
from intervisit.apps.people.pages.schools import page_number
from intervisit.apps.programs.models import Program
from intervisit.core.text import search_key
from intervisit.kit.access import Hidden, visible
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused

PAGE_SIZE = 15
SHOWS = {"open": "To look at", "decided": "Decided", "all": "All"}


@dataclass(frozen=True)
class OwnWordsPage(PageRecord):
    template: ClassVar[str] = "networks/own_words.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    tabs: Sequence[dict[str, object]]
    show: str
    q: str
    areas: Sequence[tuple[str, str]]
    rows: Sequence[SchoolWords]
    listed: "Page[SchoolWords]"


def _readable(request: Request, program: Program) -> list[Application]:
    """The accepted applications that this reader may read: not those of a school she has a conflict with."""
    rows = visible(request.actor, "application.view", Application)
    rows = rows.filter(program=program, state=ApplicationState.ACCEPTED).select_related("school", "form")
    found = list(rows.order_by("school__code_key"))
    for application in found:
        application.program = program
    return found


def _everything(request: Request, program: Program) -> list[SchoolWords]:
    """Every accepted school that wrote something, or about which something was decided."""
    applications, design = _readable(request, program), program.design
    placings: dict[object, list[FocusPlacing]] = {}
    rows = FocusPlacing.objects.filter(application__in=applications).select_related("person")
    for row in rows:
        placings.setdefault(row.application_id, []).append(row)
    found = [words_of(a, design, placings.get(a.pk, [])) for a in applications]
    return [words for words in found if words.texts or words.placed]


@page("program.work", at="programs/<uuid:program>/matching/words/", model=Program, methods=("GET", "POST"),
      name="own_words")  # fmt: skip
def own_words_page(request: Request, program: Program) -> OwnWordsPage | Go:
    """What schools wrote, which areas it comes near and why; on POST one of them counts, does not, or is open again."""
    if request.method == "POST":
        return _decide(request, program)
    every = _everything(request, program)
    kinds = {"open": [w for w in every if w.near], "decided": [w for w in every if w.placed], "all": every}
    show = request.GET.get("show", "")
    show = show if show in kinds else ("open" if kinds["open"] else "all")
    q = request.GET.get("q", "")[:80].strip()
    rows = [
        w for w in kinds[show] if all(k in w.application.school.search_key for k in search_key(q).split())
    ]
    paginator = Paginator(rows, PAGE_SIZE)
    listed = paginator.page(page_number(request, paginator.num_pages))
    return OwnWordsPage(
        page_title="In their own words",
        program=program,
        reads=f"the staff of {program.name}.",
        breadcrumbs=crumbs(program, Crumb("In their own words")),
        tabs=[
            {"label": label, "url": f"?show={key}", "current": key == show, "count": len(kinds[key])}
            for key, label in SHOWS.items()
        ],
        show=show,
        q=q,
        areas=[(a.key, a.label) for a in program.design.focus_areas],
        rows=list(listed),
        listed=listed,
    )


def _decide(request: Request, program: Program) -> Go:
    application = _asked(request, program)
    area, school = request.POST.get("area", "")[:80], application.school.name
    match request.POST.get("do", ""):
        case "count":
            place_words(application, area, by=request.actor, instead=request.POST.get("instead", "")[:80])
            said = f"{school}: counted in scenarios made from now on."
        case "refuse":
            refuse_words(application, area, by=request.actor)
            said = f"{school}: not suggested again."
        case _:
            reopen_words(application, area, by=request.actor)
            said = f"{school}: open again."
    back = request.GET.urlencode()
    return Go(reverse("own_words", args=[program.pk]) + (f"?{back}" if back else ""), said)


def _asked(request: Request, program: Program) -> Application:
    """One of the accepted applications of this program. Another one is one that never was."""
    wanted = request.POST.get("application", "")
    if not wanted:
        raise Refused("nothing-chosen", "Choose first whose words you mean.", "application")
    found = next((a for a in _readable(request, program) if str(a.pk) == wanted), None)
    if found is None:
        raise Hidden
    return found
