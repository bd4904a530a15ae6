"""The tables of posts. Parts: `applying` (applications, a principal's word, checks), `interviews`, `terms`."""

from intervisit.apps.leaders.models.applying import LeaderApplication, LeaderCall, LeaderCheck, LeaderConsent
from intervisit.apps.leaders.models.interviews import Interview, InterviewSheet
from intervisit.apps.leaders.models.terms import LeaderTerm, PoolEntry

__all__ = [
    "Interview", "InterviewSheet", "LeaderApplication", "LeaderCall", "LeaderCheck", "LeaderConsent", "LeaderTerm",
    "PoolEntry",
]  # fmt: skip
