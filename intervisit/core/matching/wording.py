"""Free text beside the list: which focus areas what a school wrote comes near, and because of which words.

Transparent on purpose: words, their stems and a list of words that belong to an area; nothing is learned and nothing
leaves the machine. It suggests; what counts in the matching is what people chose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LITTLE = (
    "a about all an and are as at be by can for from has have how in into is it its more of on or our out so that",
    "the their them these they this to up us use using want we what when where which who will with within work working",
    "you your school schools student students area focus support supporting supports improve improving development",
    "develop developing answer class every example happen happens inside learn learned learning learns outside part",
    "say says",
)  # words that say nothing about an area
STOP = frozenset(word for line in LITTLE for word in line.split())
ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ers", "er", "ed", "es", "s", "al", "ly")
SHORTEST = 4  # letters of a stem


@dataclass(frozen=True)
class Suggestion:
    """One focus area that a text comes near."""

    area: str
    points: int  # 0..1000: how much of what the text says belongs to the area
    because: tuple[str, ...]  # words of the text that do, as written, in their order


def stem(word: str) -> str:
    """The word without the endings that only inflect it."""
    low = word.lower()
    for ending in ENDINGS:
        if low.endswith(ending) and len(low) - len(ending) >= SHORTEST:
            return low.removesuffix(ending)
    return low


def words(text: str) -> tuple[str, ...]:
    """The words of a text that mean something, as written."""
    found = re.findall(r"[^\W\d_]+", text)
    return tuple(w for w in found if w.lower() not in STOP and len(w) > 1)


def suggest(text: str, areas: Mapping[str, Sequence[str]], most: int = 3) -> tuple[Suggestion, ...]:
    """Areas that a text comes near, the nearest first; none when no word of it belongs to any.

    `areas`: for each area its label and the words and phrases that belong to it. A word that belongs to few areas
    counts more than one that belongs to many.
    """
    stems = {area: {stem(w) for phrase in phrases for w in words(phrase)} for area, phrases in areas.items()}
    said = words(text)
    weight = {w: 1 / max(1, sum(stem(w) in some for some in stems.values())) for w in set(said)}
    whole = sum(weight[w] for w in said if any(stem(w) in some for some in stems.values()))
    out = []
    for area, some in stems.items():
        because = tuple(dict.fromkeys(w for w in said if stem(w) in some))
        if because:
            points = round(1000 * sum(weight[w] for w in said if stem(w) in some) / whole)
            out.append(Suggestion(area, points, because))
    out.sort(key=lambda s: (-s.points, s.area))
    return tuple(out[:most])


def likeness(one: str, two: str) -> tuple[int, tuple[str, ...]]:
    """How much two texts have in common, 0..1000 (shared stems of all stems), and the words of the first they share."""
    a, b = {stem(w) for w in words(one)}, {stem(w) for w in words(two)}
    if not a or not b:
        return 0, ()
    shared = tuple(dict.fromkeys(w for w in words(one) if stem(w) in b))
    return round(1000 * len(a & b) / len(a | b)), shared
