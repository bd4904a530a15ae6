"""Posts of teacher leaders (M14): who is eligible, when a term runs, how many a school can have.

Parts: `eligible` (rules and what people have looked up), `terms` (days and numbers), `committee` (who is missing).
"""

from intervisit.core.posts.committee import Missing, missing
from intervisit.core.posts.eligible import Checked, Finding, findings, verdict
from intervisit.core.posts.terms import Term, asked_on, free, in_pool_until, later_year, term

__all__ = [
    "Checked", "Finding", "Missing", "Term", "asked_on", "findings", "free", "in_pool_until", "later_year", "missing",
    "term", "verdict",
]  # fmt: skip
