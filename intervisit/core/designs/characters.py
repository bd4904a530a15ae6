"""Characters that nobody can see, and that a design may therefore not hold (bad inputs B08, B09, B12)."""

import re
import unicodedata

from intervisit.core.text import BadValue, clean

_CODE = re.compile(r"U\+[0-9A-F]+")
_LONGEST = 10**9  # lengths are limited elsewhere


def hidden_character(text: str, *, lines: bool = False) -> tuple[int, str] | None:
    """The first character of `text` that nobody can see: its position (from 1) and its name like "U+202E".

    With `lines`, line ends and tabs are allowed. The rules are those of every other text (`core/text`).
    """
    if text.isascii() and text.isprintable():
        return None
    checked = text.replace("\n", " ").replace("\t", " ") if lines else text
    try:
        clean(checked, field="text", max_length=_LONGEST)
    except BadValue as bad:
        trouble = next(iter(bad.troubles))
        named = _CODE.search(trouble.message)
        position = trouble.position or 1
        return position, named.group() if named else f"U+{ord(checked[position - 1]):04X}"
    return None


def one_form(text: str) -> str:
    """`text` in Unicode's composed form, with plain line ends and without a byte-order mark."""
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff").replace("\r\n", "\n"))
