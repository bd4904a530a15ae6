"""What templates need beside includes: icons, sort links, and parts with something inside them.

A part with a body is a block tag: `{% card title="Visits" %}…{% endcard %}`. Everything else is a template
in `ui/`, used with `{% include "ui/badge.html" with label="Host" tone="host" %}`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

TONES = {"debug": "info", "info": "info", "success": "good", "warning": "warn", "error": "bad"}
SIGNS = {"good": "check", "info": "info", "warn": "warn", "bad": "bad"}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of `ui/icons.svg`; with a label it is an image to a screen reader, without one decoration."""
    return _icon(name, label)


@lru_cache(maxsize=500)
def _icon(name: str, label: str) -> SafeString:
    href = f"{static('ui/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', href)


@register.simple_tag
@lru_cache(maxsize=100)
def script(name: str) -> SafeString:
    """The script of one part (`table`, `words`, `drop`, `rank`, `copy`). Asked for twice it still runs once."""
    return format_html('<script type="module" src="{}"></script>', static(f"ui/js/{name}.js"))


@register.simple_tag
@lru_cache(maxsize=100)
def style(name: str) -> SafeString:
    """The style of parts that few pages have (`charts`). Asked for twice it is still fetched once."""
    return format_html('<link rel="stylesheet" href="{}">', static(f"ui/{name}.css"))


@register.simple_tag(takes_context=True)
def sort_link(context: template.Context, key: str, label: str, number: bool = False) -> SafeString:
    """A `<th>` whose link sorts the list on the server: `?sort=key`, then `?sort=-key`; all else stays."""
    request: HttpRequest = context["request"]
    now = request.GET.get("sort", "")
    order = {"": "none", key: "ascending", f"-{key}": "descending"}.get(now, "none")
    query = request.GET.copy()
    query["sort"] = f"-{key}" if now == key else key
    query.pop("page", None)
    return format_html(
        '<th scope="col"{}{}><a class="sort" href="?{}">{} {}</a></th>',
        SafeString("" if order == "none" else f' aria-sort="{order}"'),
        SafeString(' class="number"' if number else ""),
        query.urlencode(),
        label,
        icon({"ascending": "up", "descending": "down"}.get(order, "sort")),
    )


@register.filter
def initials(name: object) -> str:
    """First letters of the first and last word of a name: "Hana Lindqvist" → "HL"."""
    words = [w for w in str(name).split() if w[0].isalnum()]
    return "".join(w[0] for w in (words[:1] + words[1:][-1:])).upper()


@register.filter
def tone(value: object) -> str:
    """The tone of a message (`tags` or `level_tag` "success" → "good"), or of a level's name."""
    level = getattr(value, "level_tag", None) or getattr(value, "tags", None) or value
    return TONES.get(str(level), "good")


@register.filter
def sign(value: object) -> str:
    """The icon that goes with a tone."""
    return SIGNS.get(str(value), "info")


@register.filter
def said(name: object) -> str:
    """A field's name as a person would say it: "focus_area" → "Focus area"."""
    words = str(name).replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


@register.filter
def part(bound: BoundField) -> str:
    """Which kind of field this is: `choices`, `check`, `file`, `several` (its own fieldset) or `plain`."""
    kind = getattr(bound.field.widget, "input_type", "")
    if kind == "checkbox" and not bound.use_fieldset:
        return "check"
    if bound.use_fieldset:
        return "choices" if kind in ("checkbox", "radio") else "several"
    return "file" if kind == "file" else "plain"


@register.filter
def max_words(bound: BoundField) -> int:
    """The most words a field takes: its `max_words`, or its widget's `data-max-words`; else 0."""
    limit = getattr(bound.field, "max_words", None) or bound.field.widget.attrs.get("data-max-words") or 0
    return int(limit)


@register.filter
def pages_around(page: Any) -> Iterable[int | str]:
    """The page numbers a pager shows for a Django `Page`, with an ellipsis where some are left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)  # type: ignore[no-any-return]


def _part(name: str, content: str, options: dict[str, object]) -> SafeString:
    return render_to_string(f"ui/{name}.html", {**options, "content": content})


@register.simple_block_tag
def card(content: str, **options: object) -> SafeString:
    """`title`, `url` (the whole card leads there), `kicker`, `foot`, `now` (what to do next), `level` (2)."""
    return _part("card", content, options)


@register.simple_block_tag
def alert(content: str, tone: str = "info", **options: object) -> SafeString:
    """`tone`: good, info, warn or bad; `title`; `role` where it must be spoken at once."""
    return _part("alert", content, {"tone": tone, **options})


@register.simple_block_tag
def empty(content: str, title: str, **options: object) -> SafeString:
    """Nothing here yet: `title` says so, the content what to do; `icon` instead of the drawing."""
    return _part("empty", content, {"title": title, **options})


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:  # noqa: A002 (it is the attribute)
    """A dialog. Open it with `<a class="button" href="#ID" data-dialog="ID">`."""
    return _part("dialog", content, {"id": id, "title": title})


@register.simple_block_tag
def menu(content: str, label: str, **options: object) -> SafeString:
    """A button that opens a list. Content: `.menu-item` links or buttons. `icon`, `start` (opens rightwards),
    `bare` (only the icon is seen), `small`, `extra` (classes)."""
    return _part("menu", content, {"label": label, **options})
