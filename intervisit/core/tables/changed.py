"""Cells that a spreadsheet program turned into a number or a date, and what they may have been."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

from intervisit.core.text import Trouble, code_key, shown, shown_name

_SCIENTIFIC = re.compile(
    r"[0-9](?:\.[0-9]+)?E(?:\+[0-9]{1,3}|-[0-9]{1,3})|[0-9]\.[0-9]+E[0-9]{1,3}", re.IGNORECASE
)
_DECIMAL = re.compile(r"[0-9]+\.0+")
_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
)}  # fmt: skip
_DAY_MONTH = re.compile(r"([0-9]{1,2})[-. ]([A-Za-z]{3})[a-z]*(?:[-. ][0-9]{2,4})?")
_MONTH_DAY = re.compile(r"([A-Za-z]{3})[a-z]*[-. ]([0-9]{1,4})")
_ISO = re.compile(r"[0-9]{4}-([0-9]{2})-([0-9]{2})(?:[ T]00:00(?::00)?)?")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/[0-9]{2,4}")


def as_date(cell: str) -> tuple[int, int] | None:
    """(month, day) when the cell is written like a date: `5-Mar`, `Mar-05`, `2017-03-05`, `3/5/2017`."""
    text = cell.strip()
    if (found := _DAY_MONTH.fullmatch(text)) and found[2].lower() in _MONTHS:
        return _MONTHS[found[2].lower()], int(found[1])
    if (found := _MONTH_DAY.fullmatch(text)) and found[1].lower() in _MONTHS:
        return _MONTHS[found[1].lower()], int(found[2])
    if found := _ISO.fullmatch(text) or _SLASHED.fullmatch(text):
        return int(found[1]), int(found[2])
    return None


def looks_changed(cell: str) -> bool:
    """The cell is a date, a number in powers of ten, or ends in `.0`: no school code and no grade band is."""
    text = cell.strip()
    return bool(_SCIENTIFIC.fullmatch(text) or _DECIMAL.fullmatch(text)) or as_date(text) is not None


def changed_codes(
    cells: Iterable[tuple[int, str]], *, column: str, label: str = "code", known: Iterable[str] = ()
) -> list[Trouble]:
    """The codes of one column, given as (line, cell), that a spreadsheet program has changed.

    `known` are codes that exist; those among them that the cell may have been are offered. Lost leading zeros
    are told by them, or by the other codes of the column. Nothing is repaired: the person decides.
    """
    listed = [(line, cell.strip()) for line, cell in cells if cell.strip()]
    table = {code_key(code): code for code in known}
    unpadded: dict[str, list[str]] = {}
    for code in table.values():
        if code.isdigit() and code.startswith("0"):
            unpadded.setdefault(code.lstrip("0"), []).append(code)
    width = _padded_width([cell for _, cell in listed])
    forms = _forms([cell for _, cell in listed] + list(table.values())[:2000])
    found: list[Trouble] = []
    for line, cell in listed:
        if code_key(cell) in table:
            continue
        lost = _lost_zeros(cell, unpadded, width if not table else 0)
        if lost or looks_changed(cell):
            found.append(changed(cell, line, column, label, lost or _offers(cell, table.values(), forms)))
    return found


def changed(cell: str, line: int, column: str, label: str, offers: Sequence[str] = ()) -> Trouble:
    """The trouble `changed-by-spreadsheet` of one cell."""
    message = f"The {label} in line {line} looks like a number or date"
    message += f" ({shown(cell)}). Format the column as text and save again."
    if offers:
        message += f" It may have been {' or '.join(shown_name(offer) for offer in offers[:3])}."
    return Trouble("changed-by-spreadsheet", message, line=line, column=column, offers=tuple(offers[:10]))


def band_offers(cell: str) -> tuple[str, ...]:
    """What a grade band was before it became a date: `5-Mar` → `3-5`."""
    found = as_date(cell)
    return (f"{found[0]}-{found[1]}",) if found and found[0] <= found[1] <= 12 else ()


def _padded_width(cells: Sequence[str]) -> int:
    """The one length of the column's digit codes with leading zeros, or 0."""
    widths = Counter(len(cell) for cell in cells if cell.isdigit() and cell.startswith("0"))
    return next(iter(widths)) if len(widths) == 1 else 0


def _lost_zeros(cell: str, unpadded: dict[str, list[str]], width: int) -> tuple[str, ...]:
    bare = cell.partition(".")[0] if _DECIMAL.fullmatch(cell) else cell
    if not bare.isdigit() or bare.startswith("0"):
        return ()
    if bare in unpadded:
        return tuple(sorted(unpadded[bare]))
    return (bare.zfill(width),) if len(bare) < width else ()


def _forms(cells: Sequence[str]) -> set[tuple[int, int]]:
    """(digits before, digits after) the letter of codes like `12K034`."""
    found = (re.fullmatch("([0-9]+)[A-Za-z]([0-9]+)", cell) for cell in cells)
    return {(len(match[1]), len(match[2])) for match in found if match}


def _offers(cell: str, known: Iterable[str], forms: set[tuple[int, int]]) -> tuple[str, ...]:
    day = as_date(cell)
    if day is not None:
        wanted = {
            f"{day[0]}-{day[1]}",
            f"{day[0]:02}-{day[1]:02}",
            f"{day[0]}/{day[1]}",
            f"{day[1]}-{day[0]}",
        }
        return tuple(sorted(code for code in known if code in wanted))
    value = _number(cell)
    if value is None:
        return ()
    shown_digits = len(re.sub("[^0-9]", "", re.split("[eE]", cell)[0]))
    fitting = {code for code in known if _shows_as(code, value, shown_digits)}
    return tuple(sorted(fitting or _with_letter_e(value, forms)))


def _number(cell: str) -> Decimal | None:
    try:
        value = Decimal(cell)
    except InvalidOperation:
        return None
    return value if value.is_finite() and value and abs(value.adjusted()) < 400 else None


def _shows_as(code: str, value: Decimal, digits: int) -> bool:
    if not re.fullmatch("[0-9]+(?:[eE][0-9]+)?", code):
        return False
    number = _number(code)
    return number is not None and f"{number:.{max(digits - 1, 0)}E}" == f"{value:.{max(digits - 1, 0)}E}"


def _with_letter_e(value: Decimal, forms: set[tuple[int, int]]) -> set[str]:
    """Codes with the letter E, in a form that the column has, which a program reads as this number."""
    _, digits, exponent = value.normalize().as_tuple()
    mantissa = "".join(map(str, digits))
    found: set[str] = set()
    for before, after in forms:
        for zeros in range(before - len(mantissa) + 1):
            power = str(int(exponent) - zeros)
            if power.isdigit() and len(power) <= after:
                found.add(f"{(mantissa + '0' * zeros).zfill(before)}E{power.zfill(after)}")
    return found
