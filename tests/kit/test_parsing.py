"""Parsers in a child process: B24 and R8 (limits of time and memory)."""

import os
import time

import pytest

from intervisit.core.days import read_days
from intervisit.core.tables import Limits, Table, read_table, write_csv, write_xlsx
from intervisit.core.text import Trouble, Troubles
from intervisit.kit.parsing import in_child, read_days_in_child, read_table_in_child

PLAIN = write_csv(["code", "name"], [["01M001", "É"], ["01M002", "=x"]])
WINDOWS = b"code;name\n1;O\x92Brien\n"


@pytest.mark.parametrize(
    "data", [PLAIN, WINDOWS, write_xlsx(["a"], [["b"]]), b"", b"a,b\n1\n", b"PK\x03\x04"]
)
def test_the_child_answers_what_the_reader_answers(data: bytes) -> None:
    assert read_table_in_child(data, "x.csv") == read_table(data, "x.csv")


def test_choices_and_limits_reach_the_child() -> None:
    read = read_table_in_child(WINDOWS, "x.csv", encoding="cp1252", delimiter=";")
    assert isinstance(read, Table)
    assert read.notes == ()
    limited = read_table_in_child(PLAIN, "x.csv", limits=Limits(rows=1))
    assert isinstance(limited, Troubles)
    assert limited.codes == ("too-many-rows",)
    large = read_table_in_child(PLAIN, "x.csv", limits=Limits(file_bytes=5))
    assert isinstance(large, Troubles)
    assert large.codes == ("file-too-large",)


def test_days_too() -> None:
    data = b"date,name\n2027-03-14,Recess\n2027-02-30,x\n"
    assert read_days_in_child(data, "x.csv", zone="America/New_York") == read_days(data, "x.csv")


@pytest.mark.parametrize("how", [b"sleep", b"work"])
def test_r8_a_parser_that_takes_too_long_is_stopped(how: bytes) -> None:
    started = time.monotonic()
    answer = in_child("tests.kit.odd_parser", how, seconds=1, megabytes=200)
    assert time.monotonic() - started < 4
    assert isinstance(answer, Trouble)
    assert answer.code == "took-too-long"
    assert "more than 1 seconds" in answer.message


def test_r8_a_parser_that_wants_too_much_memory_is_stopped() -> None:
    data = write_csv(["a", "b"], [[f"{n}" * 400, "x"] for n in range(2_000)])
    read = read_table_in_child(data, "big.csv", megabytes=40)
    assert isinstance(read, Troubles)
    assert [(t.code, t.file) for t in read] == [("too-much-memory", "big.csv")]
    assert isinstance(read_table_in_child(data, "big.csv", megabytes=512), Table)


def test_a_parser_that_fails_says_so() -> None:
    answer = in_child("intervisit.core.no_such_parser", b"", seconds=5, megabytes=200)
    assert isinstance(answer, Trouble)
    assert answer.code == "parser-failed"


def test_the_child_knows_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IV_SECRET_KEY", "canary")
    answer = in_child("tests.kit.odd_parser", b"tell", seconds=5, megabytes=200)
    assert isinstance(answer, bytes)
    assert os.environ["IV_SECRET_KEY"] == "canary"
    assert b"PYTHONPATH" in answer
    assert b"IV_SECRET_KEY" not in answer
    assert b"canary" not in answer
