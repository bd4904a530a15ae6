"""The history never shows a raw verb: every action of the product, and every line it writes, has words."""

import ast
import re
from pathlib import Path

import intervisit
from intervisit.kit.history import ACTIONS, verb_words
from intervisit.web import urls, workers  # noqa: F401 - registers every action

ROOT = Path(intervisit.__file__).parent
LINES = re.compile(r"^[a-z_]+\.[a-z_]+$")


def _recorded() -> set[str]:
    """Every verb that some line of the product writes, as far as it stands there as it is."""
    found = set()
    for path in ROOT.rglob("apps/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                found |= {
                    a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
                }
    return {verb for verb in found if LINES.match(verb)}


def test_every_verb_of_the_product_has_words() -> None:
    ours = {
        verb for verb, run in ACTIONS.items() if run.__module__.startswith("intervisit.")
    }  # tests have their own
    verbs = ours | _recorded()
    raw = {verb for verb in verbs if verb_words(verb) == verb.partition(".")[2].replace("_", " ")}
    assert raw == set()
    assert len(verbs) > 200
