"""Reviews as the core's values. Parts: assigning, results (scores, calibration), reading (what a reviewer reads)."""

from intervisit.apps.reviews.bridge.assigning import Choice, Plan, forbidden, plan
from intervisit.apps.reviews.bridge.reading import Reading, reading, suggested, suggested_questions
from intervisit.apps.reviews.bridge.results import ResultRow, Results, results, score_of

__all__ = [
    "Choice", "Plan", "Reading", "ResultRow", "Results", "forbidden", "plan", "reading", "results", "score_of",
    "suggested", "suggested_questions",
]  # fmt: skip
