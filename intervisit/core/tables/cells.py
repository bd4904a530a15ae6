"""One cell of each kind from text to a typed value. Converters take stripped text and raise BadValue."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from intervisit.core.tables.grades import read_grade, read_grades
from intervisit.core.tables.mapping import Column
from intervisit.core.text import (
    BadValue,
    Order,
    Trouble,
    clean,
    clean_email,
    code_key,
    finite_number,
    money,
    read_date,
    shown,
    whole_number,
)
from intervisit.core.text import Kind as TextKind

Value = str | int | float | bool | Decimal | date | tuple[int, ...] | None

SPREADSHEET_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#FIELD!")
)
_FLAGS = {"yes": True, "y": True, "true": True, "1": True, "x": True, "t": True,
          "no": False, "n": False, "false": False, "0": False, "f": False}  # fmt: skip
_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:\s*[-–/]\s*((?:19|20)?[0-9]{2}))?")
_TEXTS: dict[str, TextKind] = {"text": "line", "name": "name", "long": "long"}


def converter(column: Column, order: Order | None = None) -> Callable[[str], Value]:
    """The function that reads one cell of this column; `order` is how the column writes its dates."""
    reader = _numbers(column) or _others(column, order)
    if reader is not None:
        return reader
    kind, label = _TEXTS[column.kind], column.label
    return lambda text: clean(text, field=column.key, max_length=column.max_length, kind=kind, label=label)


def _numbers(column: Column) -> Callable[[str], Value] | None:
    key, low, high = column.key, column.minimum, column.maximum
    if column.kind == "integer":
        bounds = (int(low) if low is not None else -(2**31) + 1, int(high) if high is not None else 2**31 - 1)
        return lambda text: whole_number(text, field=key, minimum=bounds[0], maximum=bounds[1])
    if column.kind == "number":
        return lambda text: finite_number(text, field=key, minimum=low, maximum=high)
    if column.kind == "percent":
        return lambda text: finite_number(text.removesuffix("%").rstrip(), field=key, minimum=0, maximum=100)
    if column.kind in ("latitude", "longitude"):
        most = 90 if column.kind == "latitude" else 180
        return lambda text: finite_number(text, field=key, minimum=-most, maximum=most)
    if column.kind == "money":
        return lambda text: money(text, field=key)
    return None


def _others(column: Column, order: Order | None) -> Callable[[str], Value] | None:
    readers: dict[str, Callable[[str], Value]] = {
        "code": lambda text: read_code(text, field=column.key, max_length=column.max_length),
        "email": lambda text: clean_email(text, field=column.key),
        "grade": lambda text: read_grade(text, field=column.key),
        "grades": lambda text: read_grades(text, field=column.key),
        "date": lambda text: read_date(text, field=column.key, order=order),
        "flag": lambda text: read_flag(text, field=column.key),
        "year": lambda text: read_school_year(text, field=column.key),
    }
    return readers.get(column.kind)


def read_code(text: str, *, field: str, max_length: int = 40) -> str:
    """A code as it is compared: without case and outer blanks. Raises BadValue: the codes of `clean`."""
    return code_key(clean(text, field=field, max_length=max_length, kind="code"))


def read_flag(text: str, *, field: str) -> bool:
    """yes/no, true/false, 1/0, in any case. Raises BadValue: not-yes-or-no."""
    flag = _FLAGS.get(text.casefold())
    if flag is None:
        raise BadValue(
            Trouble("not-yes-or-no", f"{shown(text)} is neither yes nor no. Write yes or no.", field)
        )
    return flag


def read_school_year(text: str, *, field: str) -> str:
    """`2014-15`, also written `2014-2015` or `2014/15`; a single year could be either half and is refused.

    Raises BadValue: not-a-school-year.
    """
    found = _YEAR.fullmatch(text)
    if found and found[2]:
        first, last = int(found[1]), int(found[2][-2:])
        if (first + 1) % 100 == last and (len(found[2]) == 2 or int(found[2]) == first + 1):
            return f"{first}-{last:02}"
    message = f"{shown(text)} is not a school year. Write it like 2014-15."
    raise BadValue(Trouble("not-a-school-year", message, field))
