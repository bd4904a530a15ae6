"""How the history says what was done with days, invitations and addresses."""

VERBS = {
    "availability.save": "chose days and weekdays",
    "availability.paste": "added days",
    "availability.undo": "took the last change back",
    "availability.answer": "answered",
    "availability.calendar": "let the school's own calendar be read",
    "availability.read": "read the school's own calendar",
    "availability.read_now": "had the school's own calendar read again",
    "availability.accept": "let the school's own calendar count",
    "availability.unsubscribe": "forgot the school's own calendar",
    "availability.ask": "asked which days do not suit",
    "availability.remind": "reminded those who owe their days",
    "days.add": "added days",
    "days.remove": "removed days",
    "visit.answer": "answered an invitation",
    "person.invitations": "chose how to be invited",
    "feed.make": "made a calendar address",
    "feed.renew": "replaced a calendar address",
    "feed.remove": "removed a calendar address",
    "visit.held": "noted that a {visit} took place",
    "visit.not_held": "noted that a {visit} did not take place",
}
