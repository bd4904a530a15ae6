"""The budget of one school: what there is, cover day by day, lines."""

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.budget import queries
from intervisit.apps.budget.actions import budgets as actions
from intervisit.apps.budget.actions import cover as covers
from intervisit.apps.budget.actions import lines as paying
from intervisit.apps.budget.forms import ActualForm, AmountsForm, CountForm, LineForm
from intervisit.apps.budget.models import BudgetLine, CoverRequest, SchoolBudget
from intervisit.apps.budget.states import Category, CoverState
from intervisit.apps.programs.models import Program
from intervisit.kit import access
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused


@dataclass(frozen=True)
class BudgetPage(PageRecord):
    template: ClassVar[str] = "budget/school.html"
    page_title: str
    kicker: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    budget: SchoolBudget
    sums: tuple[queries.Sum, ...]
    total: queries.Sum
    cover: list[CoverRequest]
    lines: list[BudgetLine]
    office: bool
    form: LineForm
    amounts: AmountsForm
    status: int = 200


@page("budget.view", at="budgets/<uuid:budget>/", model=SchoolBudget, acts="budget.ask", methods=("GET", "POST"),
      name="budget")  # fmt: skip
def budget_page(request: Request, budget: SchoolBudget) -> BudgetPage | Go:
    """One school's money; the form to ask for something."""
    if request.method == "GET":
        return _page(request, budget)
    form = LineForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            paying.ask_for(budget, by=request.actor, category=Category(data["category"]), text=data["text"],
                           amount=data["amount"], date=data["date"])  # fmt: skip
            return Go(_here(budget), "Asked for. It costs nothing before it is approved.")
        except Refused as refusal:
            add_refusal(form, refusal)
    return _page(request, budget, form, status=422)


def _here(budget: SchoolBudget) -> str:
    return reverse("budget", args=[budget.pk])


def _page(
    request: Request, budget: SchoolBudget, form: LineForm | None = None, amounts: AmountsForm | None = None,
    status: int = 200,
) -> BudgetPage:  # fmt: skip
    program = budget.program
    office = bool(access.may(request.actor, "budget.write", budget))
    cover = list(budget.cover.exclude(state=CoverState.DROPPED).select_related("visit__school", "network"))
    lines = list(budget.lines.select_related("person"))
    found = queries.sums([budget], cover, lines)
    first = {k: getattr(budget, k) for k in (*actions.AMOUNTS, "version")}
    way = [Crumb(str(program), reverse("program", args=[program.pk])),
           Crumb("Budget", reverse("program_budget", args=[program.pk]))]  # fmt: skip
    return BudgetPage(
        page_title=budget.school.name,
        kicker=f"Budget, {program}",
        program=program,
        reads="this school’s principal, program staff and finance. Its team reads only whether a day is covered.",
        breadcrumbs=[*(way if office else [Crumb("Budget", reverse("budgets"))]), Crumb(budget.school.name)],
        budget=budget,
        sums=found,
        total=queries.together(found),
        cover=cover,
        lines=lines,
        office=office,
        form=form or LineForm(),
        amounts=amounts or AmountsForm(initial=first),
        status=status,
    )


@page("budget.view", at="budgets/<uuid:budget>/amounts/", model=SchoolBudget, acts="budget.write", methods=("POST",),
      name="budget_amounts")  # fmt: skip
def budget_amounts_page(request: Request, budget: SchoolBudget) -> BudgetPage | Go:
    form = AmountsForm(request.POST)
    if not form.is_valid():
        return _page(request, budget, amounts=form, status=422)
    data = form.cleaned_data
    actions.set_amounts(budget, by=request.actor, amounts=data, version=data["version"])
    return Go(_here(budget), "Saved.")


def _count(request: Request) -> int:
    form = CountForm(request.POST)
    if not form.is_valid():
        raise Refused("out-of-range", "Write a whole number between 0 and 99.", "count")
    return int(form.cleaned_data["count"])


@page("cover.view", at="cover/<uuid:cover>/needed/", model=CoverRequest, acts="cover.change", methods=("POST",),
      name="cover_needed")  # fmt: skip
def cover_needed_page(request: Request, cover: CoverRequest) -> Go:
    covers.change_needed(cover, _count(request), by=request.actor)
    return Go(_here(cover.budget), "Noted.")


@page("cover.view", at="cover/<uuid:cover>/used/", model=CoverRequest, acts="cover.use", methods=("POST",),
      name="cover_used")  # fmt: skip
def cover_used_page(request: Request, cover: CoverRequest) -> Go:
    covers.use_cover(cover, _count(request), by=request.actor)
    return Go(_here(cover.budget), "Noted. It goes into the next payroll file.")


@page("line.view", at="lines/<uuid:line>/decide/", model=BudgetLine, acts="line.approve", methods=("POST",),
      name="line_decide")  # fmt: skip
def line_decide_page(request: Request, line: BudgetLine) -> Go:
    approve = request.POST.get("decision") != "refuse"
    paying.decide_line(line, by=request.actor, approve=approve)
    return Go(_here(line.budget), "Approved." if approve else "Refused.")


@page("line.view", at="lines/<uuid:line>/paid/", model=BudgetLine, acts="line.spend", methods=("POST",),
      name="line_paid")  # fmt: skip
def line_paid_page(request: Request, line: BudgetLine) -> Go:
    form = ActualForm(request.POST)
    if not form.is_valid():
        raise Refused("not-an-amount", " ".join(map(str, form.errors["actual"])), "actual")
    paying.spend_line(line, by=request.actor, actual=form.cleaned_data["actual"])
    return Go(_here(line.budget), "Noted.")


@page("line.view", at="lines/<uuid:line>/remove/", model=BudgetLine, acts="line.remove", methods=("POST",),
      name="line_remove")  # fmt: skip
def line_remove_page(request: Request, line: BudgetLine) -> Go:
    budget = line.budget
    paying.remove_line(line, by=request.actor)
    return Go(_here(budget), "Removed.")
