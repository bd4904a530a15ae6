"""What a blind reviewer reads: the words that would tell the school and its people are covered."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

BLOCK = "█████"  # always as long, so that its length tells nothing
_LETTER = re.compile(r"\w", re.UNICODE)


def phrases_of(text: str) -> tuple[str, ...]:
    """One phrase a line, as staff write them: blanks made single, empty lines and repetitions left out."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def redact(text: str, phrases: Iterable[str]) -> str:
    """`text` with every phrase covered: whole words, whatever their case, accents, blanks and line ends."""
    wanted = tuple(sorted({p for p in phrases if p.strip()}, key=lambda p: (-len(p), p)))
    if not wanted or not text:
        return text
    # Compared letter by letter without accents; `at` leads from a folded letter back to the one it came from.
    folded, at = _fold(text)
    covered = [False] * len(text)
    for pattern in _patterns(wanted):
        for found in pattern.finditer(folded):
            for n in range(at[found.start()], at[found.end() - 1] + 1):
                covered[n] = True
    return "".join(_pieces(text, covered))


@lru_cache(maxsize=64)
def _patterns(phrases: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """One for each phrase, so that phrases that overlap are both found."""
    found = []
    for phrase in phrases:
        words = _fold(phrase)[0].split()
        if words:
            before = r"(?<!\w)" if _LETTER.match(words[0][0]) else ""
            after = r"(?!\w)" if _LETTER.match(words[-1][-1]) else ""
            found.append(re.compile(before + r"\s+".join(map(re.escape, words)) + after))
    return tuple(found)


def _fold(text: str) -> tuple[str, list[int]]:
    """Without case, accents and typographic apostrophes; and for each letter the place it comes from."""
    letters: list[str] = []
    at: list[int] = []
    for n, char in enumerate(text):
        plain = unicodedata.normalize("NFKD", char.replace("’", "'")).casefold()
        for letter in plain:
            if not unicodedata.combining(letter):
                letters.append(letter)
                at.append(n)
    return "".join(letters), at


def _pieces(text: str, covered: list[bool]) -> Iterable[str]:
    inside = False
    for char, hide in zip(text, covered, strict=True):
        if not hide:
            yield char
        elif not inside:
            yield BLOCK
        inside = hide
