"""Rows 9, 18 and 19 of trust.md's access matrix, cell by cell, in the form of `rows.py`."""

from dataclasses import replace
from typing import Any

from intervisit.core.access import Policy, Thing, decide
from tests.trust import oracle
from tests.trust.places import Places
from tests.trust.rows import COLUMNS, NO, REST, Row, cell

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
            "Me": cell("rw", "read note write who"),
            "T": cell("rw", "read note write who"),
            "P": cell("rw", "read note write who"),
            "N": cell("rw", "read note write who"),
            "F": cell("rw", "read note write who"),
            "C": cell("r", "read note who"),
            "V": cell("m date and place", "days"),
            "R": NO,
            "E": cell("r", "read note"),
            "$": cell("m days", "days"),
            "A": NO, **REST,
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
            "Me": cell("r own", "own_pay covered"),
            "T": cell("m", "own_pay covered"),
            "P": cell("rx own school", "own_pay read export costs covered"),
            "N": cell("-"),
            "F": cell("visit costs r", "costs covered"),
            "C": cell("rwx", "own_pay pay read write export costs covered sums payroll"),
            "V": cell("a", "sums"),
            "R": NO,
            "E": cell("a", "sums"),
            "$": cell("rwx", "own_pay pay read write export costs covered sums payroll"),
            "A": NO, **REST,
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
            "Me": cell("r who opened mine", "space"),  # and the page about oneself: test_year_rows
            "T": cell("r own space", "space"),
            "P": NO, "N": NO, "F": NO,
            "C": cell("m", "counts"),
            "V": NO, "R": NO, "E": NO, "$": NO,
            "A": cell("rx, no content", "log"),
            **REST,
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
        for column, typed in row.cells.items():
            for name in (row.me,) if column == "Me" else COLUMNS[column]:
                who, strong = oracle.ROLES[name]
                actor = oracle.actor(places, who, strong=strong)
                for question, (action, thing) in row.questions.items():
                    was = bool(decide(rules, action, actor, things[thing]))
                    if was != (question.replace(" ", "_") in typed.yes):
                        found.append(f"row {row.number}, {column} ({name}): {question} is {was}")
    return found
