"""The design's own words on every page: `{% word program "focus_area" %}`, `{% words program "focus_area" %}`."""

from typing import Any

from django import template

register = template.Library()


def _word(program: Any, key: str) -> Any:
    return program.design.words[key]


@register.simple_tag
def word(program: Any, key: str) -> str:
    """What this program calls one of them, such as a focus area."""
    return str(_word(program, key).one)


@register.simple_tag
def Word(program: Any, key: str) -> str:  # noqa: N802 - the capital is what the tag does
    """The same at the beginning of a sentence or heading."""
    text = word(program, key)
    return text[:1].upper() + text[1:]


@register.simple_tag
def words(program: Any, key: str) -> str:
    """What this program calls several of them."""
    return str(_word(program, key).many)


@register.simple_tag
def Words(program: Any, key: str) -> str:  # noqa: N802 - the capital is what the tag does
    text = words(program, key)
    return text[:1].upper() + text[1:]
