"""Texts that nobody writes by mistake are refused, and soon."""

import time

import pytest

from intervisit.core.designs import Problems, load
from tests.core.designs.mistakes import PILOT
from tests.shipped import texts


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "[" * 100_000,
        "x = " + "{a=" * 5_000,
        ".".join("a" * 3_000) + " = 1",
        "x = " + "[" * 50 + "]" * 50,
        "x = " + "9" * 6_000,
        "x" * 300_000,
        "x = '\ud800'",
        "x = \x00",
        "\ufeff",
        "[" + ".".join("a" * 400) + "]",
        "[[a]]\n" * 600,
    ],
    ids=[
        "lists",
        "tables",
        "dots",
        "closed lists",
        "number",
        "long",
        "surrogate",
        "nul",
        "mark",
        "header",
        "many",
    ],
)
def test_hostile_texts_are_refused_quickly(text: str) -> None:
    files = {**texts(PILOT), "design.toml": text}
    found = load(files)
    assert isinstance(found, Problems)
    for problem in found:
        assert 1 <= problem.line <= files[problem.file].count("\n") + 1


def test_depth_is_limited_before_anything_is_read() -> None:
    found = load({**texts(PILOT), "design.toml": "a = 1\nx = " + "[" * 50 + "]" * 50})
    assert isinstance(found, Problems)
    assert [str(problem) for problem in found] == [
        "design.toml:2: Tables or lists are nested more than 12 deep. Write it flatter."
    ]


def test_at_most_a_hundred_are_shown() -> None:
    files = {**texts(PILOT), "design.toml": "".join(f"x{number} = 1\n" for number in range(300))}
    found = load(files)
    assert isinstance(found, Problems)
    assert len(found.shown()) == 101
    assert found.shown()[-1] == f"… and {len(found) - 100} more."
    assert "200 more keys of the file are unknown." in [problem.what for problem in found]


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"x{number} = 1\n" for number in range(20_000)),
        "[roles.host]\n" + "".join(f"wor{number} = 1\n" for number in range(20_000)),
        "".join("[[phases]]\nx = 1\n" for _ in range(12_000)),
        "months = [" + "[]," * 80_000 + "]",
        'summary = "' + "\\u202e" * 40_000 + '"',
    ],
    ids=["keys", "keys of a role", "entries", "lists", "invisible characters"],
)
def test_a_refusal_takes_at_most_a_second(text: str) -> None:
    assert len(text) > 150_000
    assert (
        min(_seconds(text) for _ in range(3)) < 1.0
    )  # the best of three: what it takes, not what disturbs it


def _seconds(text: str) -> float:
    begun = time.process_time()
    assert isinstance(load({**texts(PILOT), "design.toml": text}), Problems)
    return time.process_time() - begun


def test_all_files_together_are_limited() -> None:
    files = {**texts(PILOT), **{f"protocols/p{number}.md": "# P\n" + "x" * 20_000 for number in range(60)}}
    found = load(files)
    assert isinstance(found, Problems)
    assert [problem.remedy for problem in found] == ["At most 1,048,576 are allowed."]
