"""The history says in words what was done with applications and forms."""

from intervisit.apps.applications.verbs import VERBS
from intervisit.apps.instruments.verbs import VERBS as OF_FORMS
from intervisit.kit.history import ACTIONS, verb_words
from intervisit.web import workers  # noqa: F401 - imports every action


def test_every_verb_of_these_chapters_has_words() -> None:
    for chapter, words in (("applications", VERBS), ("instruments", OF_FORMS)):
        mine = {
            verb for verb, do in ACTIONS.items() if do.__module__.startswith(f"intervisit.apps.{chapter}.")
        }
        assert mine == set(words)
    assert verb_words("program.publish_form") == "put a form into use"
    assert verb_words("late.allow", lambda text: text.format(school="site")) == "gave a site more time"
