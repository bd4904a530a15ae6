"""Money of a program: every school's budget, requests to decide, prices; and sums for those who may see only sums."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.budget import queries
from intervisit.apps.budget.actions import budgets as actions
from intervisit.apps.budget.actions import cover as covers
from intervisit.apps.budget.forms import OpenForm
from intervisit.apps.budget.models import CoverRequest, SchoolBudget
from intervisit.apps.budget.states import CoverState
from intervisit.apps.programs.models import Program
from intervisit.kit import access
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused

READS = "program staff and finance. A principal reads her own school’s."


@dataclass(frozen=True)
class BudgetsPage(PageRecord):
    template: ClassVar[str] = "budget/budgets.html"
    page_title: str
    programs: list[Program]
    budgets: list[SchoolBudget]


@page("budget.view", at="budgets/")
def budgets_page(request: Request) -> BudgetsPage | Go:
    """The way from the menu: programs whose money one looks after, or one's own school's budget."""
    programs = list(access.visible(request.actor, "program.budget", Program).order_by("-year", "name")[:50])
    ids = [p.pk for p in programs]
    mine = access.visible(request.actor, "budget.view", SchoolBudget).exclude(program__in=ids)
    budgets = list(mine.select_related("program", "school").order_by("-program__year", "school__name")[:50])
    if len(programs) + len(budgets) == 1:
        return Go(
            reverse("program_budget", args=[ids[0]]) if ids else reverse("budget", args=[budgets[0].pk])
        )
    return BudgetsPage(page_title="Budget", programs=programs, budgets=budgets)


@dataclass(frozen=True)
class ProgramBudgetPage(PageRecord):
    template: ClassVar[str] = "budget/program.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    sums: tuple[queries.Sum, ...]
    total: queries.Sum
    rows: list[queries.BudgetRow]
    waiting: int
    form: OpenForm
    status: int = 200


@page("program.budget", at="programs/<uuid:program>/budget/", model=Program, methods=("GET", "POST"),
      name="program_budget")  # fmt: skip
def program_budget_page(request: Request, program: Program) -> ProgramBudgetPage | Go:
    """Every school's budget; the form that opens them."""
    prices = actions.prices_of(program)
    first = {k: getattr(prices, k) for k in actions.PRICES} | dict.fromkeys(actions.AMOUNTS, Decimal("0.00"))
    form, status = OpenForm(request.POST or None, initial=first), 200
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            try:
                made = actions.open_budgets(program, by=request.actor, amounts=data, prices=data)
                covers.count_cover(program, by=request.actor)
                return Go(
                    reverse("program_budget", args=[program.pk]), f"{made} budgets opened; prices are kept."
                )
            except Refused as refusal:
                add_refusal(form, refusal)
        status = 422
    rows, found = queries.budgets_of(program)
    return ProgramBudgetPage(
        page_title="Budget",
        program=program,
        reads=READS,
        breadcrumbs=[Crumb(str(program), reverse("program", args=[program.pk])), Crumb("Budget")],
        sums=found,
        total=queries.together(found),
        rows=rows,
        waiting=sum(row.waiting for row in rows),
        form=form,
        status=status,
    )


@dataclass(frozen=True)
class CoverPage(PageRecord):
    template: ClassVar[str] = "budget/cover.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    rows: list[CoverRequest]
    shown: str
    counts: list[tuple[str, str, int]]
    wanted: int
    cost: Decimal


_TABS = (
    ("asked", "To decide"),
    ("approved", "Approved"),
    ("used", "Used"),
    ("refused", "Refused"),
    ("all", "All"),
)


@page("program.budget", at="programs/<uuid:program>/budget/cover/", model=Program, methods=("GET", "POST"),
      name="program_cover")  # fmt: skip
def program_cover_page(request: Request, program: Program) -> CoverPage | Go:
    """Who is out on which day; approve or refuse many at once."""
    found = queries.cover_for(request.actor, program).exclude(state=CoverState.DROPPED)
    if request.method == "POST":
        wanted = set(request.POST.getlist("ids")[:2000])
        if not wanted:
            return Go(
                request.get_full_path(),
                "Nothing was ticked, so nothing was changed. Tick the requests first.",
            )
        rows = [row for row in found if str(row.pk) in wanted]
        if len(rows) != len(wanted):
            raise access.Hidden
        done = covers.decide_cover(rows, by=request.actor, approve=request.POST.get("decision") != "refuse")
        words = "approved" if request.POST.get("decision") != "refuse" else "refused"
        return Go(reverse("program_cover", args=[program.pk]), f"{done} requests {words}.")
    shown = request.GET.get("state", "asked")
    every = list(found)
    rows = [r for r in every if shown == "all" or r.state == shown]
    return CoverPage(
        page_title="Cover for those who are out",
        program=program,
        reads=READS,
        breadcrumbs=[Crumb(str(program), reverse("program", args=[program.pk])),
                     Crumb("Budget", reverse("program_budget", args=[program.pk])), Crumb("Cover")],
        rows=rows,
        shown=shown,
        counts=[(k, label, sum(k in ("all", r.state) for r in every)) for k, label in _TABS],
        wanted=sum(r.needed for r in rows),
        cost=sum((r.cost for r in rows), Decimal("0.00")),
    )  # fmt: skip


@page("program.budget", at="programs/<uuid:program>/budget/count/", model=Program, methods=("POST",),
      name="count_cover")  # fmt: skip
def count_cover_page(request: Request, program: Program) -> Go:
    changed = covers.count_cover(program, by=request.actor)
    said = f"{changed} requests are new or changed." if changed else "Everything stands as the calendar says."
    return Go(reverse("program_cover", args=[program.pk]), said)


@dataclass(frozen=True)
class TotalsPage(PageRecord):
    template: ClassVar[str] = "budget/totals.html"
    page_title: str
    program: Program
    reads: str
    sums: tuple[queries.Sum, ...]
    total: queries.Sum
    floor: int


@page(
    "program.budget_totals", at="programs/<uuid:program>/budget/totals/", model=Program, name="budget_totals"
)
def budget_totals_page(request: Request, program: Program) -> TotalsPage:
    """Sums over the whole program: no school, no day, no person."""
    found = queries.totals_of(program)
    return TotalsPage(
        page_title="What the program costs",
        program=program,
        reads="program staff, finance, superintendents and evaluators.",
        sums=found,
        total=queries.together(found),
        floor=queries.FLOOR,
    )
