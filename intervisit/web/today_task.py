"""One thing to do, as the home page tells it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """One thing to do, and where; in the form of `ui/tasks.html`."""

    label: str
    url: str
    note: str = ""
    when: str = ""
    badge: str = ""
    tone: str = "info"
