"""The typed cells hold, and a widened row of any table turns one of them red."""

from collections.abc import Callable

import pytest

from intervisit.core.access import ANYONE, PRINCIPAL, STAFF, SUPERVISOR, Policy, Table, allow
from intervisit.kit.access import policy
from tests.trust import oracle
from tests.trust.cells import CELLS, wrong_cells
from tests.trust.places import Places

Tell = Callable[[str, object], None]

pytestmark = pytest.mark.django_db


def test_every_cell_is_as_typed(places: Places, record_property: Tell) -> None:
    record_property(
        "counts",
        f"cells: {len(CELLS)} rows of {len(oracle.ROLES)} columns, {len(CELLS) * len(oracle.ROLES)} cells",
    )
    assert wrong_cells(places, policy()) == []


@pytest.mark.parametrize(
    "row",
    [
        allow("application.view", ANYONE),
        allow("application.view", STAFF @ "program"),  # of drafts too
        allow("scenario.view", PRINCIPAL @ "school"),
        allow("network.view", SUPERVISOR @ "program"),
        allow("network.view", PRINCIPAL @ "program"),
        allow("history.view", ANYONE),
    ],
    ids=lambda r: f"{r.action} {r.grants[0].role} @ {r.grants[0].relation}",
)
def test_a_widened_row_is_noticed(places: Places, row: object) -> None:
    """Each row that would let somebody in turns a cell red; one that lets nobody in changes none."""
    tables = [
        Table(t.app, (*t.rows, row)) if row.action in {r.action for r in t.rows} else t
        for t in policy().tables
    ]  # type: ignore[attr-defined]
    opens_nothing = row.grants[0] in (PRINCIPAL @ "school", SUPERVISOR @ "program", PRINCIPAL @ "program")  # type: ignore[attr-defined]
    assert (wrong_cells(places, Policy(tables)) == []) == opens_nothing


def test_a_role_forgotten_is_noticed(places: Places) -> None:
    """Taking any one row away turns a cell red, for the actions of the table: one of its own action."""
    listed = {action for _, action, _, ought in CELLS if ought}
    for number, row in enumerate(r for r in policy() if r.action in listed):
        tables = [Table(t.app, tuple(r for r in t.rows if r is not row)) for t in policy().tables]
        assert wrong_cells(places, Policy(tables), {row.action}) != [], (number, row)
