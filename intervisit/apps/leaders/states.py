"""The lives of an application for a post, of a principal's word on it, of an interview's form, of a term."""

from enum import StrEnum


class ApplyState(StrEnum):
    """An application for a post."""

    DRAFT = "draft"  # only the person reads it
    CONSENT = "consent"  # sent; waits for the principal's word
    SUBMITTED = "submitted"  # with the committee
    STOPPED = "stopped"  # the principal does not agree
    WITHDRAWN = "withdrawn"
    QUALIFIED = "qualified"
    NOT_YET = "not_yet"


IN_HAND = frozenset({ApplyState.SUBMITTED, ApplyState.QUALIFIED, ApplyState.NOT_YET})
DECIDED = frozenset({ApplyState.QUALIFIED, ApplyState.NOT_YET})
OPEN = frozenset({ApplyState.CONSENT, ApplyState.SUBMITTED})

APPLY_LABELS: dict[str, str] = {
    ApplyState.DRAFT: "Draft",
    ApplyState.CONSENT: "Waits for the principal",
    ApplyState.SUBMITTED: "With the committee",
    ApplyState.STOPPED: "The principal does not agree",
    ApplyState.WITHDRAWN: "Withdrawn",
    ApplyState.QUALIFIED: "Qualified",
    ApplyState.NOT_YET: "Not yet",
}
APPLY_TONES: dict[str, str] = {
    ApplyState.DRAFT: "plain",
    ApplyState.CONSENT: "warn",
    ApplyState.SUBMITTED: "info",
    ApplyState.STOPPED: "bad",
    ApplyState.WITHDRAWN: "plain",
    ApplyState.QUALIFIED: "good",
    ApplyState.NOT_YET: "plain",
}


class ConsentState(StrEnum):
    """A principal's word: the name and the post, never the text."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"


class SheetState(StrEnum):
    """What one member of the committee wrote."""

    OPEN = "open"
    IN = "in"  # handed in; the other members read it once theirs is in too


class TermState(StrEnum):
    """A post offered to somebody at a school, and held there."""

    OFFERED = "offered"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    SERVING = "serving"
    ENDED = "ended"


TERM_LABELS: dict[str, str] = {
    TermState.OFFERED: "Offered",
    TermState.DECLINED: "Declined",
    TermState.TAKEN_BACK: "Taken back",
    TermState.SERVING: "In the post",
    TermState.ENDED: "Ended",
}
TERM_TONES: dict[str, str] = {
    TermState.OFFERED: "warn",
    TermState.DECLINED: "plain",
    TermState.TAKEN_BACK: "plain",
    TermState.SERVING: "good",
    TermState.ENDED: "plain",
}
TAKES_A_PLACE = frozenset({TermState.OFFERED, TermState.SERVING})


class Renewal(StrEnum):
    """Whether somebody wants to go on after a term."""

    NOT_ASKED = ""
    ASKED = "asked"
    WANTS = "wants"
    NOT = "not"


RENEWAL_LABELS: dict[str, str] = {
    Renewal.NOT_ASKED: "",
    Renewal.ASKED: "Asked whether to go on",
    Renewal.WANTS: "Wants to go on",
    Renewal.NOT: "Does not go on",
}
