"""Characters that nobody can see, and that a design may therefore not hold (bad inputs B08, B09, B12)."""

import unicodedata

MAX_MARKS = 4  # combining marks on one letter; no living language needs more


def hidden_character(text: str, *, lines: bool = False) -> tuple[int, str] | None:
    """The first invisible or control character of `text`: its position (from 1) and its name like "U+202E".

    With `lines`, line ends and tabs are allowed.
    """
    if text.isascii() and text.isprintable():
        return None
    marks = 0
    for position, char in enumerate(text, 1):
        if lines and char in "\n\t":
            continue
        category = unicodedata.category(char)
        if category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            return position, f"U+{ord(char):04X}"
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > MAX_MARKS:
            return position, f"U+{ord(char):04X}"
    return None


def one_form(text: str) -> str:
    """`text` in Unicode's composed form, with plain line ends and without a byte-order mark."""
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff").replace("\r\n", "\n"))
