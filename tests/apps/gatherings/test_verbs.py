"""The history says in words what was done on a day, with money, and with what a school says about its year."""

import pytest

from intervisit.apps.budget.verbs import VERBS as MONEY
from intervisit.apps.calendar.verbs import VERBS as DAYS
from intervisit.apps.gatherings.verbs import VERBS as GATHERINGS
from intervisit.kit.history import ACTIONS
from intervisit.web import workers  # noqa: F401 - registers the verbs

OURS = ("availability", "subscriptions", "invitations", "feeds", "held")


@pytest.mark.parametrize(
    ("place", "words"),
    [("intervisit.apps.gatherings.", GATHERINGS), ("intervisit.apps.budget.", MONEY),
     ("intervisit.apps.calendar.actions.", DAYS)],
)  # fmt: skip
def test_every_verb_has_words(place: str, words: dict[str, str]) -> None:
    mine = {
        verb
        for verb, do in ACTIONS.items()
        if do.__module__.startswith(place)
        and ("calendar" not in place or do.__module__.rpartition(".")[2] in OURS)
    }
    assert len(mine) >= 8
    assert mine - set(words) == set()
