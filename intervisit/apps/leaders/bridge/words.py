"""Posts in words."""

from collections.abc import Iterable

from intervisit.core.designs import Outcome, Position
from intervisit.core.posts import Finding, verdict

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_VERDICTS = {
    Outcome.MET: ("Eligible", "good"),
    Outcome.NOT_MET: ("Not eligible", "bad"),
    Outcome.UNKNOWN: ("Not known yet", "warn"),
}


def pay_words(amount: int | None, currency: str) -> str:
    """An amount of a year as people read it: `$7,500 a year`."""
    if amount is None:
        return "Not fixed by the program"
    sign = _SIGNS.get(currency)
    return f"{sign}{amount:,} a year" if sign else f"{amount:,} {currency} a year"


def term_words(post: Position) -> str:
    years = "one school year" if post.term_years == 1 else f"{post.term_years} school years"
    after = "then you apply again" if post.renewal == "apply_again" else "it can be renewed"
    return f"{years}; {after}"


def verdict_words(found: Iterable[Finding]) -> tuple[str, str]:
    """(words, tone) of all rules together."""
    return _VERDICTS[verdict(found)]
