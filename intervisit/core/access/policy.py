"""Rows and tables: an app's policy is data, one row an action."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from intervisit.core.access.words import Grant


@dataclass(frozen=True)
class Row:
    """Who may do one action, to things in which states.

    `action` is "kind.verb"; `states` limits it to things in one of these states (None: in any);
    `because` is the sentence a refused reader gets about the state; `fresh` asks for a recent sign-in.
    """

    action: str
    grants: tuple[Grant, ...]
    states: frozenset[str] | None = None
    because: str = ""
    fresh: bool = False

    @property
    def kind(self) -> str:
        return self.action.partition(".")[0]


def allow(
    action: str,
    *grants: Grant,
    states: Iterable[str] | None = None,
    because: str = "",
    fresh: bool = False,
) -> Row:
    """One row. Several rows may name one action: any of them opens it."""
    if "." not in action:
        raise ValueError(f"an action is written kind.verb, not {action!r}")
    if not grants:
        raise ValueError(f"{action}: a row without a grant allows nothing; leave it out")
    limited = None if states is None else frozenset(str(s) for s in states)
    return Row(action, tuple(grants), limited, because, fresh)


@dataclass(frozen=True)
class Table:
    """The policy of one app."""

    app: str
    rows: tuple[Row, ...]


class Policy:
    """All tables together. An action that no row names is denied."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self.tables = tuple(tables)
        self._rows: dict[str, list[Row]] = {}
        owners: dict[str, str] = {}
        for table in self.tables:
            for row in table.rows:
                owner = owners.setdefault(row.action, table.app)
                if owner != table.app:
                    raise ValueError(f"{row.action} is ruled by {owner} and by {table.app}")
                self._rows.setdefault(row.action, []).append(row)

    def rows(self, action: str) -> tuple[Row, ...]:
        """The rows of one action; none when the action is unknown (and so denied)."""
        return tuple(self._rows.get(action, ()))

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(sorted(self._rows))

    def __contains__(self, action: object) -> bool:
        return action in self._rows

    def __iter__(self) -> Iterator[Row]:
        for action in self.actions:
            yield from self._rows[action]
