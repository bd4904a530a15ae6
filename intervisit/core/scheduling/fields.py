"""Reading JSON-ready values field by field, collecting every fault with its place and a remedy."""

from datetime import date as Date  # noqa: N812 — a method below is called date
from reprlib import Repr

from intervisit.core.scheduling.model import BadInstance, Trouble
from intervisit.core.scheduling.words import WEEKDAYS

MOST_FAULTS = 100
LONGEST_TEXT = 200  # characters of an id or a name
EARLIEST, LATEST = Date(2000, 7, 1), Date(2100, 6, 30)  # the years the product plans for, as everywhere in it
NO_DATE = EARLIEST
MISSING = object()


class Reader:
    """Collects the faults of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Trouble] = []
        self.count = 0

    def fault(self, place: str, what: str, remedy: str) -> None:
        """Note one fault; after a hundred only how many more there are."""
        self.count += 1
        if len(self.problems) < MOST_FAULTS:
            self.problems.append(Trouble(self.file, place or "the file", what, remedy))

    def finish(self) -> None:
        """Raise BadInstance when anything was noted."""
        if (more := self.count - len(self.problems)) > 0:
            self.problems.append(Trouble(self.file, "the file", f"and {more} more.", "Correct these first."))
        if self.problems:
            raise BadInstance(tuple(self.problems))

    def object(self, value: object, place: str) -> "Fields":
        """The fields of a JSON object."""
        if not isinstance(value, dict):
            self.fault(place, f"{shown(value)} is not an object.", "Write {…} with the keys of the format.")
            return Fields(self, place, {}, broken=True)
        return Fields(self, place, value)


class Fields:
    """One JSON object. Each method reads a key; keys that nobody has read are faults (`done`)."""

    def __init__(self, reader: Reader, place: str, values: dict[str, object], broken: bool = False) -> None:
        self._reader, self._place, self._values, self._broken = reader, place, values, broken
        self._read: set[str] = set()

    def fault(self, key: str, what: str, remedy: str) -> None:
        """Note a fault of one key, unless the whole object was refused already."""
        if not self._broken:
            self._reader.fault(self._at(key), what, remedy)

    def has(self, key: str) -> bool:
        """Is the key there, with a value?"""
        self._read.add(key)
        return self._values.get(key) is not None

    def done(self) -> None:
        """Every key has been read; others are mistakes."""
        for key in self._values:
            if key not in self._read:
                known = ", ".join(sorted(self._read))
                self.fault(str(key)[:40], "this key is unknown.", f"Remove it, or use one of: {known}.")

    def expect(self, key: str, value: str) -> None:
        """The key has exactly this value."""
        if self._take(key, None) != value:
            self.fault(key, f"{shown(self._values.get(key))} is not a known format.", f'Write "{value}".')

    def text(self, key: str, default: str | None = None) -> str:
        """A short text without control characters; without a default it must be there."""
        value = self._take(key, default)
        if value is MISSING:
            return ""
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.fault(key, f"{shown(value)} is not a text.", "Write a name in quotation marks.")
            return ""
        if len(value) > LONGEST_TEXT:
            self.fault(key, f"{len(value)} characters.", f"Use at most {LONGEST_TEXT}.")
        elif not all(char.isprintable() for char in value):
            self.fault(key, f"{shown(value)} contains a character that cannot be seen.", "Remove it.")
        return value

    def number(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number within limits."""
        value = self._take(key, default)
        if value is MISSING:
            return least
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.fault(
                key, f"{shown(value)} is not possible.", f"Write a whole number from {least} to {most}."
            )
            return least
        return value

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            self.fault(key, f"{shown(value)} is neither true nor false.", "Write true or false.")
            return default
        return value

    def choice(self, key: str, options: tuple[str, ...], default: str | None = None) -> str:
        """One of a few words."""
        value = self._take(key, default)
        if value is not MISSING and value not in options:
            self.fault(key, f"{shown(value)} is not possible.", f"Write one of: {', '.join(options)}.")
        return value if isinstance(value, str) and value in options else options[0]

    def date(self, key: str) -> Date:
        """A day as YYYY-MM-DD."""
        value = self._take(key, None)
        return NO_DATE if value is MISSING else self._date(key, value)

    def span(self) -> tuple[Date, Date]:
        """Two dates, `first` and `last`, in this order."""
        first, last = self.date("first"), self.date("last")
        if last < first:
            self.fault("last", f"{last} is before {first}.", "Exchange first and last.")
            return first, first
        if (last - first).days > 400:
            self.fault("last", "more than 400 days.", "Give a span within one school year.")
            return first, first
        return first, last

    def dates(self, key: str) -> frozenset[Date]:
        """A list of days."""
        return frozenset(self._date(f"{key}[{i}]", each) for i, each in enumerate(self._list(key)))

    def texts(self, key: str) -> list[str]:
        """A list of texts."""
        found = self._list(key)
        for i, each in enumerate(found):
            if not isinstance(each, str):
                self.fault(f"{key}[{i}]", f"{shown(each)} is not a text.", "Write an id in quotation marks.")
        return [each for each in found if isinstance(each, str)]

    def weekday(self, key: str) -> int:
        """A weekday by its English name, Monday 0."""
        value = self._take(key, None)
        if not isinstance(value, str) or value.capitalize() not in WEEKDAYS[:5]:
            self.fault(
                key, f"{shown(value)} is not a school weekday.", f"Write one of: {', '.join(WEEKDAYS[:5])}."
            )
            return 0
        return WEEKDAYS.index(value.capitalize())

    def weekdays(self, key: str) -> frozenset[int]:
        """A list of weekdays."""
        found = set()
        for i, each in enumerate(self._list(key)):
            one = Fields(self._reader, self._place, {f"{key}[{i}]": each}, self._broken)
            found.add(one.weekday(f"{key}[{i}]"))
        return frozenset(found)

    def grades(self, key: str) -> frozenset[int]:
        """A list of grades, −1 (Pre-K) to 12."""
        found = set()
        for i, each in enumerate(self._list(key)):
            if isinstance(each, bool) or not isinstance(each, int) or not -1 <= each <= 12:
                self.fault(
                    f"{key}[{i}]", f"{shown(each)} is not a grade.", "Write a number from -1 (Pre-K) to 12."
                )
            else:
                found.add(each)
        return frozenset(found)

    def objects(self, key: str, least: int = 0) -> list["Fields"]:
        """A list of objects."""
        values = self._list(key)
        if len(values) < least:
            self.fault(key, f"{len(values)} given.", f"At least {least} needed.")
        return [self._reader.object(each, self._at(f"{key}[{i}]")) for i, each in enumerate(values)]

    def mapping(self, key: str, remedy: str) -> dict[str, object]:
        """An object whose keys are names."""
        value = self._take(key, None)
        if not isinstance(value, dict) or not value:
            if value is not MISSING:
                self.fault(key, f"{shown(value)} is not an object with names.", remedy)
            return {}
        return value

    def child(self, key: str, optional: bool = False) -> "Fields":
        """The object under a key."""
        if optional and not self.has(key):
            return Fields(self._reader, self._at(key), {})
        value = self._take(key, None)
        if value is MISSING:
            return Fields(self._reader, self._at(key), {}, broken=True)
        return self._reader.object(value, self._at(key))

    def _date(self, key: str, value: object) -> Date:
        try:
            day = Date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
        except ValueError:
            day = None
        if day is None:
            self.fault(key, f"{shown(value)} is not a date that exists.", "Write it as YYYY-MM-DD.")
        elif not EARLIEST <= day <= LATEST:
            self.fault(key, f"{day} is out of range.", f"Choose a date from {EARLIEST} to {LATEST}.")
        else:
            return day
        return NO_DATE

    def _list(self, key: str) -> list[object]:
        self._read.add(key)
        value = self._values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(key, f"{shown(value)} is not a list.", "Write […].")
            return []
        return value

    def _take(self, key: str, default: object) -> object:
        self._read.add(key)
        value = self._values.get(key)
        if value is None:
            value = default
        if value is None:
            self.fault(key, "this key is missing.", "Add it.")
            return MISSING
        return value

    def _at(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place else key


_SHORT = Repr()
_SHORT.maxlevel, _SHORT.maxlist, _SHORT.maxdict, _SHORT.maxstring, _SHORT.maxlong = 3, 4, 3, 60, 20


def shown(value: object) -> str:
    """A value shortened for a message, also one that is large or deep; what cannot be seen is escaped."""
    if value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, str):
        text = repr(value[:60]) if value[:60].isprintable() else ascii(value[:60])
    else:
        text = _SHORT.repr(value)
    return text if len(text) <= 40 else text[:37] + "…"
