"""Named schools whose order is meant: numbered lines, each with buttons that exchange it with its neighbour.

The buttons send the form, so they need no script: `move` says which line of which question goes where, and the widget
reads the lines as they are after that. Whatever the page saves, it saves them in their new order.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from intervisit.apps.instruments.fields import SchoolsField, SchoolsWidget
from intervisit.apps.instruments.markup import options
from intervisit.core.designs import Question

MOVE = "move"
LINES = 5  # of a question that says no number
_STEPS = {"up": -1, "down": 1}


def moved(lines: Sequence[str], place: int, step: int) -> list[str]:
    """The lines without the empty ones, the one at `place` exchanged with its neighbour. At an end it stays."""
    filled = [n for n, line in enumerate(lines) if line.strip()]
    if place in filled:
        here = filled.index(place)
        there = here + step
        if 0 <= there < len(filled):
            filled[here], filled[there] = filled[there], filled[here]
    return [lines[n] for n in filled]


def asked_move(data: Mapping[str, Any]) -> tuple[str, int, int] | None:
    """(name of the field, line, -1 up or 1 down) of the button that was pressed, or None."""
    name, _, rest = str(data.get(MOVE, ""))[:200].partition(" ")
    number, _, way = rest.partition(" ")
    if way not in _STEPS or not (number.isascii() and number.isdigit() and len(number) < 4):
        return None
    return name, int(number), _STEPS[way]


def place_moved(data: Mapping[str, Any], prefix: str) -> str:
    """Where on the page the question stands one of whose lines was moved: `#ask-…`, or nothing."""
    asked = asked_move(data)
    return f"#ask-{asked[0].removeprefix(prefix)}" if asked else ""


class OrderedWidget(SchoolsWidget):
    """The lines of `SchoolsWidget`, or choices among `hosts`, numbered and with their buttons."""

    template_name = "instruments/ordered.html"

    def __init__(
        self, most: int, labels: Mapping[str, str], search_url: str, hosts: Sequence[tuple[str, str]] | None
    ) -> None:
        super().__init__(most, labels, search_url)
        self.hosts = hosts

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        given = super().value_from_datadict(data, files, name)
        asked = asked_move(data)
        if asked is None or asked[0] != name:
            return given
        lines = moved(list(given.values()), asked[1], asked[2])
        return dict(zip(self.parts, [*lines, *[""] * (len(self.parts) - len(lines))], strict=True))

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = context["widget"]["rows"]
        for n, row in enumerate(rows):
            row |= {"move": f"{name} {n}", "first": n == 0, "last": n == len(rows) - 1}
            if self.hosts is not None:
                row["options"] = options([("", self.hosts)], row["value"])
        context["widget"] |= {"hosts": self.hosts is not None, "moves": len(rows) > 1, "move_name": MOVE}
        return context


class OrderedSchoolsField(SchoolsField):
    """Ids of schools in the applicant's order, found by what was typed."""

    def __init__(
        self, question: Question, labels: Mapping[str, str], search_url: str, **options: Any
    ) -> None:
        super().__init__(question, labels, search_url, **options)
        self.widget = OrderedWidget(question.max_choices or LINES, labels, search_url, None)


class OrderedHostsField(forms.Field):
    """Ids of schools in the applicant's order, chosen among those that are offered."""

    def __init__(self, question: Question, hosts: Sequence[tuple[str, str]], **options: Any) -> None:
        self.known = {key for key, _ in hosts}
        most = question.max_choices or LINES
        ids = {key: key for key, _ in hosts}
        super().__init__(widget=OrderedWidget(most, ids, "", hosts), **options)

    def to_python(self, value: Any) -> list[str]:
        if isinstance(value, list):
            return value
        chosen = [key for key in (value or {}).values() if key]
        if not self.known.issuperset(chosen):
            raise ValidationError("Choose from the list.", code="unknown-choice")
        if len(set(chosen)) < len(chosen):
            raise ValidationError("Choose each only once.", code="duplicate-choice")
        return chosen
