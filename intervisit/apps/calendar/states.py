"""The life of a year plan and of a visit."""

from enum import StrEnum


class PlanState(StrEnum):
    SOLVING = "solving"
    READY = "ready"
    IMPOSSIBLE = "impossible"
    FAILED = "failed"
    ADOPTED = "adopted"  # decided, known to the program only
    PUBLISHED = "published"


class VisitState(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"
    OWED = (
        "owed"  # to a school that came during the year: it never had a day, and only the office knows of it
    )


KNOWN = (VisitState.PLANNED, VisitState.CANCELLED)  # visits that others than the office may see


class DayKind(StrEnum):
    CLOSED = "closed"
    TESTING = "testing"
    STAFF = "staff"
    CONFERENCE = "conference"
    BLOCKED = "blocked"  # a school's own
    OTHER = "other"


class FeedKind(StrEnum):
    MINE = "mine"  # all that its reader may see
    NETWORK = "network"
    SCHOOL = "school"
    FACILITATED = "guided"  # the networks that its reader facilitates


class Answer(StrEnum):
    NONE = "none"
    COMING = "coming"
    PERHAPS = "perhaps"
    NOT = "not"


class ReleaseKind(StrEnum):
    OFFICE = "office"
    FACILITATOR = "facilitator"  # moved a visit of her own
    SCHOOLS = "schools"  # agreed on another day among themselves
    CLOSURE = "closure"  # a day fell away


class HappeningKind(StrEnum):
    CLOSED = "closed"  # for everybody
    SCHOOL = "school"
    FACILITATOR = "facilitator"
    VISIT = "visit"  # is to be postponed
    CAME = "came"  # schools came into a network: their visits have no day yet


class HappeningState(StrEnum):
    WEIGHING = "weighing"
    READY = "ready"
    CHOSEN = "chosen"
    DROPPED = "dropped"


class ProposalState(StrEnum):
    OPEN = "open"
    AGREED = "agreed"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"  # agreed, but the calendar had changed meanwhile


class Reply(StrEnum):
    WAITING = "waiting"
    YES = "yes"
    NO = "no"


class Which(StrEnum):
    """Which entries of a school's own calendar are days that do not suit it."""

    SHUT = "shut"  # closings, testing, staff days and conferences, by their names
    WORD = "word"
    EVERY = "every"


class MeetsOn(StrEnum):
    """The weekday of somebody's central meeting."""

    DESIGN = "design"  # as the program says
    NONE = "none"
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
