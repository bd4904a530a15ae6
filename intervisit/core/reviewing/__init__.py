"""Reading applications fairly: who reads what, what a review counts, and how reviewers compare.

Parts: `assignment` (reviewers to applications, as evenly as can be, with its proof), `queueing` (what to read next),
`scoring` (what one review counts), `calibration` (severity and spread of reviewers), `agreement`, `redaction`.
"""

from intervisit.core.reviewing.agreement import Agreement, agreement
from intervisit.core.reviewing.assignment import Assigned, Infeasible, Problem, Reviewer, assign, lower_bound
from intervisit.core.reviewing.calibration import Calibration, Rater, calibrate
from intervisit.core.reviewing.queueing import Waiting, next_up
from intervisit.core.reviewing.redaction import BLOCK, phrases_of, redact
from intervisit.core.reviewing.scoring import Judged, score, unanswered

__all__ = [
    "BLOCK", "Agreement", "Assigned", "Calibration", "Infeasible", "Judged", "Problem", "Rater", "Reviewer",
    "Waiting", "agreement", "assign", "calibrate", "lower_bound", "next_up", "phrases_of", "redact", "score",
    "unanswered",
]  # fmt: skip
