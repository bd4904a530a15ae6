"""Text that people type: refused when it holds what nobody can see, in one normal form otherwise."""

import re
import unicodedata
from typing import Literal

from intervisit.core.text.troubles import BadValue, Trouble, label_of

Kind = Literal["line", "name", "long", "email", "code"]

MOST_MARKS = 4  # combining marks on one letter; Vietnamese needs 2, Biblical Hebrew up to 4

_BLANKS = (
    " \t\r\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROLS_LONG = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

# Unicode property Default_Ignorable_Code_Point (DerivedCoreProperties.txt 15.0), and the blanks that are no
# white space: braille blank, the Hangul fillers, interlinear annotation marks.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_UNSEEN = re.compile(f"[{_IGNORABLE}]")
# A private character looks different, or like nothing, on every machine.
_UNTELLING = re.compile(f"[{_IGNORABLE}\ue000-\uf8ff\U000f0000-\U0010fffd]")
_ONLY_UNSEEN = re.compile(f"[{_IGNORABLE}\\s]*")
_INVISIBLE: dict[str, re.Pattern[str]] = {
    "name": _UNTELLING,
    "code": _UNTELLING,
    "email": _UNTELLING,
    # A title may hold emoji sequences and the joiners of Persian or Hindi, but nothing that turns it around.
    "line": re.compile(
        "[\u115f\u1160\u180e\u200b\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb]"
    ),
    "long": re.compile("[\u202d\u202e\ufff9-\ufffb]"),
}
_JOINERS = "\u200c\u200d"
_JOINING_SCRIPTS = ("ARABIC", "SYRIAC", "MONGOLIAN", "NKO", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI",
                    "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "KHMER")  # fmt: skip


def clean(
    value: object,
    *,
    field: str,
    max_length: int,
    kind: Kind = "line",
    required: bool = False,
    label: str | None = None,
) -> str:
    """Text without outer blanks, in Unicode normal form C; line ends of long text become `\\n`.

    `max_length` counts characters of the result. `kind`: `line` one line, `name` and `code` what people tell
    apart by eye, `email` the characters of an address (its form: `clean_email`), `long` several lines.
    Raises BadValue with one trouble per kind of defect: not-text, missing, not-valid-text, control-character,
    invisible-character, too-long. Positions count characters of the value as given, from 1.
    """
    called = label or label_of(field)
    if not isinstance(value, str):
        raise BadValue(Trouble("not-text", f"The {called} must be text.", field))
    body = value.strip(_BLANKS)
    if len(body) > 4 * max_length + 100:  # no normal form makes it fit: do not look at every character
        raise BadValue(too_long(len(body), max_length, field=field, label=called))
    if not (body.isascii() and body.isprintable()):
        offset = len(value) - len(value.lstrip(_BLANKS))
        troubles = _unreadable(body, kind, called, field, offset)
        if troubles:
            raise BadValue(*troubles)
        if kind == "long":
            body = _LINE_ENDS.sub("\n", body)
        body = unicodedata.normalize("NFC", body)
    if kind == "name" or kind == "email":
        body = " ".join(body.split())
    if required and not body:
        raise BadValue(Trouble("missing", f"Enter the {called}.", field))
    if len(body) > max_length:
        raise BadValue(too_long(len(body), max_length, field=field, label=called))
    return body


def too_long(length: int, limit: int, *, field: str, label: str | None = None) -> Trouble:
    """The trouble of a text of `length` characters where `limit` fit: both numbers, and the difference."""
    called = label or label_of(field)
    cut = f"Shorten it by {length - limit:,}."
    message = f"The {called} has {length:,} characters; at most {limit:,} fit. {cut}"
    return Trouble("too-long", message, field, limit + 1)


def without_unseen(text: str) -> str:
    """The text without characters that take no room (joiners, direction marks, variation selectors)."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def _unreadable(body: str, kind: str, called: str, field: str, offset: int) -> list[Trouble]:
    found: list[Trouble] = []
    surrogate = _first_invalid(body)
    if surrogate is not None:
        place = offset + surrogate + 1
        what = f"The {called} contains a character that is not valid text (U+{ord(body[surrogate]):04X})"
        found.append(Trouble("not-valid-text", f"{what} at position {place}. Type it again.", field, place))
    control = (_CONTROLS_LONG if kind == "long" else _CONTROLS).search(body)
    if control is not None:
        found.append(_control(control, kind, called, field, offset))
    invisible = _first_invisible(body, kind)
    if invisible is not None:
        found.append(_invisible(body[invisible], called, field, offset + invisible + 1))
    marks = _first_stack(body)
    if marks is not None and not found:
        place, count = offset + marks[0] + 1, marks[1]
        message = (
            f"The {called} stacks {count:,} combining marks on the letter at position {place} "
            f"(U+{ord(body[min(marks[0] + 1, len(body) - 1)]):04X}). Leave at most {MOST_MARKS}."
        )
        found.append(Trouble("invisible-character", message, field, place))
    return found


def _control(control: re.Match[str], kind: str, called: str, field: str, offset: int) -> Trouble:
    place, point = offset + control.start() + 1, ord(control.group())
    if control.group() in "\t\n\r\u2028\u2029":
        what = "a tab" if control.group() == "\t" else "a line break"
        message = f"The {called} contains {what} at position {place}. Write it on one line."
        return Trouble("control-character", message, field, place)
    # In a name a bell is one of the characters that nobody sees; NUL keeps its own code everywhere.
    if point and kind in ("name", "code", "email"):
        return _invisible(control.group(), called, field, place)
    message = f"The {called} contains a control character (U+{point:04X}) at position {place}. Remove it."
    return Trouble("control-character", message, field, place)


def _invisible(character: str, called: str, field: str, place: int) -> Trouble:
    message = (
        f"The {called} contains an invisible character (U+{ord(character):04X}) at position {place}. "
        f"Remove it, or type the {called} again."
    )
    return Trouble("invisible-character", message, field, place)


def _first_invalid(body: str) -> int | None:
    match = _SURROGATES.search(body)
    if match is not None:
        return match.start()
    return next((i for i, c in enumerate(body) if ord(c) > 0xFFFF and ord(c) & 0xFFFE == 0xFFFE), None)


def _first_invisible(body: str, kind: str) -> int | None:
    if body and _ONLY_UNSEEN.fullmatch(body):
        return 0
    for match in _INVISIBLE[kind].finditer(body):
        if not (kind in ("name", "line") and match.group() in _JOINERS and _joins(body, match.start())):
            return match.start()
    return None


def _joins(body: str, index: int) -> bool:
    """A joiner between two letters of a script whose spelling needs it (Persian, Hindi …)."""
    if not 0 < index < len(body) - 1:
        return False
    names = (unicodedata.name(body[index - 1], ""), unicodedata.name(body[index + 1], ""))
    return all(name.startswith(_JOINING_SCRIPTS) for name in names)


def _first_stack(body: str) -> tuple[int, int] | None:
    """(index of the letter, number of marks) of the first letter with more than `MOST_MARKS` of them."""
    letter, marks = 0, 0
    for index, character in enumerate(body + " "):
        if unicodedata.category(character) in ("Mn", "Me"):
            marks += 1
        elif marks > MOST_MARKS:
            return letter, marks
        else:
            letter, marks = index, 0
    return None
