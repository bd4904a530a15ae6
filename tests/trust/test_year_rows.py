"""Thirty-six cells: rows 9, 18 and 19, each as typed, typed as trust.md has them; and the pages they open."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from intervisit.apps.calendar.models import Visit
from intervisit.core.access import EVALUATOR, FACILITATOR, PRINCIPAL, SUPERVISOR, TEAM, Policy, Table, allow
from intervisit.kit.access import policy
from intervisit.kit.models import HistoryLine
from tests.shared_data import shared
from tests.trust.canaries import FOUND
from tests.trust.places import Places
from tests.trust.rows import COLUMNS, words_here, words_in_trust
from tests.trust.year_rows import ROWS, wrong
from tests.world import IN_THE_YEAR, words_of

pytestmark = pytest.mark.django_db


def test_each_of_the_thirty_six_cells_answers_as_typed(places: Places) -> None:
    assert [set(row.cells) for row in ROWS] == [set(COLUMNS)] * 3
    known = [{q.replace(" ", "_") for q in row.questions} for row in ROWS]
    assert [
        c.yes - names
        for row, names in zip(ROWS, known, strict=True)
        for c in row.cells.values()
        if c.yes - names
    ] == []
    assert wrong(places, policy()) == []


def test_the_words_are_those_of_the_access_matrix() -> None:
    text = shared("trust.md").read_text()
    assert [words_in_trust(text, row.number) for row in ROWS] == [words_here(row) for row in ROWS]


@pytest.mark.parametrize(
    ("row", "where"),
    [
        (allow("visit.note", SUPERVISOR @ "district_published"), "row 9, V"),
        (allow("visit.attendance", EVALUATOR @ "program_published"), "row 9, E"),
        (allow("budget.view", FACILITATOR @ "program"), "row 18, F"),
        (allow("budget.view", TEAM @ "school"), "row 18, T"),
        (allow("school.history", PRINCIPAL @ "school"), "row 19, P"),
        (allow("program.audit", FACILITATOR @ "program"), "row 19, F"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_widened_row_turns_a_cell_red(places: Places, row: object, where: str) -> None:
    tables = [
        Table(t.app, (*t.rows, row)) if row.action in {r.action for r in t.rows} else t  # type: ignore[attr-defined]
        for t in policy().tables
    ]
    found = wrong(places, Policy(tables))
    assert any(line.startswith(where) for line in found), found


@time_machine.travel(IN_THE_YEAR, tick=True)
def test_days_of_visits_are_days_and_places(places: Places) -> None:
    Visit.objects.update(date=dt.date(2027, 5, 12))
    page = reverse("visit_days")
    shown = words_of(places.world.client("Sue").get(page))
    assert "P.S. 1" in shown
    assert FOUND.findall(shown) == []
    people = [p.name for p in places.world.people.values() if p.name.split()[0] not in ("Sue",)]
    assert [n for n in people if n in shown] == []
    assert "/visits/" not in shown  # no way further
    east = reverse("visit", args=[places.world.visits["East"].pk])
    assert {n: places.world.client(n).get(east).status_code for n in ("Sue", "Flo", "Ada", "Rae", "Eve")} == {
        "Sue": 404, "Flo": 404, "Ada": 404, "Rae": 404, "Eve": 200
    }  # fmt: skip


def test_a_team_reads_what_happened_in_its_space_without_names_of_things(places: Places) -> None:
    school = places.world.schools[1]
    HistoryLine.objects.create(
        verb="school.close", kind="school", thing=str(school.pk), label="canary-near-label",
        actor=places.world.people["Hana"], group=school.group, changes={"reason": ["", "canary-near-change"]},
    )  # fmt: skip
    page = reverse("school_history", args=[school.pk])
    shown = words_of(places.world.client("Tess").get(page))
    assert places.world.people["Hana"].name in shown
    assert "canary-near" not in shown
    assert {
        n: places.world.client(n).get(page).status_code for n in ("Pim", "Piet", "Sue", "Fay", "Rex")
    } == dict.fromkeys(("Pim", "Piet", "Sue", "Fay", "Rex"), 404)
    assert places.world.client("Hana").get(page).status_code in (403, 404)


def test_who_opened_mine_is_told_to_me_and_my_own_deeds_are_not(places: Places) -> None:
    world = places.world
    role = world.people["Tess"].roles.get()
    for who, verb in (("Dana", "role.grant"), ("Tess", "role.confirm")):
        HistoryLine.objects.create(
            verb=verb, kind="role", thing=str(role.pk), label="canary-near-role", actor=world.people[who],
            group=world.program.group,
        )  # fmt: skip
    HistoryLine.objects.create(
        verb="application.export", kind="application", thing="x", label="canary-near-file", actor=world.people["Sol"],
        group=world.schools[1].group,
    )  # fmt: skip
    page = reverse("account_opened")
    shown = words_of(world.client("Tess").get(page))
    assert "gave a role" in shown
    assert "confirmed a role" not in shown
    assert world.people["Dana"].name in shown
    assert world.people["Sol"].name in shown
    assert "canary-near" not in shown
    assert world.people["Sol"].name not in words_of(world.client("Pim").get(page))


def test_counts_name_nobody_and_nothing(places: Places) -> None:
    page = reverse("program_audit", args=[places.world.program.pk])
    shown = words_of(places.world.client("Sol").get(page))
    table = shown[shown.index("<table") : shown.index("</table>")] if "<table" in shown else shown
    assert FOUND.findall(table) == []
    assert [p.name for p in places.world.people.values() if p.name in table] == []


def test_a_proposal_without_a_word_is_asked_for_again(places: Places) -> None:
    page = reverse("visit_propose", args=[places.world.visits["East"].pk])
    assert places.world.client("Hana").post(page, {}).status_code == 422
