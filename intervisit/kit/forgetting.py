"""What is kept for a while only: answers to submitted forms, and sessions that have ended. Every night."""

import datetime as dt

from intervisit.kit.clock import now
from intervisit.kit.jobs import Running, job
from intervisit.kit.models import SubmittedForm
from intervisit.kit.rounds import every
from intervisit.kit.sessions import SessionStore

# A phone that was without a network for three weeks may still send its form again (R7); later nobody does.
KEPT = dt.timedelta(days=30)
_AT_ONCE = 5000  # rows, so that nobody who writes waits for us


@job("forms.forget", "district.history")
def forget(running: Running) -> dict[str, int]:
    """Delete what is over. Safe to run twice."""
    gone = 0
    while True:
        old = SubmittedForm.objects.filter(at__lt=now() - KEPT).values("pk")[:_AT_ONCE]
        count, _ = SubmittedForm.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
        gone += count
        if count < _AT_ONCE:
            break
        running.tell(0.5, f"{gone:,} forms forgotten")
    SessionStore.clear_expired()
    return {"forms": gone}


every("forms.forget", "Old forms and sessions are forgotten", hours=24)
