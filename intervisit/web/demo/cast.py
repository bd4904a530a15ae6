"""The people of the demo, as data says them."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def district() -> dict[str, Any]:
    """The demo district's description (district.toml)."""
    return tomllib.loads((FOLDER / "district.toml").read_text())


def email_of(name: str) -> str:
    """Addresses of the demo end in .test, where no mail can ever arrive (RFC 2606)."""
    first, *_, last = name.lower().split()
    return f"{first}.{last}@harborcity.test"


def sentences() -> dict[str, str]:
    """Address of everybody in the cast → what being this person shows, in the order of the description."""
    return {email_of(c["name"]): c["about"] for c in district()["cast"]}


def introductions() -> list[str]:
    """A line about each of the first people a newcomer should be."""
    chosen = ("dana", "fay", "hana", "pim", "ova", "sue")
    people = {c["key"]: c for c in district()["cast"]}
    return [f"{people[k]['name']:<16} {people[k]['about']}" for k in chosen]
