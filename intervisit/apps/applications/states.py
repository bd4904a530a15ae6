"""The life of an application."""

from enum import StrEnum


class ApplicationState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"  # with a role; the school learns of it when decisions are released
    WAITLISTED = "waitlisted"
    DECLINED = "declined"


class SharedWith(StrEnum):
    """Whom a school can let read its application besides the program."""

    FACILITATOR = "facilitator"
    EVALUATORS = "evaluators"  # with names covered


IN_HAND = frozenset({ApplicationState.SUBMITTED, ApplicationState.ACCEPTED, ApplicationState.WAITLISTED,
                     ApplicationState.DECLINED})  # fmt: skip
DECIDED = frozenset({ApplicationState.ACCEPTED, ApplicationState.WAITLISTED, ApplicationState.DECLINED})

LABELS: dict[str, str] = {
    ApplicationState.DRAFT: "Draft",
    ApplicationState.SUBMITTED: "Submitted",
    ApplicationState.WITHDRAWN: "Withdrawn",
    ApplicationState.ACCEPTED: "Accepted",
    ApplicationState.WAITLISTED: "Waiting list",
    ApplicationState.DECLINED: "Declined",
}

# Which tone a state's badge has.
TONES: dict[str, str] = {
    ApplicationState.DRAFT: "plain",
    ApplicationState.SUBMITTED: "info",
    ApplicationState.WITHDRAWN: "plain",
    ApplicationState.ACCEPTED: "good",
    ApplicationState.WAITLISTED: "warn",
    ApplicationState.DECLINED: "bad",
}

# What a decision of a design does to an application.
OUTCOMES: dict[str, ApplicationState] = {
    "accept": ApplicationState.ACCEPTED,
    "waitlist": ApplicationState.WAITLISTED,
    "decline": ApplicationState.DECLINED,
}
