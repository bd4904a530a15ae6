"""Who sees and moves money (row 18 of the access matrix)."""

from intervisit.apps.budget.states import CoverState as C
from intervisit.apps.budget.states import LineState as L
from intervisit.core.access import (
    DIRECTOR,
    EVALUATOR,
    FACILITATOR,
    FINANCE,
    PRINCIPAL,
    STAFF,
    SUPERVISOR,
    TEAM,
    Table,
    allow,
)

_OFFICE = (STAFF @ "program", DIRECTOR @ "program", FINANCE @ "district")
_OWN = PRINCIPAL @ "school"

TABLE = Table(
    "budget",
    (
        allow("program.budget", *_OFFICE),
        allow("program.cover_file", *_OFFICE),
        # Sums over the whole program, and only when enough schools are in them.
        allow("program.budget_totals", *_OFFICE, SUPERVISOR @ "district", EVALUATOR @ "program"),
        allow("budget.view", *_OFFICE, _OWN),
        allow("budget.export", *_OFFICE, _OWN),
        allow("budget.write", *_OFFICE),
        allow("budget.ask", *_OFFICE, _OWN),
        allow("cover.view", *_OFFICE, _OWN, FACILITATOR @ "network"),
        # A team reads whether its day is covered, and no amount.
        allow("cover.status", *_OFFICE, _OWN, FACILITATOR @ "network", TEAM @ "school"),
        allow("cover.change", *_OFFICE, _OWN, states=[C.ASKED], because="This request has been decided already."),
        allow("cover.approve", *_OFFICE, states=[C.ASKED, C.APPROVED, C.REFUSED], because="This is settled already."),
        allow("cover.use", *_OFFICE, _OWN, states=[C.APPROVED, C.USED], because="Only approved cover can be used."),
        allow("line.view", *_OFFICE, _OWN),
        allow("line.approve", *_OFFICE, states=[L.ASKED, L.APPROVED, L.REFUSED], because="This is spent already."),
        allow("line.spend", *_OFFICE, _OWN, states=[L.APPROVED, L.SPENT], because="Only what is approved is spent."),
        allow("line.remove", *_OFFICE, _OWN, states=[L.ASKED], because="This has been decided already."),
    ),
)  # fmt: skip
