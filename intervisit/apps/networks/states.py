"""The life of a scenario and of a network."""

from enum import StrEnum


class ScenarioState(StrEnum):
    SOLVING = "solving"
    READY = "ready"  # may be edited by hand
    IMPOSSIBLE = "impossible"  # no arrangement exists; the reasons are kept
    FAILED = "failed"
    ADOPTED = "adopted"


class NetworkState(StrEnum):
    ADOPTED = "adopted"  # decided, known to the program only
    PUBLISHED = "published"  # known to its schools
    CLOSED = "closed"


class Leaving(StrEnum):
    """How a school came to leave a network."""

    WITHDREW = "withdrew"  # it left the program
    MOVED = "moved"  # to another network
    MERGED = "merged"  # with its whole network
    UNPLACED = "unplaced"  # networks were put together anew, and there was no place for it


class PodBasis(StrEnum):
    """What the schools of a pod have in common."""

    PAIR = "pair"  # a host and one of its partners
    GRADES = "grades"
    FOCUS = "focus"
    SUBJECT = "subject"  # a question of the form, such as the subject the team works on
    OWN = "own"  # put together by hand
