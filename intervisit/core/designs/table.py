"""An ordered, unchangeable mapping from a key to a record."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")


class Table(Mapping[str, T]):
    """Records by key, in the order of the file; equal only to a table with the same records in that order."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Iterable[tuple[str, T]] | Mapping[str, T] = ()) -> None:
        """Keep `rows`: pairs, or a mapping. Of two equal keys the later wins; readers refuse them before."""
        self._rows: dict[str, T] = dict(rows)

    def __getitem__(self, key: str) -> T:
        return self._rows[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return list(self._rows.items()) == list(other._rows.items())

    def __hash__(self) -> int:
        return hash(tuple(self._rows.items()))

    def __repr__(self) -> str:
        return f"Table({self._rows!r})"
