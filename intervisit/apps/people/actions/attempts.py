"""Slowing down guessing: what was tried for an account or from an address, counted over a while."""

import datetime as dt

from intervisit.apps.people.keys import blurred
from intervisit.apps.people.models import Attempt
from intervisit.kit.clock import now
from intervisit.kit.refusal import Refused

WINDOW = dt.timedelta(minutes=15)
# (what is counted, how many in a window): a mailed link per account, links per address, codes per account
LIMITS = {"link-account": 5, "link-address": 40, "code": 5, "proof": 5}


def count_attempt(what: str, value: str) -> None:
    """Count one try before it is answered. Raises Refused (429) when there were too many in the last minutes.

    The refusal is the same for accounts that exist and for those that do not.
    """
    moment, key = now(), blurred(what, value)
    recent = Attempt.objects.filter(key=key, at__gt=moment - WINDOW).count()
    if recent >= LIMITS[what]:
        minutes = int(WINDOW.total_seconds() // 60)
        raise Refused(
            "too-often", f"That was tried too often. Wait {minutes} minutes and try again.", status=429
        )
    Attempt.objects.filter(at__lt=moment - 4 * WINDOW).delete()
    Attempt.objects.create(key=key, at=moment)


def forget_attempts(what: str, value: str) -> None:
    """A success wipes the slate."""
    Attempt.objects.filter(key=blurred(what, value)).delete()
