"""Which column of a file is which: proposed from the header, shown, and changed by the person if wrong."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from intervisit.core.text import Trouble, Troubles, search_key, shown

Kind = Literal[
    "code", "text", "name", "long", "email", "integer", "number", "percent", "money", "latitude", "longitude",
    "grade", "grades", "date", "flag", "year",
]  # fmt: skip

# Words of a header that do not tell one column from another.
_NOISE = frozenset({"the", "of", "a", "in", "for", "no", "nr", "num", "current", "total", "full", "official"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column that an import can use. `required`: it must be there, and every row must have a value in it.

    `aliases` are other headers it goes by, the likelier first; `key` and `label` count among them. `minimum`
    and `maximum` bound numbers, `max_length` texts (characters).
    """

    key: str
    label: str
    kind: Kind = "text"
    aliases: tuple[str, ...] = ()
    required: bool = False
    max_length: int = 200
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """For each used column its place in the file (from 0); what is missing; the places that nothing uses."""

    places: Mapping[str, int]
    missing: tuple[str, ...] = ()
    unused: tuple[int, ...] = ()
    unsure: tuple[str, ...] = ()  # keys for which two columns of the file would do equally well

    def troubles(self, header: Sequence[str], columns: Sequence[Column]) -> Troubles:
        """`missing-column` for each required column without a place."""
        labels = {column.key: column.label for column in columns}
        names = ", ".join(shown(name, 20) for name in header[:6])
        return Troubles(tuple(
            Trouble("missing-column", f"Line 1: no column for the {labels[key]}. The file has {names}. "
                    f"Choose one of its columns, or add one.", field=key, line=1)
            for key in self.missing
        ))  # fmt: skip


def guess_mapping(header: Sequence[str], wanted: Sequence[Column]) -> ColumnMapping:
    """Find each wanted column by its key, label and aliases; case, accents and punctuation do not count.

    A column of the file is used once. Where two would do equally well none is taken, and the key is `unsure`.
    """
    scores = sorted(
        (score, key_order, place)
        for key_order, column in enumerate(wanted)
        for place, name in enumerate(header)
        if (score := _score(name, column)) is not None
    )
    places: dict[str, int] = {}
    unsure: list[str] = []
    taken: set[int] = set()
    for score, key_order, place in scores:
        key = wanted[key_order].key
        if key in places or key in unsure or place in taken:
            continue
        rivals = [other for s, k, other in scores if s == score and k == key_order and other not in taken]
        if len(rivals) > 1:
            unsure.append(key)
            continue
        places[key] = place
        taken.add(place)
    return _mapping(places, header, wanted, tuple(unsure))


def named_columns(
    choices: Mapping[str, str], wanted: Sequence[Column], needed: Collection[str]
) -> tuple[dict[str, str], list[Trouble]]:
    """What a person said each column is, heading → key, as key → heading; and every conflict in it.

    What is no key of `wanted` names a column that is left out, or something that the import itself knows.
    """
    labels = {column.key: column.label for column in wanted}
    found: dict[str, str] = {}
    troubles = []
    for heading, key in choices.items():
        if key in found:
            message = f"The columns {found[key]} and {heading} cannot both be the {labels[key]}. Choose one of them."
            troubles.append(Trouble("repeated-choice", message, heading))
        elif key in labels:
            found[key] = heading
    troubles += [
        Trouble("missing-column", f"Choose the column that holds the {label}.", key)
        for key, label in labels.items()
        if key in needed and key not in found
    ]
    return found, troubles


def chosen_mapping(
    header: Sequence[str], wanted: Sequence[Column], choices: Mapping[str, int | None]
) -> ColumnMapping:
    """The mapping a person chose on the preview: key → place, or None for `not in the file`."""
    keys = {column.key for column in wanted}
    places: dict[str, int] = {}
    for key, place in choices.items():
        if key in keys and place is not None and 0 <= place < len(header) and place not in places.values():
            places[key] = place
    return _mapping(places, header, wanted, ())


def header_key(name: str) -> str:
    """What headers are compared by: words without case and accents; `School_Name` → `school name`."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[^\W_]+|%|#", search_key(spaced)))


def _mapping(
    places: dict[str, int], header: Sequence[str], wanted: Sequence[Column], unsure: tuple[str, ...]
) -> ColumnMapping:
    missing = tuple(column.key for column in wanted if column.required and column.key not in places)
    used = set(places.values())
    unused = tuple(place for place in range(len(header)) if place not in used)
    ordered = {column.key: places[column.key] for column in wanted if column.key in places}
    return ColumnMapping(ordered, missing, unused, unsure)


def _score(name: str, column: Column) -> int | None:
    """Lower is better: the rank of the alias that fits, 100 more when only the telling words agree."""
    words = header_key(name)
    for rank, alias in enumerate((column.key, column.label, *column.aliases)):
        if words == header_key(alias):
            return rank
    telling = _telling(words)
    for rank, alias in enumerate((column.key, column.label, *column.aliases)):
        if telling and telling == _telling(header_key(alias)):
            return 100 + rank
    return None


def _telling(words: str) -> tuple[str, ...]:
    kept = (
        word for word in words.split() if word not in _NOISE and not re.fullmatch("(?:19|20)?[0-9]{2}", word)
    )
    return tuple(sorted("percent" if word in ("%", "pct", "perc") else word for word in kept))
