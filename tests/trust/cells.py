"""The cells of trust.md's access matrix that exist today, typed as a table: who may, and by that, who may not.

Columns are those of tests/trust/oracle.py. A row of the policy that is widened or narrowed turns a cell red, however
consistently the product then behaves.
"""

import sys
from collections.abc import Collection

from intervisit.core.access import Actor, Policy, decide
from tests.trust import applying, around, oracle, posts, reviewing
from tests.trust.places import Places

T, P, N, NT, F = "T team", "P principal", "N principal of a partner", "N team of a partner", "F facilitator"
C, D, V, A = "C staff", "C director", "V superintendent", "A administrator"
E = "E evaluator"
OTHER_F, OTHER_P, LOU = (
    "facilitator of another network",
    "principal of another network",
    "director of another district",
)
LEA = "principal of another district"
OFFICE = {C, D}

# matrix row -> (action, thing, who may); the thing belongs to the school P.S. 1 (Hana, Tess) unless it says otherwise
CELLS: tuple[tuple[int, str, str, set[str]], ...] = (
    (1, "application.view", "draft", {T, P}),
    (1, "application.write", "draft", {T, P}),
    (1, "application.submit", "draft", {P}),
    (1, "application.export", "draft", {P}),
    (1, "application.decide", "draft", set()),
    (1, "application.view", "other draft", {N, NT}),
    (2, "application.view", "application 1", {T, P} | OFFICE),
    (2, "application.write", "application 1", set()),
    (2, "application.export", "application 1", {P} | OFFICE),
    (2, "application.view", "application 5", OFFICE),
    (2, "application.view", "far application", {LOU, LEA}),
    (4, "application.read_decision", "application 1", {T, P, F, V, E} | OFFICE),
    (4, "application.read_decision", "application 4", {OTHER_F, OTHER_P, V, E} | OFFICE),
    (4, "application.read_decision", "application 6", set()),  # decided, not released
    (4, "application.withdraw", "application 6", set()),  # its principal is none of these columns
    (4, "decision.view", "pending", OFFICE),
    (4, "letter.view", "near letter", {T, P} | OFFICE),
    (4, "letter.resend", "near letter", OFFICE),
    (4, "letter.appeal", "near letter", {P}),
    (4, "appeal.view", "near note", {P} | OFFICE),
    (4, "appeal.answer", "near note", OFFICE),
    (4, "application.give_up", "application 1", {P}),
    (4, "application.decide", "application 1", OFFICE),
    (4, "application.decide", "application 6", OFFICE),
    (5, "scenario.view", "scenario", OFFICE),
    (5, "scenario.edit", "scenario", OFFICE),
    (5, "scenario.export", "scenario", OFFICE),
    (5, "scenario.solve", "scenario", OFFICE),
    (5, "scenario.adopt", "scenario", {D}),
    (5, "veto.view", "veto", OFFICE),
    (5, "veto.write", "veto", OFFICE),
    (5, "wishes.view", "wishes 2", {N} | OFFICE),
    (5, "wishes.write", "wishes 2", {N}),
    (5, "wishes.view", "draft wishes", {P}),
    (6, "network.view", "network East", {T, P, N, NT, F} | OFFICE),
    (6, "network.view", "network West", {OTHER_F, OTHER_P} | OFFICE),
    (6, "network.assign", "network East", OFFICE),
    (6, "network.publish", "network East", {D}),
    (6, "network.feed", "network East", {F}),
    (9, "visit.view", "visit East", {T, P, N, NT, F, E} | OFFICE),
    (9, "visit.view", "visit West", {OTHER_F, OTHER_P, E} | OFFICE),
    (9, "visit.when", "visit East", {V, "$ finance"}),
    (9, "visit.move", "visit East", {F} | OFFICE),  # the plan lets facilitators move visits of their own
    (9, "visit.move", "far visit", {LOU}),
    (9, "visit.view", "visit owed", OFFICE),  # it never had a day: a part of the draft
    (9, "visit.when", "visit owed", set()),
    (9, "visit.move", "visit owed", OFFICE),
    (9, "visit.propose", "visit owed", set()),
    (9, "visit.propose", "visit East", {T, P, N, NT}),
    (9, "visit.propose", "far visit", set()),
    (9, "plan.view", "plan", OFFICE),
    (9, "plan.publish", "plan", {D}),
    (9, "plan.edit", "plan", OFFICE),
    (9, "release.view", "near release", OFFICE),
    (9, "happening.view", "near happening", OFFICE),
    (9, "happening.choose", "near happening", OFFICE),
    (9, "proposal.view", "near proposal", {T, P, N, NT, F} | OFFICE),
    (9, "proposal.answer", "near proposal", {T, P, N, NT}),
    (9, "proposal.withdraw", "near proposal", {N, NT} | OFFICE),
    (9, "school.close", "school 1", {P, D}),
    (9, "school.calendar", "school 1", {T, P, D}),
    (9, "school.days", "school 1", {T, P, D}),
    (9, "program.my_days", "program", {F, OTHER_F}),
    (9, "meeting.remove", "near meeting", OFFICE),
    (19, "school.history", "school 1", {T}),
    (19, "program.audit", "program", OFFICE),
    # Her own deed; the administrator reads the district's page.
    (19, "history.view", "near history", {D, "director without second factor"}),
    (20, "role.confirm", "program role", {D, A}),
    (20, "role.end", "program role", {D}),
    (20, "role.view", "program role", {D, A, "R reviewer"}),
    (20, "role.view", "near role", {P, D, A}),
    (20, "role.end", "near role", {P, D, A}),
    (20, "role.confirm", "near role", {D, A}),
    (20, "school.people", "school 1", {T, P, D, A}),
    (20, "school.propose_person", "school 1", {P, D, A}),
    (20, "session.end", "near session", {P}),
    (20, "mail.view", "near mail", {P}),
    (20, "import.view", "near schools file", {D}),
    (20, "import.view", "near applications file", OFFICE),
    (20, "import.view", "near travel file", OFFICE),
    *applying.CELLS,
    *reviewing.CELLS,
    *posts.CELLS,
    *around.cells(sys.modules[__name__]),
)


def wrong_cells(places: Places, rules: Policy, actions: Collection[str] = ()) -> list[str]:
    """Cells in which these rules say something else than the table: all of them, or those of some actions."""
    wrong = []
    known = oracle.things(places)
    everybody: dict[str, Actor] = {
        column: oracle.actor(places, name, strong=strong) for column, (name, strong) in oracle.ROLES.items()
    }
    for row, action, thing, ought in CELLS:
        if actions and action not in actions:
            continue
        for column, who in everybody.items():
            was = bool(decide(rules, action, who, known[thing][1]))
            if was != (column in ought):
                wrong.append(f"row {row}, {action} on {thing}, {column}: {was}")
    return wrong
