"""Markdown becomes blocks of words; nothing of it is lost, and nothing of it is ever markup."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.text.marked import Block, Run, blocks, plain, runs
from tests.core.tables.cost import cheap


def test_the_kinds_of_block() -> None:
    text = (
        "# What we do\n\nWe *come*\nevery time.\n\n- one\n- **two**,\n  and more\n\n1. first\n2) second\nEnd"
    )
    assert blocks(text) == (
        Block("heading", ((Run("What we do"),),)),
        Block("text", ((Run("We "), Run("come", "em"), Run(" every time.")),)),
        Block("list", ((Run("one"),), (Run("two", "strong"), Run(", and more")))),
        Block("numbers", ((Run("first"),), (Run("second End"),))),
    )
    assert (
        plain(text)
        == "What we do\n\nWe come every time.\n\n- one\n- two, and more\n\n1. first\n2. second End"
    )


def test_links_and_html_stay_text() -> None:
    text = "<script>x</script> [here](https://example.test) ![](a.png)"
    assert blocks(text) == (Block("text", ((Run(text),),)),)


def test_marks_without_a_partner_stay() -> None:
    assert runs("5 * 3 and **open") == (Run("5 * 3 and **open"),)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab *_#-1.\n<>&", max_size=80))
def test_no_word_is_lost(text: str) -> None:
    kept = "".join(run.text for block in blocks(text) for line in block.lines for run in line)
    letters = re.sub(r"[^ab<>&]", "", text)
    assert re.sub(r"[^ab<>&]", "", kept) == letters


def test_time_is_in_proportion_to_length() -> None:
    for hostile in ("*" * 20_000, "**a" * 7_000, "_a*" * 7_000, "#" * 20_000, "- " * 10_000):
        assert cheap(lambda text=hostile: blocks(text))
