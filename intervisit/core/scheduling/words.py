"""How days, schools and networks are said in sentences."""

from collections.abc import Iterable, Sequence
from datetime import date

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


def say_date(day: date) -> str:
    """Such as "Monday 4 May 2015"."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def say_month(month: tuple[int, int]) -> str:
    """Such as "May 2015"."""
    return f"{MONTHS[month[1] - 1]} {month[0]}"


def listed(parts: Iterable[str]) -> str:
    """A, B and C."""
    these: Sequence[str] = list(parts)
    return ", ".join(these[:-1]) + " and " + these[-1] if len(these) > 1 else "".join(these)


def count(number: int, one: str, many: str = "") -> str:
    """1 visit, 2 visits."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def days_off(days: Iterable[date], year: Sequence[date]) -> str:
    """Blocked days in few words: "has 9 blocked days, among them all 8 Tuesdays", or the dates if few."""
    taken = sorted(set(days) & set(year))
    if len(taken) <= 4:
        return (
            "is away on " + listed(say_date(day) for day in taken) if taken else "has no blocked school day"
        )
    whole = []
    for weekday in range(5):
        every = [day for day in year if day.weekday() == weekday]
        if every and set(every) <= set(taken):
            whole.append(f"all {len(every)} {WEEKDAYS[weekday]}s")
    if whole:
        return f"has {len(taken)} blocked days, among them {listed(whole)}"
    often = max(range(5), key=lambda weekday: sum(day.weekday() == weekday for day in taken))
    return (
        f"has {len(taken)} blocked days of {len(year)}"
        f" ({count(sum(d.weekday() == often for d in taken), 'of them is a', 'of them are')}"
        f" {WEEKDAYS[often]}{'s' if sum(d.weekday() == often for d in taken) != 1 else ''})"
    )
