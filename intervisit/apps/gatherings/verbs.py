"""How the history says what was done in this chapter."""

VERBS = {
    "visit.write_note": "wrote what to bring to a {visit}",
    "attendance.mark": "noted who was at a {visit}",
    "attendance.unmark": "took back who was at a {visit}",
    "attendance.stand_in": "noted who stood in for somebody",
    "attendance.remove": "took somebody off a list",
    "attendance.import": "read a sign-in sheet",
    "attendance.close": "closed the list of a {visit}",
    "attendance.reopen": "opened the list of a {visit} again",
    "attendance.not_held": "noted that a {visit} did not take place",
    "attendance.held": "noted that a {visit} took place",
}
