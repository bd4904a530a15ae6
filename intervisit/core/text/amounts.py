"""Numbers that people type: finite, in range, never guessed, never rounded."""

import math
import re
from decimal import Decimal

from intervisit.core.text.troubles import BadValue, Trouble, label_of, shown

LARGEST_INTEGER = 2**31 - 1  # what an integer column of both databases holds
LARGEST_KEY = 2**63 - 1  # what a big integer column of both databases holds
LARGEST_AMOUNT = Decimal("999999999.99")
LONGEST_NUMBER = 40  # characters; longer digit strings cost time to convert and mean nothing

_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[, \u00a0\u202f][0-9]{3})+(?:\.[0-9]*)?")
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_SCIENTIFIC = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]{1,6}")
_NOT_FINITE = re.compile(r"[+-]?(?:s?nan|inf|infinity|∞)(?:\([0-9a-z]*\))?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_COMMA = re.compile(r"[+-]?[0-9][0-9.]*,[0-9]*|[+-]?[0-9]+(?:\.[0-9]{3}){2,}")
_BLANKS = re.compile(r"[\s\u00a0\u202f]")


def finite_number(
    value: object, *, field: str, minimum: float | None = None, maximum: float | None = None
) -> float:
    """A finite number from text or from JSON; `1,234.5` is read with its commas, `1e3` as 1000.

    Raises BadValue: not-a-finite-number, not-a-number, ambiguous-number (`12,5`), number-too-long,
    out-of-range.
    """
    number = _as_float(value, field)
    if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
        raise BadValue(_out_of_range(field, _plain(value), minimum, maximum))
    return number + 0.0  # minus zero becomes zero


def whole_number(
    value: object, *, field: str, minimum: int = -LARGEST_INTEGER, maximum: int = LARGEST_INTEGER
) -> int:
    """An integer between the bounds, from text or from JSON; digits are never converted beyond the bounds.

    Raises BadValue: not-a-whole-number, not-a-finite-number, ambiguous-number, out-of-range.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise BadValue(_not_whole(field, str(value)))
    if isinstance(value, float | Decimal):
        value = _integral(value, field)
    text = _plain(value)
    digits = text.lstrip("+-").lstrip("0")
    if isinstance(value, str):
        if _NOT_FINITE.fullmatch(text):
            raise BadValue(_not_finite(field, text))
        if _GROUPED.fullmatch(text):
            text = text.replace(",", "").replace(" ", "")
            digits = text.lstrip("+-").lstrip("0")
        if not re.fullmatch(r"[+-]?[0-9]+(?:\.0*)?", text):
            raise BadValue(_ambiguous(field, text) if _COMMA.fullmatch(text) else _not_whole(field, text))
        digits = digits.partition(".")[0]
    if len(digits) > 20:
        raise BadValue(_out_of_range(field, text, minimum, maximum))
    number = int(text.partition(".")[0])
    if not minimum <= number <= maximum:
        raise BadValue(_out_of_range(field, text, minimum, maximum))
    return number


def page_size(value: object, *, default: int, maximum: int, field: str = "limit") -> int:
    """How many entries a page shows: `default` when nothing is asked, cut to `maximum`.

    Raises BadValue: out-of-range below 1, not-a-whole-number.
    """
    if value is None or value == "":
        return default
    try:
        return min(maximum, whole_number(value, field=field, minimum=1, maximum=LARGEST_KEY))
    except BadValue as bad:
        text = _plain(value).lstrip("+")
        if bad.troubles[0].code == "out-of-range" and text.isascii() and text.isdigit() and text.strip("0"):
            return maximum
        raise


def money(
    value: object,
    *,
    field: str,
    maximum: Decimal = LARGEST_AMOUNT,
    negative: bool = False,
    currency: str = "$",
) -> Decimal:
    """An amount with two decimals, exactly as typed: `$7,500` and `7,500` are 7500.00.

    Raises BadValue: ambiguous-number (`7.500,00`, `7,50`, `1e5`), must-not-be-negative, at-most-two-decimals,
    too-large, not-a-number, not-a-finite-number.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise BadValue(_not_a_number(field, str(value)))
    text, minus = _bare_amount(_plain(value), currency)
    called = label_of(field)
    if _NOT_FINITE.fullmatch(text):
        raise BadValue(_not_finite(field, text))
    grouped, plain = _GROUPED.fullmatch(text), _PLAIN.fullmatch(text)
    if not grouped and any(form.fullmatch(text) for form in (_SCIENTIFIC, _COMMA, _THOUSANDS)):
        raise BadValue(_ambiguous(field, text))
    if not (grouped or plain):
        raise BadValue(_not_a_number(field, text))
    digits = re.sub(r"[, \u00a0\u202f+-]", "", text)
    if minus and not negative and digits.strip("0."):
        message = f"The {called} must not be negative. Enter 0 or more."
        raise BadValue(Trouble("must-not-be-negative", message, field))
    whole, _, cents = digits.partition(".")
    if len(cents.rstrip("0")) > 2:
        message = f"The {called} {shown(text)} has {len(cents)} decimals; at most two fit. Round it yourself."
        raise BadValue(Trouble("at-most-two-decimals", message, field))
    whole = whole.lstrip("0") or "0"
    if len(whole) > 20 or Decimal(whole) > maximum:
        message = f"The {called} must be at most {currency}{show_money(maximum)}. Check the number of digits."
        raise BadValue(Trouble("too-large", message, field))
    amount = Decimal(f"{whole}.{cents[:2]:0<2}")
    if amount > maximum:
        message = f"The {called} must be at most {currency}{show_money(maximum)}. Check the number of digits."
        raise BadValue(Trouble("too-large", message, field))
    return -amount if minus and amount else amount


def show_money(amount: Decimal) -> str:
    """An amount as it is shown back: `7,500.00`."""
    return f"{amount:,.2f}"


def _bare_amount(text: str, currency: str) -> tuple[str, bool]:
    minus = text.startswith("-") or (text.startswith("(") and text.endswith(")"))
    bare = text.strip("()").lstrip("+-").strip()
    bare = bare.removeprefix(currency).removesuffix(currency).strip()
    minus = minus or bare.startswith("-")
    return bare.removeprefix("-").strip(), minus


def _plain(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**60:
        return "9" * 60  # far beyond every bound: never turned into its thousands of digits
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 40:
        return f"{value:f}"
    return str(value).strip().replace("−", "-")


def _integral(given: float | Decimal, field: str) -> int:
    value = Decimal(given)
    if not value.is_finite():
        raise BadValue(_not_finite(field, str(value)))
    if value != value.to_integral_value():
        raise BadValue(_not_whole(field, str(value)))
    return int(value) if abs(value) < 10**20 else 10**21


def _as_float(value: object, field: str) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise BadValue(_not_a_number(field, str(value)))
    text = _plain(value)
    if _NOT_FINITE.fullmatch(text):
        raise BadValue(_not_finite(field, text))
    if isinstance(value, str):
        if len(text) > LONGEST_NUMBER:
            message = f"The {label_of(field)} has {len(text):,} characters; at most {LONGEST_NUMBER} fit."
            raise BadValue(Trouble("number-too-long", message, field))
        if _GROUPED.fullmatch(text):
            text = re.sub(r"[, \u00a0\u202f]", "", text)
        elif not (_PLAIN.fullmatch(text) or _SCIENTIFIC.fullmatch(text)):
            raise BadValue(_ambiguous(field, text) if _COMMA.fullmatch(text) else _not_a_number(field, text))
    number = float(text)
    if not math.isfinite(number) or (isinstance(value, int) and abs(value) >= 10**60):
        raise BadValue(_not_finite(field, text))
    return number


def _not_finite(field: str, text: str) -> Trouble:
    message = f"The {label_of(field)} {shown(text)} is not a finite number. Enter a number or leave it empty."
    return Trouble("not-a-finite-number", message, field)


def _not_a_number(field: str, text: str) -> Trouble:
    message = f"The {label_of(field)} {shown(text)} is not a number. Write digits only, like 7500 or 7500.50."
    return Trouble("not-a-number", message, field)


def _not_whole(field: str, text: str) -> Trouble:
    return Trouble("not-a-whole-number", f"The {label_of(field)} {shown(text)} is not a whole number.", field)


def _ambiguous(field: str, text: str) -> Trouble:
    readings = _readings(text)
    either = " or ".join(readings) if len(readings) > 1 else "more than one number"
    if _SCIENTIFIC.fullmatch(text):
        either = f"{readings[0]} or as a code" if readings else "a code"
    message = f"The {label_of(field)} {shown(text)} can be read as {either}. Write it like 7500.00."
    return Trouble("ambiguous-number", message, field, offers=readings)


def _readings(text: str) -> tuple[str, ...]:
    if _SCIENTIFIC.fullmatch(text):
        number = Decimal(text)
        return (f"{number:f}",) if -6 < number.adjusted() < 15 else ()
    found: list[str] = []
    as_point = text.replace(",", "")
    as_comma = text.replace(".", "").replace(",", ".")
    for reading in (as_point, as_comma):
        if _PLAIN.fullmatch(reading) and reading not in found:
            found.append(reading)
    return tuple(found)


def _out_of_range(field: str, text: str, low: float | None, high: float | None) -> Trouble:
    if low is not None and high is not None:
        bounds = f"between {low:,} and {high:,}"
    else:
        bounds = f"at least {low:,}" if low is not None else f"at most {high:,}"
    message = f"The {label_of(field)} must be {bounds}; {shown(text, 24)} is not."
    return Trouble("out-of-range", message, field)
