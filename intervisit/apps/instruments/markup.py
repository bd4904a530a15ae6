"""The innermost pieces of long widgets, of which a page holds a hundred: written here, not by a template each."""

from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_YES_NO = [("", [("yes", "Yes"), ("no", "No")])]
_TYPES = {"date": ' type="date"', "number": ' inputmode="decimal"'}


def options(groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], chosen: str) -> SafeString:
    """Options of a select below their headings: heading (empty: none) → (value, words)."""
    parts = []
    for heading, found in groups:
        if heading:
            parts.append(f'<optgroup label="{escape(heading)}">')
        for value, words in found:
            mark = " selected" if value == chosen else ""
            parts.append(f'<option value="{escape(value)}"{mark}>{escape(words)}</option>')
        if heading:
            parts.append("</optgroup>")
    return mark_safe("".join(parts))  # noqa: S308 - every value in it has been escaped


def cell(kind: str, key: str, name: str, label: str, value: str) -> SafeString:
    """One input of a table of answers."""
    about = f'id="{escape(key)}" name="{escape(name)}"'
    if kind == "yes_no":
        chosen = options(_YES_NO, value)
        made = f'<select {about} aria-label="{escape(label)}"><option value="">–</option>{chosen}</select>'
    else:
        made = f'<input {about} value="{escape(value)}" aria-label="{escape(label)}"{_TYPES.get(kind, "")}>'
    return mark_safe(made)  # noqa: S308 - every value in it has been escaped
