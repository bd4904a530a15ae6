"""The documentation's pictures: made by the script, shown to a reader, and there."""

import re
from pathlib import Path

from tests.journeys.screenshots import IMAGES, PICTURES

ROOT = Path(__file__).resolve().parents[2]
_SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")


def shown() -> list[tuple[Path, str, Path]]:
    """Each picture in a page: the page, the words for who cannot see it, and the file."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [
        (page, words, (page.parent / where).resolve())
        for page in pages
        for words, where in _SHOWN.findall(page.read_text("utf-8"))
    ]


def test_every_picture_is_made_by_the_script_and_shown() -> None:
    made = {IMAGES / f"{picture.name}.png" for picture in PICTURES}
    assert {file for _, _, file in shown()} == made
    assert set(IMAGES.iterdir()) == made


def test_every_picture_has_words_for_who_cannot_see_it() -> None:
    assert [(page.name, file.name) for page, words, file in shown() if len(words) < 10] == []
