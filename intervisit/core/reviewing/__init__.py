"""Reading applications fairly: who reads what, what a review counts, and how reviewers compare.

Parts: `assignment` (reviewers to applications, as evenly as can be, with its proof), `queueing` (what to read next),
`scoring` (what one review counts), `calibration` (severity and spread of reviewers), `agreement`, `redaction`,
`totals` (what may be told of all reviews together).
"""

from intervisit.core.reviewing.agreement import Agreement, agreement
from intervisit.core.reviewing.assignment import Assigned, Infeasible, Problem, Reviewer, assign, lower_bound
from intervisit.core.reviewing.calibration import Calibration, Rater, calibrate
from intervisit.core.reviewing.queueing import Waiting, next_up
from intervisit.core.reviewing.redaction import BLOCK, phrases_of, redact
from intervisit.core.reviewing.scoring import Judged, score, unanswered
from intervisit.core.reviewing.totals import Mark, Published, Spread, enough, publish, share_words

__all__ = [
    "BLOCK", "Agreement", "Assigned", "Calibration", "Infeasible", "Judged", "Mark", "Problem", "Published", "Rater",
    "Reviewer", "Spread", "Waiting", "agreement", "assign", "calibrate", "enough", "lower_bound", "next_up",
    "phrases_of", "publish", "redact", "score", "share_words", "unanswered",
]  # fmt: skip
