"""Rows 9, 18 and 19 of trust.md's access matrix, cell by cell, in the form of `rows.py`."""

from dataclasses import replace
from typing import Any

from intervisit.core.access import Policy, Thing, decide
from tests.trust import oracle
from tests.trust.places import Places
from tests.trust.rows import COLUMNS, Cell, Row


def _cell(words: str, yes: str = "") -> Cell:
    return Cell(words, frozenset(yes.split()))


_NO = _cell("-")
_REST = {"always -": _NO}

ROWS: tuple[Row, ...] = (
    Row(
        9, "visit agenda", "T team",
        {
            "read": ("visit.view", "visit East"),
            "note": ("visit.note", "visit East"),  # what to bring, where to come in, what is planned
            "write": ("visit.write_note", "visit East"),
            "who": ("visit.attendance", "visit East"),  # the list of who comes
            "days": ("visit.when", "visit East"),  # date, hours and place
        },
        {
            "Me": _cell("rw", "read note write who"),
            "T": _cell("rw", "read note write who"),
            "P": _cell("rw", "read note write who"),
            "N": _cell("rw", "read note write who"),
            "F": _cell("rw", "read note write who"),
            "C": _cell("r", "read note who"),
            "V": _cell("m date and place", "days"),
            "R": _NO,
            "E": _cell("r", "read note"),
            "$": _cell("m days", "days"),
            "A": _NO, **_REST,
        },
    ),
    Row(
        18, "budget; stipend of a person", "T team",
        {
            "own pay": ("leader_term.view", "term"),  # Tess is paid; her principal, the program and finance pay
            "pay": ("leader_term.view", "term of another school"),
            "read": ("budget.view", "budget"),
            "write": ("budget.write", "budget"),
            "export": ("budget.export", "budget"),
            "costs": ("cover.view", "cover"),  # what a visit costs
            "covered": ("cover.status", "cover"),  # whether a day is covered, and no amount
            "sums": ("program.budget_totals", "program"),
            "payroll": ("program.cover_file", "program"),
        },
        {
            "Me": _cell("r own", "own_pay covered"),
            "T": _cell("m", "own_pay covered"),
            "P": _cell("rx own school", "own_pay read export costs covered"),
            "N": _cell("-"),
            "F": _cell("visit costs r", "costs covered"),
            "C": _cell("rwx", "own_pay pay read write export costs covered sums payroll"),
            "V": _cell("a", "sums"),
            "R": _NO,
            "E": _cell("a", "sums"),
            "$": _cell("rwx", "own_pay pay read write export costs covered sums payroll"),
            "A": _NO, **_REST,
        },
    ),
    Row(
        19, "audit log", "T team",
        {
            "line": ("history.view", "near history"),
            "log": ("district.history", "district"),
            "space": ("school.history", "school 1"),
            "counts": ("program.audit", "program"),
        },
        {
            "Me": _cell("r who opened mine", "space"),  # and the page about oneself: test_year_rows
            "T": _cell("r own space", "space"),
            "P": _NO, "N": _NO, "F": _NO,
            "C": _cell("m", "counts"),
            "V": _NO, "R": _NO, "E": _NO, "$": _NO,
            "A": _cell("rx, no content", "log"),
            **_REST,
        },
    ),
)  # fmt: skip


def _things(places: Places) -> dict[str, Any]:
    found = {name: thing for name, (_, thing) in oracle.things(places).items()}
    groups = oracle.group_ids(places)
    found["term of another school"] = replace(
        found["term"],
        people={"person": frozenset()},
        groups=found["term"].groups | {"school": frozenset({groups["6"]})},
    )
    found["district"] = Thing("district", {"district": frozenset({groups["district"]})}, {}, "")
    # A line of history that is nobody's own deed: whose deed it is may read it (row 19 of cells.py).
    found["near history"] = replace(found["near history"], people={"actor": frozenset()})
    return found


def wrong(places: Places, rules: Policy) -> list[str]:
    """Where these rules answer a question of a cell otherwise than typed."""
    things, found = _things(places), []
    for row in ROWS:
        for column, cell in row.cells.items():
            for name in (row.me,) if column == "Me" else COLUMNS[column]:
                who, strong = oracle.ROLES[name]
                actor = oracle.actor(places, who, strong=strong)
                for question, (action, thing) in row.questions.items():
                    was = bool(decide(rules, action, actor, things[thing]))
                    if was != (question.replace(" ", "_") in cell.yes):
                        found.append(f"row {row.number}, {column} ({name}): {question} is {was}")
    return found
