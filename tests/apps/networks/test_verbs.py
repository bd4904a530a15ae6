"""The history says in words what was done here."""

import pytest

from intervisit.apps.networks import actions  # noqa: F401 - registers the verbs
from intervisit.apps.networks.verbs import VERBS
from intervisit.kit.history import ACTIONS, verb_words
from tests import factories
from tests.world import World


def test_every_verb_of_this_chapter_has_words() -> None:
    mine = {verb for verb, do in ACTIONS.items() if do.__module__.startswith("intervisit.apps.networks.")}
    assert mine - set(VERBS) == set()
    assert len(mine) > 15


def test_words_of_a_design_are_put_in_where_there_is_one() -> None:
    assert verb_words("networks.publish") == "published the networks"
    assert (
        verb_words("networks.publish", lambda text: text.format(networks="triads")) == "published the triads"
    )
    assert verb_words("thing.never_named") == "never named"


@pytest.mark.django_db
def test_the_history_of_a_program_reads_as_sentences(world: World) -> None:
    browser = world.client("Dana")
    browser.post(f"/programs/{world.program.pk}/networks/publish/")
    page = browser.get(f"/programs/{world.program.pk}/history/").content.decode()
    many = factories.design(factories.hosted()).words["network"].many
    assert f"published the {many}" in page
    assert "networks: publish" not in page
