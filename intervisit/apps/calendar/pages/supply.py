"""Substitutes: how many there are in each part of the district, and on which days another number."""

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.calendar import bridge
from intervisit.apps.calendar.actions import bounds as actions
from intervisit.apps.calendar.forms import SupplyDaysForm
from intervisit.apps.calendar.pages.year import current_plan
from intervisit.apps.calendar.queries import bounds as queries
from intervisit.apps.programs.models import Program
from intervisit.core.days import Counted, read_counted
from intervisit.core.scheduling import Draw
from intervisit.core.text import BadValue, whole_number
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused

MOST = 100_000  # of one part of the district on one day


@dataclass(frozen=True)
class SupplyField:
    """One part of the district in the form: as it stands, or as it was typed."""

    row: queries.SupplyRow
    typed: str
    error: str
    full: tuple[Draw, ...]  # days of the year plan on which one visit more would be too many


@dataclass(frozen=True)
class SuppliesPage(PageRecord):
    template: ClassVar[str] = "calendar/supplies.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    fields: list[SupplyField]
    planned: bool
    form: SupplyDaysForm
    found: Counted | None
    status: int = 200


def _page(
    program: Program, *, typed: dict[int, tuple[str, str]] | None = None, form: SupplyDaysForm | None = None,
    found: Counted | None = None, status: int = 200,
) -> SuppliesPage:  # fmt: skip
    plan = current_plan(program)
    full = [draw for draw in bridge.draws_of(plan) if draw.full] if plan is not None else []
    fields = []
    for row in queries.supplies_of(program):
        given, error = (typed or {}).get(row.number, ("" if row.per_day is None else str(row.per_day), ""))
        mine = tuple(draw for draw in full if draw.district == row.area)
        fields.append(SupplyField(row, given, error, mine))
    return SuppliesPage(
        page_title="Substitutes",
        program=program,
        reads="program staff.",
        breadcrumbs=[
            Crumb(str(program), reverse("program", args=[program.pk])),
            Crumb("What the year keeps", reverse("program_limits", args=[program.pk])),
            Crumb("Substitutes"),
        ],
        fields=fields,
        planned=plan is not None,
        form=form or SupplyDaysForm(),
        found=found,
        status=status,
    )


@page(
    "program.work", at="programs/<uuid:program>/substitutes/", model=Program, methods=("GET", "POST"),
    name="program_substitutes",
)  # fmt: skip
def program_substitutes_page(request: Request, program: Program) -> SuppliesPage | Go:
    """The usual numbers, by part of the district."""
    if request.method == "GET":
        return _page(program)
    numbers: dict[str, int | None] = {}
    typed: dict[int, tuple[str, str]] = {}
    for row in queries.supplies_of(program):
        text = request.POST.get(f"usual-{row.number}", "")[:60].strip()
        typed[row.number] = (text, "")
        try:
            numbers[row.area] = whole_number(text, field="usual", minimum=0, maximum=MOST) if text else None
        except BadValue as bad:
            typed[row.number] = (text, bad.troubles[0].message)
    if any(error for _, error in typed.values()):
        return _page(program, typed=typed, status=422)
    changed = actions.save_supplies(program, by=request.actor, per_day=numbers)
    said = "Kept. It counts in every plan that is begun from now on." if changed else "Nothing has changed."
    return Go(reverse("program_substitutes", args=[program.pk]), said)


@page(
    "program.work", at="programs/<uuid:program>/substitutes/days/", model=Program, methods=("POST",),
    name="program_substitute_days",
)  # fmt: skip
def program_substitute_days_page(request: Request, program: Program) -> SuppliesPage | Go:
    """Single days with another number: first what was understood, then all of it or nothing."""
    form = SupplyDaysForm(request.POST)
    if not form.is_valid():
        return _page(program, form=form, status=422)
    places = [row.area for row in queries.supplies_of(program) if row.per_day is not None]
    found = read_counted(
        form.cleaned_data["text"], places=places, first=program.first_day, last=program.last_day,
        order=form.cleaned_data["order"] or None,
    )  # fmt: skip
    if "take" in request.POST and not len(found.troubles):
        try:
            count = actions.add_supply_days(program, [row[1:] for row in found.rows], by=request.actor)
            said = f"{count} {'days have' if count > 1 else 'day has'} another number."
            return Go(reverse("program_substitutes", args=[program.pk]), said)
        except Refused as refusal:
            add_refusal(form, refusal)
    return _page(program, form=form, found=found, status=422 if len(found.troubles) or form.errors else 200)


@page(
    "program.work", at="programs/<uuid:program>/substitutes/usual/", model=Program, methods=("POST",),
    name="program_substitutes_usual",
)  # fmt: skip
def program_substitutes_usual_page(request: Request, program: Program) -> Go:
    """The usual number on every day again, for one part of the district."""
    number = request.POST.get("number", "")
    row = next((r for r in queries.supplies_of(program) if str(r.number) == number), None)
    if row is None:
        raise Refused("unknown", "This part of the district is not there any more.")
    gone = actions.clear_supply_days(program, row.area, by=request.actor)
    return Go(reverse("program_substitutes", args=[program.pk]), f"{gone} days have the usual number again.")
