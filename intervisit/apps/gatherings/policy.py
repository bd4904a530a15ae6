"""Who reads and writes what a visit needs, and who was there (row 9 of the access matrix)."""

from intervisit.apps.calendar.states import VisitState as V
from intervisit.core.access import DIRECTOR, EVALUATOR, FACILITATOR, PRINCIPAL, STAFF, TEAM, Table, allow

_PROGRAM = (STAFF @ "program", DIRECTOR @ "program")
_SCHOOLS = (PRINCIPAL @ "schools_published", TEAM @ "schools_published")
_LEADS = FACILITATOR @ "network_published"

TABLE = Table(
    "gatherings",
    (
        # What to bring, where to come in: written by those who meet, read by program staff; nobody who rates.
        allow("visit.note", *_PROGRAM, _LEADS, *_SCHOOLS, EVALUATOR @ "program_published"),
        allow("visit.write_note", _LEADS, *_SCHOOLS, states=[V.PLANNED], because="This has been called off."),
        allow("visit.attendance", *_PROGRAM, _LEADS, *_SCHOOLS),
        # Counts by school, and whether its memorandum is accepted; no person is named.
        allow("program.attendance", *_PROGRAM),
        # A school marks its own people, everybody herself; whoever leads the day, and the office, everybody.
        allow("visit.sign_in", *_PROGRAM, _LEADS, *_SCHOOLS),
        allow("visit.take_attendance", *_PROGRAM, _LEADS),
        allow("visit.close_attendance", *_PROGRAM, _LEADS),
    ),
)
