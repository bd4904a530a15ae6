"""Rows 1 to 5 of trust.md's access matrix, cell by cell: eleven columns, and those that always get nothing.

Each row has its questions (an action, asked of a thing); each cell has its words as trust.md has them and the
questions that are answered with yes. Every other question of the row is answered with no.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from intervisit.core.access import Policy, decide
from tests.trust import oracle, reviewing
from tests.trust.places import Places

# The columns of trust.md, and who stands for them. "Me" is the author: named by each row.
COLUMNS: dict[str, tuple[str, ...]] = {
    "Me": (),
    "T": ("T team",),
    "P": ("P principal",),
    "N": ("N principal of a partner", "N team of a partner"),
    "F": ("F facilitator",),
    "C": ("C staff", "C director"),
    "V": ("V superintendent",),
    "R": ("R reviewer",),
    "E": ("E evaluator",),
    "$": ("$ finance",),
    "A": ("A administrator",),
    "always -": (
        "signed out", "former member", "facilitator of another network", "principal of another network",
        reviewing.IN_CONFLICT, "signed in without a role", "staff without second factor",
        "director without second factor", "principal of another district",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """What trust.md says, and the questions with a yes."""

    words: str
    yes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """One object: who "Me" is, the questions, and its twelve cells."""

    number: int
    title: str
    me: str
    questions: Mapping[str, tuple[str, str]]
    cells: Mapping[str, Cell]


def cell(words: str, yes: str = "") -> Cell:
    """A cell's words, and the questions with a yes, one after the other."""
    return Cell(words, frozenset(yes.split()))


NO = cell("-")
REST = {"always -": NO}

ROWS: tuple[Row, ...] = (
    Row(
        1, "application, draft", "T team",
        {
            "read": ("application.view", "draft"),
            "write": ("application.write", "draft"),
            "submit": ("application.submit", "draft"),
            "export": ("application.export", "draft"),
            "earlier": ("application.texts", "draft"),
            "file": ("attachment.view", "draft attachment"),
            "decide": ("application.decide", "draft"),
            "status": ("application.status", "draft"),
            "share": ("application.share", "draft"),
            # `m`: how many drafts there are, above the program's list; no text, no title.
            "count": ("program.work", "program"),
        },
        {
            "Me": cell("rw", "read write earlier file"),
            "T": cell("rw", "read write earlier file"),
            "P": cell("rwx + submit", "read write submit export earlier file"),
            "N": NO, "F": NO,
            "C": cell("m", "count"),
            "V": NO, "R": NO, "E": NO, "$": NO, "A": NO, **REST,
        },
    ),
    Row(
        2, "application, submitted", "T team",
        {
            "read": ("application.view", "application 1"),
            "write": ("application.write", "application 1"),
            "export": ("application.export", "application 1"),
            "withdraw": ("application.withdraw", "application 1 while submitted"),
            "status": ("application.status", "application 1"),
            "shared": ("share.read", "share"),
            "covered": ("share.read_covered", "covered share"),
            "assigned": ("review.view", "review 1"),
        },
        {
            "Me": cell("r", "read"),
            "T": cell("r", "read"),
            "P": cell("rx, withdraw", "read export withdraw"),
            "N": NO,
            "F": cell("s after matching", "shared"),
            "C": cell("rx", "read export assigned"),
            "V": cell("m", "status"),
            "R": cell("r (blind if design says)", "assigned"),
            "E": cell("s, pseudonymised", "covered"),
            "$": NO, "A": NO, **REST,
        },
    ),
    Row(
        3, "review score and comment", "R reviewer",
        {
            "read": ("review.view", "review 1"),
            "write": ("review.write", "review 1"),
            "write_closed": ("review.write", "review closed"),
            "export": ("review.export", "review 1"),
            "others": ("review.peer", "review peer"),
            "others_early": ("review.peer", "review 1"),
            "others_alone": ("review.peer", "review alone"),
            "aggregate": ("program.evaluation", "program"),
        },
        {
            "Me": cell("rw till stage closes", "read write others"),
            "T": NO, "P": NO, "N": NO, "F": NO,
            "C": cell("rx", "read export aggregate"),
            "V": NO,
            "R": cell("others' only after own is in and stage closed", "read write others"),
            "E": cell("a", "aggregate"),
            "$": NO, "A": NO, **REST,
        },
    ),
    Row(
        4, "decision and reason", "",
        {
            "read": ("application.read_decision", "application 1"),
            "read_early": ("application.read_decision", "application 6"),
            "told": ("review.decision", "review 1"),
            "told_early": ("review.decision", "review 1 before release"),
            "write": ("application.decide", "application 1"),
            "pending": ("decision.view", "pending"),
        },
        {
            "Me": NO,
            "T": cell("r after release", "read"),
            "P": cell("r after release", "read"),
            "N": NO,
            "F": cell("r after release", "read"),
            "C": cell("rwx, 2 people to release", "read write pending"),
            "V": cell("r after release", "read"),
            "R": cell("r after release", "told"),
            "E": cell("r", "read"),
            "$": NO, "A": NO, **REST,
        },
    ),
    Row(
        5, "match scenario; ranked wishes, vetoes", "",
        {
            "read": ("scenario.view", "scenario"),
            "write": ("scenario.edit", "scenario"),
            "export": ("scenario.export", "scenario"),
            "vetoes": ("veto.view", "veto"),
            "wishes": ("wishes.view", "wishes 1"),
            "write_wishes": ("wishes.write", "wishes 1"),
            # What a facilitator learns of the matching: which networks are hers.
            "load": ("network.feed", "network East"),
            "aggregate": ("program.evaluation", "program"),
        },
        {
            "Me": NO, "T": NO,
            "P": cell("rw own wishes", "wishes write_wishes"),
            "N": NO,
            "F": cell("m own load", "load"),
            "C": cell("rwx", "read write export vetoes wishes aggregate"),
            "V": NO, "R": NO,
            "E": cell("a", "aggregate"),
            "$": NO, "A": NO, **REST,
        },
    ),
)  # fmt: skip


def _things(places: Places) -> dict[str, Any]:
    """The things of the oracle, and those that stand at another moment of their life."""
    found = {name: thing for name, (_, thing) in oracle.things(places).items()}
    one, told = found["application 1"], found["review 1"]
    found["application 1 while submitted"] = replace(one, state="submitted")
    before = {name: people for name, people in told.people.items() if name != "author_told"}
    found["review 1 before release"] = replace(told, people=before)
    found["wishes 1"] = replace(
        found["wishes 2"], groups=found["wishes 2"].groups | {"school": one.groups["school"]}
    )
    return found


def words_here(row: Row) -> list[str]:
    """The title and the words of the eleven columns, as this file has them."""
    return [row.title, *(row.cells[column].words for column in [*COLUMNS][:11])]


def words_in_trust(text: str, number: int) -> list[str]:
    """The same of the line with this number in trust.md's access matrix."""
    found = re.search(rf"^\| {number} \| (.+) \|$", text, re.MULTILINE)
    return found.group(1).split(" | ") if found else []


def wrong(places: Places, rules: Policy) -> list[str]:
    """Where these rules answer a question of a cell otherwise than typed."""
    things, found = _things(places), []
    for row in ROWS:
        for column, typed in row.cells.items():
            people = (row.me,) if column == "Me" and row.me else COLUMNS[column]
            for name in people:
                who, strong = oracle.ROLES[name]
                actor = oracle.actor(places, who, strong=strong)
                for question, (action, thing) in row.questions.items():
                    was = bool(decide(rules, action, actor, things[thing]))
                    if was != (question in typed.yes):
                        found.append(f"row {row.number}, {column} ({name}): {question} is {was}")
    return found
