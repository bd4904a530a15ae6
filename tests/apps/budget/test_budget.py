"""Money: cover that follows the calendar, lines, sums that are exact, and who reads what of it (row 18)."""

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.apps.budget import queries
from intervisit.apps.budget.actions.cover import count_cover
from intervisit.apps.budget.models import BudgetLine, CoverRequest, SchoolBudget
from intervisit.apps.budget.states import Category, CoverState, LineState
from intervisit.apps.calendar.models import Visit
from intervisit.apps.networks.models import NetworkMember
from intervisit.core.access import system_actor
from intervisit.kit import jobs
from intervisit.kit.models import HistoryLine
from tests import factories
from tests.world import World, canary

NOW = dt.datetime(2026, 9, 14, 15, tzinfo=dt.UTC)
OPEN = {"substitute_day": "$210.50", "substitute_half": "120", "meal": "12.75", "substitutes": "5,000",
        "supplies": "750", "meals": "300.00"}  # fmt: skip
SYSTEM = system_actor("a test")


@pytest.fixture
def opened(world: World) -> Any:
    """The office has opened the budgets of the world."""
    Visit.objects.update(told={"x": 1})
    with time_machine.travel(NOW, tick=False):
        page = reverse("program_budget", args=[world.program.pk])
        answer = world.client("Dana").post(page, OPEN)
        assert answer.status_code == 303, answer.content.decode()
        yield world


def budget(world: World, number: int = 1) -> SchoolBudget:
    return SchoolBudget.objects.get(school=world.schools[number])


def cover(world: World, number: int = 1) -> CoverRequest:
    return CoverRequest.objects.get(budget__school=world.schools[number])


def here(world: World, number: int = 1, route: str = "budget") -> str:
    return reverse(route, args=[budget(world, number).pk])


@pytest.mark.django_db
def test_the_calendar_itself_asks_for_cover(opened: World) -> None:
    found = {c.budget.school.name: (c.needed, c.rate, c.cost) for c in CoverRequest.objects.all()}
    price, size = Decimal("210.50"), opened.program.design.visits.team_size - 1
    assert (
        found["P.S. 1"] == found["P.S. 2"] == (1, price, price)
    )  # one teacher on each team; the principal needs none
    assert found["P.S. 3"] == (size, price, price * size)  # nobody is named yet: as the design reckons
    assert set(found) == {f"P.S. {n}" for n in range(1, 7)}
    assert count_cover(opened.program, by=SYSTEM) == 0
    factories.role(opened.people["Noa"], "team", opened.schools[2].group)
    assert count_cover(opened.program, by=SYSTEM) == 1
    assert cover(opened, 2).needed == 2


@pytest.mark.django_db
def test_cover_follows_what_happens_to_the_visit(opened: World) -> None:
    dana, page = opened.client("Dana"), reverse("program_cover", args=[opened.program.pk])
    assert (
        dana.post(page, {"ids": [cover(opened).pk, cover(opened, 2).pk], "decision": "approve"}).status_code
        == 303
    )
    opened.client("Piet").post(reverse("cover_used", args=[cover(opened, 2).pk]), {"count": "1"})
    opened.client("Ora").post(reverse("cover_needed", args=[cover(opened, 3).pk]), {"count": "3"})
    visit = opened.visits["East"]
    Visit.objects.filter(pk=visit.pk).update(date=dt.date(2026, 10, 21), part="half")
    count_cover(opened.program, by=SYSTEM)
    one, two, three = (cover(opened, n) for n in (1, 2, 3))
    assert (one.state, one.date, one.moved_from, one.cost) == ("asked", dt.date(2026, 10, 21), dt.date(2026, 10, 14),
                                                              Decimal("120.00"))  # fmt: skip
    assert (two.state, two.date) == ("used", dt.date(2026, 10, 14))  # what was used stays as it was
    assert (three.needed, three.cost) == (3, Decimal("360.00"))  # the school's own word stays
    NetworkMember.objects.filter(school=opened.schools[3]).update(left=dt.date(2026, 9, 13))
    Visit.objects.filter(pk=opened.visits["West"].pk).update(state="cancelled")
    count_cover(opened.program, by=SYSTEM)
    assert [cover(opened, n).state for n in (1, 2, 3, 4)] == ["asked", "used", "dropped", "dropped"]
    Visit.objects.filter(pk=opened.visits["West"].pk).update(state="planned")
    count_cover(opened.program, by=SYSTEM)
    assert cover(opened, 4).state == "asked"


@pytest.mark.django_db
def test_publishing_counts_by_itself(opened: World) -> None:
    CoverRequest.objects.all().delete()
    Visit.objects.update(told={})
    opened.client("Dana").post(reverse("plan_publish", args=[opened.plan.pk]))
    jobs.run_waiting()
    assert CoverRequest.objects.count() == 6


@pytest.mark.django_db
def test_what_is_approved_and_used_is_bounded_and_decided_once(opened: World) -> None:
    hana, page = opened.client("Hana"), reverse("program_cover", args=[opened.program.pk])
    nothing = opened.client("Sol").post(f"{page}?state=refused", {"decision": "approve"})
    assert (nothing.status_code, nothing["Location"]) == (303, f"{page}?state=refused")
    assert hana.post(page).status_code == 404
    used, needed = (reverse(r, args=[cover(opened).pk]) for r in ("cover_used", "cover_needed"))
    assert hana.post(used, {"count": "1"}).status_code == 403  # not approved yet
    for value in ("-1", "100", "1.5", "", "NaN", "9" * 30):
        assert hana.post(needed, {"count": value}).status_code == 422
    assert hana.post(needed, {"count": "4"}).status_code == 303
    assert hana.post(page, {"ids": [cover(opened).pk]}).status_code == 404
    opened.client("Flo" if "Flo" in opened.people else "Sol").post(page, {"ids": [cover(opened).pk]})
    assert (cover(opened).state, cover(opened).approved) == ("approved", 4)
    assert hana.post(needed, {"count": "9"}).status_code == 403
    assert hana.post(used, {"count": "5"}).status_code == 422
    assert hana.post(used, {"count": "3"}).status_code == 303
    assert cover(opened).cost == Decimal("631.50")
    sol = opened.client("Sol")
    other = cover(opened, 3)
    sol.post(page, {"ids": [other.pk], "decision": "refuse"})
    assert (cover(opened, 3).state, cover(opened, 3).approved) == ("refused", 0)
    assert (
        sol.post(page, {"ids": [cover(opened).pk], "decision": "refuse"}).status_code == 403
    )  # used already
    assert (
        sol.post(page, {"ids": [cover(opened, 2).pk, "00000000-0000-4000-8000-000000000000"]}).status_code
        == 404
    )
    assert cover(opened, 2).state == "asked"  # all or none
    assert sol.post(page, {}).status_code == 303  # nothing ticked: back to the list


def ask(world: World, who: str = "Hana", number: int = 1, **more: str) -> int:
    body = {"category": "supplies", "text": canary("line"), "amount": "99.95", "date": "2026-10-14", **more}
    return int(world.client(who).post(here(world, number), body).status_code)


@pytest.mark.django_db
def test_a_line_is_asked_for_approved_and_paid(opened: World) -> None:
    assert ask(opened) == 303
    line = BudgetLine.objects.get()
    decide, paid, remove = (reverse(r, args=[line.pk]) for r in ("line_decide", "line_paid", "line_remove"))
    hana, sol = opened.client("Hana"), opened.client("Sol")
    assert hana.post(paid, {"actual": "10"}).status_code == 403
    assert hana.post(decide).status_code == 403
    assert sol.post(decide).status_code == 303
    assert hana.post(remove).status_code == 403
    assert hana.post(paid, {"actual": "99.96"}).status_code == 422
    assert hana.post(paid, {"actual": "80.10"}).status_code == 303
    found = {s.label: (s.allowed, s.spent, s.left) for s in hana.get(here(opened)).context["sums"]}
    assert found["Supplies"] == (Decimal("750.00"), Decimal("80.10"), Decimal("669.90"))
    assert sol.post(decide, {"decision": "refuse"}).status_code == 403
    # a line may cost all that was approved for it
    assert ask(opened) == 303
    second = reverse("line_decide", args=[BudgetLine.objects.exclude(pk=line.pk).get().pk])
    assert sol.post(second).status_code == 303
    exact = reverse("line_paid", args=[BudgetLine.objects.exclude(pk=line.pk).get().pk])
    assert hana.post(exact, {"actual": "99.95"}).status_code == 303
    words = str([(line.label, line.changes) for line in HistoryLine.objects.all()])
    assert canary("line") not in words


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "kept", "code"),
    [("$7,500", "7500.00", ""), ("7,500", "7500.00", ""), ("0.10", "0.10", ""), ("-7500", "", "must not be negative"),
     ("7500.005", "", "at most two"), ("7.500,00", "", "can be read as"), ("1e5", "", "can be read as"),
     ("99999999999999", "", "at most"), ("NaN", "", "not a finite"), ("0", "", "above 0"), ("", "", "required"),
     ("ten", "", "not a number")],
)  # fmt: skip
def test_b05_money_is_read_or_refused_and_never_rounded(
    opened: World, typed: str, kept: str, code: str
) -> None:
    body = {"category": "meals", "text": "Lunch", "amount": typed, "date": "2026-10-14"}
    answer = opened.client("Hana").post(here(opened), body)
    if kept:
        assert answer.status_code == 303
        assert BudgetLine.objects.get().asked == Decimal(kept)
        return
    assert answer.status_code == 422
    assert code in answer.content.decode()
    assert f'value="{typed}"' in answer.content.decode() or not typed
    assert not BudgetLine.objects.exists()


@pytest.mark.django_db
def test_b07_amounts_that_changed_meanwhile_are_not_overwritten(opened: World) -> None:
    page = here(opened, 1, "budget_amounts")
    body = {"substitutes": "6000", "supplies": "750", "meals": "300", "version": "1"}
    assert opened.client("Dana").post(page, body).status_code == 303
    late = opened.client("Sol").post(page, body | {"substitutes": "1"})
    assert late.status_code == 409
    assert "6,000.00" in late.content.decode()
    assert opened.client("Hana").post(page, body).status_code == 403
    assert budget(opened).substitutes == Decimal("6000.00")


@pytest.mark.django_db
def test_row_18_who_reads_which_money(opened: World) -> None:
    factories.role(factories.person("Flo Brandt"), "finance", opened.district.group)
    factories.role(factories.person("Eve Sandoval"), "evaluator", opened.program.group)
    from intervisit.apps.people.models import Person

    opened.people |= {
        "Flo": Person.objects.get(name="Flo Brandt"),
        "Eve": Person.objects.get(name="Eve Sandoval"),
    }
    program = opened.program.pk
    pages = {"own": here(opened), "other": here(opened, 2), "all": reverse("program_budget", args=[program]),
             "payroll": reverse("cover_payroll", args=[program]), "sums": reverse("budget_totals", args=[program]),
             "file": here(opened, 1, "budget_cover_file")}  # fmt: skip
    found = {
        name: "".join("x" if opened.client(name).get(p).status_code == 200 else "-" for p in pages.values())
        for name in ("Hana", "Piet", "Tess", "Fay", "Sol", "Sue", "Eve", "Flo", "Ada")
    }
    assert found == {
        "Hana": "x----x", "Piet": "-x----", "Tess": "------", "Fay": "------", "Sol": "xxxxxx", "Sue": "----x-",
        "Eve": "----x-", "Flo": "xxxxxx", "Ada": "------",
    }  # fmt: skip
    visit = reverse("visit", args=[opened.visits["East"].pk])
    seen = {n: opened.client(n).get(visit).content.decode() for n in ("Hana", "Tess", "Fay", "Piet")}
    assert {n: ("1 asked for" in t, "$210.50" in t) for n, t in seen.items()} == {
        "Hana": (True, True), "Tess": (True, False), "Fay": (True, True), "Piet": (True, True)
    }  # fmt: skip


@pytest.mark.django_db
def test_sums_over_few_schools_are_not_shown_to_those_who_see_only_sums(opened: World) -> None:
    page = reverse("budget_totals", args=[opened.program.pk])
    assert "Substitutes" in opened.client("Sue").get(page).content.decode()
    SchoolBudget.objects.filter(school__in=[opened.schools[n] for n in (3, 4, 5, 6)]).delete()
    shown = opened.client("Sue").get(page).content.decode()
    assert "Too few to add up" in shown
    assert "$" not in shown.split("<main")[1]


@pytest.mark.django_db
def test_b23_payroll_files_run_nowhere_and_add_up(opened: World) -> None:
    opened.schools[1].name = '=HYPERLINK("http://x","y")'
    opened.schools[1].save()
    dana = opened.client("Dana")
    dana.post(
        reverse("program_cover", args=[opened.program.pk]),
        {"ids": [c.pk for c in CoverRequest.objects.all()]},
    )
    page = reverse("cover_payroll", args=[opened.program.pk])
    rows = list(csv.DictReader(io.StringIO(dana.get(page).content.decode("utf-8-sig"))))
    assert len(rows) == 6
    assert {r["School"] for r in rows if r["School code"] == "01M001"} == {'\'=HYPERLINK("http://x","y")'}
    assert sum(Decimal(r["Cost"]) for r in rows) == sum(c.cost for c in CoverRequest.objects.all())
    assert {r["Weekday"] for r in rows} == {"Wednesday"}
    sheet = openpyxl.load_workbook(io.BytesIO(dana.get(page, {"format": "xlsx"}).content)).active
    assert [c.data_type for c in sheet["B"]] == ["s"] * 7 or "f" not in {c.data_type for c in sheet["B"]}
    assert ask(opened, text="=1+1") == 303
    lines = opened.client("Hana").get(here(opened, 1, "budget_lines_file")).content.decode("utf-8-sig")
    assert "'=1+1" in lines


@pytest.mark.django_db
def test_the_list_asks_as_many_questions_for_many_as_for_few(opened: World) -> None:
    def count(page: str) -> int:
        browser = opened.client("Dana")
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(page).status_code == 200
        return len(seen)

    pages = [reverse("program_budget", args=[opened.program.pk]), here(opened)]
    few = [count(p) for p in pages]
    mine = budget(opened)
    BudgetLine.objects.bulk_create(
        BudgetLine(
            budget=mine, category="meals", text=f"Lunch {n}", date=dt.date(2026, 10, 1), asked=Decimal("9.99")
        )
        for n in range(30)
    )
    assert [count(p) for p in pages] == few
    assert few[0] <= 12
    assert few[1] <= 15


amounts = st.decimals(Decimal("0.00"), Decimal("99999.99"), places=2)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(amounts, st.integers(0, 99), st.integers(0, 99), st.sampled_from(CoverState)), max_size=12
    ),
    st.lists(
        st.tuples(amounts, st.none() | amounts, st.sampled_from(LineState), st.sampled_from(Category)),
        max_size=12,
    ),
    amounts,
)
def test_every_cent_is_counted_once(covers: Any, lines: Any, allowed: Decimal) -> None:
    """Sums against counting in whole cents by hand."""
    budgets = [SchoolBudget(substitutes=allowed, supplies=allowed, meals=allowed)]
    requests = [CoverRequest(rate=r, needed=n, approved=a, used=a // 2, state=s) for r, n, a, s in covers]
    rows = [BudgetLine(asked=a, actual=p, state=s, category=c, text="x") for a, p, s, c in lines]
    total = queries.together(queries.sums(budgets, requests, rows))
    cents = {"asked": 0, "approved": 0, "used": 0}
    for r, n, a, s in covers:
        cents[s] = cents.get(s, 0) + int(r * 100) * {"asked": n, "approved": a, "used": a // 2}.get(s, 0)
    for a, p, s, _ in lines:
        cents["used" if s == "spent" else s] = cents.get("used" if s == "spent" else s, 0) + int(
            (a if p is None else p) * 100
        )
    assert [int(x * 100) for x in (total.asked, total.approved, total.spent)] == [
        cents["asked"], cents["approved"], cents["used"]
    ]  # fmt: skip
    assert total.left == allowed * 3 - total.approved - total.spent
