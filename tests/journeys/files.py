"""Files as a district has them, written for a journey."""

import csv
import io
from pathlib import Path

from tests.shared_data import SHARED

FOCUS = ("Supporting teacher growth", "Supporting English Language Learners", "A positive school culture")
# code, name, borough, grades, latitude, longitude: what a list of schools looks like where the real one is absent.
_MADE_UP = [
    (f"0{1 + n % 3}M{500 + n}", f"P.S. {500 + n}", ("Manhattan", "Brooklyn", "Queens")[n % 3],
     "K,1,2,3,4,5", f"{40.70 + n / 200:.4f}", f"{-73.95 + n / 300:.4f}")
    for n in range(24)
]  # fmt: skip


MANY = 120  # schools are enough here: the measurement of the whole list is in tests/bench


def schools() -> tuple[str, bytes]:
    """(name, content) of a list of schools: the beginning of New York's where the shared folder is there."""
    published = SHARED / "data" / "nyc_schools.csv" if SHARED else None
    if published and published.exists():
        return published.name, b"".join(published.read_bytes().splitlines(keepends=True)[: MANY + 1])
    return "schools.csv", written(
        ("dbn", "school_name", "borough", "grades_served", "latitude", "longitude"), _MADE_UP
    )


def school_codes(many: int) -> list[str]:
    """Codes of schools in that list, of elementary schools close to each other."""
    text = schools()[1].decode("utf-8-sig")
    rows = [r for r in csv.DictReader(io.StringIO(text)) if r["latitude"]]
    return [r["dbn"] for r in rows[:many]]


def written(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    """A CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def holidays(year: int) -> bytes:
    """Holidays and testing of the school year that begins in `year`."""
    return written(
        ("start date", "end date", "event", "category", "applies to"),
        [
            (f"{year}-11-11", f"{year}-11-11", "Veterans Day", "schools closed", "all schools"),
            (f"{year}-12-24", f"{year + 1}-01-01", "Winter recess", "recess", "all schools"),
            (f"{year + 1}-04-03", f"{year + 1}-04-07", "State tests in reading", "testing", "elementary"),
        ],
    )


def applications(codes: list[str]) -> bytes:
    """Applications of three hosts and twice as many partners, three focus areas between them."""
    rows = []
    for place, code in enumerate(codes):
        hosts = place < len(codes) // 3
        rows.append(
            (code, "host" if hosts else "partner", FOCUS[place % 3], "2026-11-02", f"Principal Number{place}",
             principal_email(code))
        )  # fmt: skip
    header = ("school code", "role", "focus area", "submitted", "principal", "principal email")
    return written(header, rows)


def principal_email(code: str) -> str:
    return f"{code.lower()}@schools.test"


def upload(name: str, content: bytes) -> dict[str, object]:
    """A file as playwright hands it to a file field."""
    kind = "text/calendar" if Path(name).suffix == ".ics" else "text/csv"
    return {"name": name, "mimeType": kind, "buffer": content}
