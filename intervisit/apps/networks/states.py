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
