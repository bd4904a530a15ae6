"""Promises about what is sent to a browser: nothing inline, little of it, only from us."""

import re
from pathlib import Path

import pytest

from .conftest import ERRORS, KIT, STATIC, page

ROOT = KIT.parents[1]
TEMPLATES = sorted(p for p in (ROOT / "intervisit").rglob("templates/**/*.html"))
SCRIPTS = sorted((STATIC / "ui" / "js").glob("*.js"))
FIRST_LOAD_LIMIT = 100_000  # bytes of script and style together, not compressed
ALLOWED_WITH = re.compile(
    r"""<script(?![^>]*\bsrc=)|<style|\sstyle\s*=|\son[a-z]+\s*=\s*["'{]|javascript:|\bhx-on""", re.I
)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_inline_script_or_style(template: Path) -> None:
    assert ALLOWED_WITH.findall(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color: red">',
        "<script>1</script>",
        '<a onclick="x()">',
        "<style>",
        '<b hx-on:click="x">',
        "<a href='javascript:x'>",
    ],
)
def test_the_rule_can_fail(bad: str) -> None:
    assert ALLOWED_WITH.search(bad)


@pytest.mark.parametrize("name", ["styleguide", *ERRORS])
def test_rendered_pages_hold_nothing_inline_either(name: str) -> None:
    assert ALLOWED_WITH.findall(page(name)) == []


def test_first_load_is_small() -> None:
    """What the style guide, which uses every part, asks for: each script and style once."""
    asked = set(re.findall(r'(?:src|href)="/static/(ui/[^"#]+\.(?:css|js))"', page("styleguide")))
    sizes = {name: (STATIC / name).stat().st_size for name in asked}
    assert len(sizes) > 10
    assert sum(sizes.values()) < FIRST_LOAD_LIMIT, sizes


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.name)
def test_scripts_are_short(script: Path) -> None:
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 80


def test_nothing_is_asked_of_others() -> None:
    """No address of another site in any page, style or script of ours (licences and namespaces aside)."""
    texts = [page("styleguide")] + [p.read_text() for p in (*SCRIPTS, *(STATIC / "ui").glob("*.css"))]
    found = re.findall(
        r"""(?:src|href|url|import|fetch)\s*[=(]?\s*["'(]?(?:https?:)?//[^"')\s]+""", "\n".join(texts)
    )
    assert found == []


def test_every_icon_a_template_names_exists() -> None:
    sprite = (STATIC / "ui" / "icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', sprite))
    named = {m for t in TEMPLATES for m in re.findall(r'\{% icon "([^"]+)"', t.read_text())}
    assert named - drawn == set()
    assert len(drawn) >= 30


def test_hidden_and_missing_read_alike() -> None:
    """The 404 page never shows a reason: it would tell which of the two it is."""
    assert "You do not lead" not in page("404")
    assert "You do not lead" in page("403")
