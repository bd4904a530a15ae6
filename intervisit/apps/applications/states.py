"""The life of an application."""

from enum import StrEnum


class ApplicationState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"  # with a role; the school learns of it when decisions are released
    WAITLISTED = "waitlisted"
    DECLINED = "declined"


IN_HAND = frozenset({ApplicationState.SUBMITTED, ApplicationState.ACCEPTED, ApplicationState.WAITLISTED,
                     ApplicationState.DECLINED})  # fmt: skip
DECIDED = frozenset({ApplicationState.ACCEPTED, ApplicationState.WAITLISTED, ApplicationState.DECLINED})
