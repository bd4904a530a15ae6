"""The list of codes in docs/reference/error-codes.md is the list in the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCES = (
    *sorted((ROOT / "intervisit/core/text").glob("*.py")),
    *sorted((ROOT / "intervisit/core/tables").glob("*.py")),
    *sorted((ROOT / "intervisit/core/days").glob("*.py")),
    ROOT / "intervisit/kit/parsing.py",
)
CODE_PLACE = {"Trouble": 0, "Note": 0, "_refused": 2}  # which argument of the call is the code


def codes_in_source() -> Iterator[str]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and len(node.args) > CODE_PLACE.get(name, 99):
                code = node.args[CODE_PLACE[name]]
                if isinstance(code, ast.Constant):
                    yield str(code.value)


def test_every_code_is_listed_once_and_nothing_else() -> None:
    page = (ROOT / "docs/reference/error-codes.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z0-9-]+)` \|", page, re.MULTILINE)
    assert len(listed) == len(set(listed))
    # Made by other means than one call: `and-more` in the answer of an API.
    assert sorted(listed) == sorted({*codes_in_source(), "and-more"})
