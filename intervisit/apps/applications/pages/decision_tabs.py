"""The rooms of a program's admissions: one row of tabs on all of them."""

from dataclasses import dataclass

from django.urls import reverse

from intervisit.apps.programs.models import Program


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool
    count: int | str = ""


_TABS = (
    ("All", "program_applications"),
    ("Decide", "decision_board"),
    ("Waiting list", "waiting_list"),
    ("Release", "release_applications"),
    ("Letters", "letters"),
    ("Notes", "decision_notes"),
    ("Statistics", "statistics"),
)


def tabs(program: Program, current: str) -> list[Tab]:
    return [Tab(label, reverse(name, args=[program.pk]), name == current) for label, name in _TABS]


def after_deciding(program: Program, then: str) -> str:
    """Where a decision was made, there it goes on."""
    name = {"board": "decision_board", "waiting": "waiting_list"}.get(then, "program_applications")
    return reverse(name, args=[program.pk])
