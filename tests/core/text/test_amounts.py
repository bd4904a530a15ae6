"""Numbers: B04, B05, B10."""

import math
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.text import BadValue, finite_number, money, page_size, show_money, whole_number
from tests.core.text.outcome import outcome


def code(call: object) -> str:
    assert callable(call)
    with pytest.raises(BadValue) as caught:
        call()
    assert len(caught.value.troubles) == 1
    return caught.value.troubles[0].code


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "Infinity",
        "-inf",
        "1e400",
        "nan",
        "+NAN",
        "∞",
        float("nan"),
        float("inf"),
        -float("inf"),
        10**400,
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("1e999"),
    ],
)
def test_b04_only_finite_numbers(value: object) -> None:
    assert code(lambda: finite_number(value, field="value")) == "not-a-finite-number"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("12.5", 12.5),
        ("1,234.5", 1234.5),
        (" -3 ", -3.0),
        ("−3", -3.0),
        ("1e3", 1000.0),
        (5, 5.0),
        (".5", 0.5),
        ("1 234", 1234.0),
        ("-0", 0.0),
        (Decimal("0.1"), 0.1),
    ],
)
def test_b04_numbers_that_are_read(value: object, number: float) -> None:
    read = finite_number(value, field="value")
    assert read == number
    assert math.copysign(1, read) == math.copysign(1, number)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("abc", "not-a-number"),
        ("", "not-a-number"),
        (True, "not-a-number"),
        (None, "not-a-number"),
        ("1_000", "not-a-number"),
        ("٣", "not-a-number"),
        ("12,5", "ambiguous-number"),
        ("1.234.567", "ambiguous-number"),
        ("9" * 41, "number-too-long"),
        ("0x10", "not-a-number"),
        ("101", "out-of-range"),
        ("-1", "out-of-range"),
    ],
)
def test_b04_numbers_that_are_not(value: object, expected: str) -> None:
    assert code(lambda: finite_number(value, field="value", minimum=0, maximum=100)) == expected


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("$7,500", "7500.00"),
        ("7,500", "7500.00"),
        ("7500", "7500.00"),
        ("7500.5", "7500.50"),
        ("$ 1,234,567.80", "1234567.80"),
        (7500, "7500.00"),
        (Decimal("7500.10"), "7500.10"),
        ("7500.000", "7500.00"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("7 500", "7500.00"),
        (Decimal("1E+3"), "1000.00"),
    ],
)
def test_b05_money_as_typed(value: object, amount: str) -> None:
    read = money(value, field="stipend")
    assert str(read) == amount
    assert money(show_money(read), field="stipend") == read


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("-7500", "must-not-be-negative"),
        ("(7500)", "must-not-be-negative"),
        ("-$7,500", "must-not-be-negative"),
        ("$-1", "must-not-be-negative"),
        ("7500.005", "at-most-two-decimals"),
        (Decimal("0.001"), "at-most-two-decimals"),
        ("7.500,00", "ambiguous-number"),
        ("7,50", "ambiguous-number"),
        ("7.500", "ambiguous-number"),
        ("1e5", "ambiguous-number"),
        ("99999999999999", "too-large"),
        ("9" * 5000, "too-large"),
        (10**4000, "too-large"),
        ("1000000000", "too-large"),
        ("NaN", "not-a-finite-number"),
        (Decimal("NaN"), "not-a-finite-number"),
        ("x", "not-a-number"),
        ("", "not-a-number"),
        (1.5, "not-a-number"),
        (True, "not-a-number"),
        ("€5", "not-a-number"),
    ],
)
def test_b05_money_that_is_refused(value: object, expected: str) -> None:
    assert code(lambda: money(value, field="stipend")) == expected


def test_b05_messages_say_what_to_do() -> None:
    with pytest.raises(BadValue) as caught:
        money("7.500,00", field="stipend")
    trouble = caught.value.troubles[0]
    assert trouble.offers == ("7.50000", "7500.00")
    assert trouble.message.endswith("Write it like 7500.00.")


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=999_999_999, places=2))
def test_b05_nothing_is_ever_rounded(amount: Decimal) -> None:
    for text in (f"{amount:f}", f"${amount:,.2f}"):
        assert money(text, field="x") == amount
    assert str(money(f"{amount:f}", field="x")) == f"{amount:.2f}"


@pytest.mark.parametrize(
    "value",
    ["99999999999999999999", 10**30, 10**4000, "9" * 100_000, -1, "-1", 0, 1e300, Decimal("1e999999"), "+0"],
)
def test_b10_integers_out_of_range(value: object) -> None:
    started = time.perf_counter()
    assert code(lambda: whole_number(value, field="page", minimum=1)) == "out-of-range"
    assert time.perf_counter() - started < 0.1


@pytest.mark.parametrize("value", ["x", "", "1.5", 1.5, True, None, "1e3", "0x1", "١"])
def test_b10_what_is_no_integer(value: object) -> None:
    assert code(lambda: whole_number(value, field="page")) == "not-a-whole-number"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("1,000", 1000),
        (7.0, 7),
        ("7.0", 7),
        ("000000000000000000000000007", 7),
        (2**31 - 1, 2**31 - 1),
    ],
)
def test_b10_integers(value: object, number: int) -> None:
    assert whole_number(value, field="page") == number


def test_b10_page_sizes_are_cut() -> None:
    assert page_size(None, default=50, maximum=200) == 50
    assert page_size("10", default=50, maximum=200) == 10
    assert page_size("1000000000", default=50, maximum=200) == 200
    assert page_size(str(10**30), default=50, maximum=200) == 200
    assert code(lambda: page_size("-1", default=50, maximum=200)) == "out-of-range"
    assert code(lambda: page_size("0", default=50, maximum=200)) == "out-of-range"
    assert code(lambda: page_size("-" + "9" * 40, default=50, maximum=200)) == "out-of-range"
    assert code(lambda: page_size("many", default=50, maximum=200)) == "not-a-whole-number"


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=20),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.binary(max_size=5),
    st.from_regex(r"[-+$ (]*[0-9]{0,6}([.,][0-9]{0,4}){0,3}([eE][-+]?[0-9]{0,4})?[)%$]?", fullmatch=True),
)


@settings(deadline=None)
@given(ANYTHING)
def test_numbers_are_read_or_refused_and_nothing_else(value: object) -> None:
    for reader in (finite_number, whole_number, money):
        result = outcome(lambda reader=reader: reader(value, field="x"))  # type: ignore[misc]
        assert result.troubles if isinstance(result, BadValue) else math.isfinite(result)
