"""Code never knows which program it runs: no design's name stands in it (M1)."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.shipped import DESIGNS, SLUGS, shipped

CODE = Path(__file__).resolve().parents[2] / "intervisit"
KINDS = (".py", ".html", ".txt", ".js", ".css", ".svg", ".po")  # the demo's own data may name its design
DISTINCTIVE = (
    r"\bLPP\b",
    r"(?i)learning[ _-]partners",
    r"(?i)district[ –_-]+charter",
    r"\bDCC\b",
    r"(?i)fari[nñ]a",
)


@cache
def patterns() -> tuple[re.Pattern[str], ...]:
    titles = [name for slug in SLUGS for name in (slug, slug.replace("-", "_"), shipped(slug).title)]
    return tuple(re.compile(word) for word in (*(rf"(?i)\b{re.escape(n)}\b" for n in titles), *DISTINCTIVE))


def named(text: str) -> list[str]:
    """The names of designs that stand in a text."""
    return sorted({match.group() for pattern in patterns() for match in pattern.finditer(text)})


def test_no_name_of_a_design_stands_in_code_or_templates() -> None:
    files = [path for path in sorted(CODE.rglob("*")) if path.suffix in KINDS and path.is_file()]
    assert len(files) > 20
    found = {
        path.relative_to(CODE).as_posix(): names
        for path in files
        if (names := named(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        'if design.slug == "lpp-2014-pilot":',
        "Learning Partners Program",
        "# as in LPP",
        "DISTRICT_CHARTER = 1",
        *SLUGS,
    ],
)
def test_the_search_finds_a_name(text: str) -> None:
    assert named(text) != []


def test_every_shipped_design_is_looked_for() -> None:
    assert {path.parent.name for path in DESIGNS.glob("*/design.toml")} == set(SLUGS)
