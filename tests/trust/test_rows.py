"""Sixty cells: rows 1 to 5 of the access matrix, each as typed, and typed as trust.md has them."""

import pytest

from intervisit.core.access import EVALUATOR, FACILITATOR, PRINCIPAL, REVIEWER, TEAM, Policy, Table, allow
from intervisit.kit.access import policy
from tests.shared_data import shared
from tests.trust.places import Places
from tests.trust.rows import COLUMNS, ROWS, words_here, words_in_trust, wrong

pytestmark = pytest.mark.django_db


def test_each_of_the_sixty_cells_answers_as_typed(places: Places) -> None:
    assert sum(len(row.cells) for row in ROWS) == 60
    assert [set(row.cells) for row in ROWS] == [set(COLUMNS)] * 5
    assert [q for row in ROWS for cell in row.cells.values() for q in cell.yes - set(row.questions)] == []
    assert wrong(places, policy()) == []


def test_every_question_is_answered_with_yes_somewhere_or_never_may_be() -> None:
    """A question nobody may ask stands there because it is closed to all at that moment; it is named here."""
    open_ = {(row.number, q) for row in ROWS for cell in row.cells.values() for q in cell.yes}
    never = [(row.number, q) for row in ROWS for q in row.questions if (row.number, q) not in open_]
    assert never == [
        (1, "decide"), (1, "status"), (1, "share"), (2, "write"), (3, "write_closed"), (3, "others_early"),
        (3, "others_alone"), (4, "read_early"), (4, "told_early"),
    ]  # fmt: skip


def test_the_words_are_those_of_the_access_matrix() -> None:
    text = shared("trust.md").read_text()
    assert [words_in_trust(text, row.number) for row in ROWS] == [words_here(row) for row in ROWS]


@pytest.mark.parametrize(
    ("row", "where"),
    [
        (allow("application.view", FACILITATOR @ "network_released"), "row 2, F"),
        (allow("application.view", EVALUATOR @ "program_released"), "row 2, E"),
        (allow("review.decision", REVIEWER @ "program"), "row 4, R"),
        (allow("wishes.view", TEAM @ "school"), "row 5, T"),
        (allow("program.evaluation", PRINCIPAL @ "schools"), "row 3, P"),
        (allow("application.write", PRINCIPAL @ "school", states=["accepted"]), "row 2, P"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_widened_row_turns_a_cell_red(places: Places, row: object, where: str) -> None:
    tables = [
        Table(t.app, (*t.rows, row)) if row.action in {r.action for r in t.rows} else t
        for t in policy().tables  # type: ignore[attr-defined]
    ]
    found = wrong(places, Policy(tables))
    assert any(line.startswith(where) for line in found), found
