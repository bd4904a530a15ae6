"""How the history says what was done in this chapter."""

VERBS = {
    "budget.open": "opened budgets",
    "budget.write": "changed a budget",
    "cover.count": "counted who needs cover, from the calendar",
    "cover.change": "said how many need cover on a day",
    "cover.decide": "decided a request for cover",
    "cover.use": "noted how many substitutes came",
    "line.ask": "asked for something",
    "line.decide": "decided what was asked for",
    "line.spend": "noted what was paid",
    "line.remove": "took back what was asked for",
}
