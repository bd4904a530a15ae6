"""Text that a spreadsheet program would run as a formula: harmless in what we write, restored when read.

Source: OWASP, CSV Injection. Also after blanks and after a line break, because programs trim cells.
"""

import re

_NUMBER = re.compile(r"-[0-9]+(?:[.,][0-9]+)?%?")
# What prints as nothing before the first sign of a line; full-width signs are read like the plain ones.
_UNPRINTED = "'" + "".join(
    chr(point)
    for point in (*range(33), *range(0x7F, 0xA1), 0x1680, *range(0x2000, 0x2010), 0x2028, 0x2029, 0x202F,
                  0x205F, 0x2060, 0x3000, 0xFEFF)
)  # fmt: skip
_SIGNS = tuple("=+-@＝＋－＠")
_BLANK_START = ("\t", "\r", "\n")


def is_live(text: str) -> bool:
    """Would a spreadsheet program run this text, or part of it? Negative numbers are no formulas."""
    bare = text.lstrip("'")
    if _NUMBER.fullmatch(bare) and bare == text:
        return False
    if bare.startswith(_BLANK_START):
        return True
    return any(line.lstrip(_UNPRINTED).startswith(_SIGNS) for line in re.split("[\r\n]", text))


def neutral(text: str) -> str:
    """The text behind an apostrophe if it is live; `restored(neutral(text)) == text` for every one."""
    return "'" + text if is_live(text) else text


def restored(text: str) -> str:
    """What `neutral` was given."""
    return text[1:] if text[:1] == "'" and is_live(text[1:]) else text
