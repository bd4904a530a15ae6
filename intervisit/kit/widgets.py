"""Plain inputs of forms written without a template: the same HTML as Django's, at a tenth of the time.

A form of seven questions holds some twenty inputs, and Django renders a template with two more inside for each.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

_HOME = "django/forms/widgets/"
_INPUTS = (
    "text",
    "number",
    "email",
    "url",
    "password",
    "hidden",
    "date",
    "datetime",
    "time",
    "checkbox",
    "file",
)


def _attributes(attrs: Mapping[str, Any]) -> str:
    """`attrs.html`: False leaves one out, True writes its name alone."""
    return "".join(
        f" {conditional_escape(name)}" if value is True
        else f' {conditional_escape(name)}="{conditional_escape(_text(value))}"'
        for name, value in attrs.items()
        if value is not False
    )  # fmt: skip


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _input(widget: Mapping[str, Any]) -> str:
    value = widget["value"]
    given = "" if value is None else f' value="{conditional_escape(_text(value))}"'
    name = conditional_escape(widget["name"])
    return f'<input type="{conditional_escape(widget["type"])}" name="{name}"{given}{_attributes(widget["attrs"])}>'


def _textarea(widget: Mapping[str, Any]) -> str:
    name, value = conditional_escape(widget["name"]), widget["value"]
    typed = conditional_escape(value) if value else ""
    return f'<textarea name="{name}"{_attributes(widget["attrs"])}>\n{typed}</textarea>'


def _option(widget: Mapping[str, Any]) -> str:
    """`input_option.html`: a button or box with its label around it."""
    if not widget.get("wrap_label"):
        return f"{_input(widget)}\n\n\n"
    label, key = conditional_escape(widget["label"]), widget["attrs"].get("id")
    points = f' for="{conditional_escape(key)}"' if key else ""
    return f"<label{points}>{_input(widget)}\n {label}</label>\n\n"


def _choices(widget: Mapping[str, Any]) -> str:
    """`multiple_input.html`: radio buttons and check boxes."""
    attrs = widget["attrs"]
    key, style = attrs.get("id"), attrs.get("class")
    opening = f' id="{conditional_escape(key)}"' if key else ""
    opening += f' class="{conditional_escape(style)}"' if style else ""
    parts = []
    for group, options, _ in widget["optgroups"]:
        if group:
            parts.append(f"\n  <div><label>{conditional_escape(group)}</label>")
        parts += [f"<div>\n    {_option(option)}</div>" for option in options]
        if group:
            parts.append("\n  </div>")
    return f"<div{opening}>{''.join(parts)}\n</div>"


def _select(widget: Mapping[str, Any]) -> str:
    parts = []
    for group, options, _ in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{conditional_escape(group)}">')
        for option in options:
            value, label = conditional_escape(_text(option["value"])), conditional_escape(option["label"])
            parts.append(f'\n  <option value="{value}"{_attributes(option["attrs"])}>{label}</option>\n')
        if group:
            parts.append("\n  </optgroup>")
    name = conditional_escape(widget["name"])
    return f'<select name="{name}"{_attributes(widget["attrs"])}>{"".join(parts)}\n</select>'


WRITERS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    **{f"{_HOME}{kind}.html": _input for kind in _INPUTS},
    f"{_HOME}textarea.html": _textarea,
    f"{_HOME}radio.html": _choices,
    f"{_HOME}checkbox_select.html": _choices,
    f"{_HOME}select.html": _select,
}


class Renderer(DjangoTemplates):
    """Django's renderer of widgets; those of `WRITERS` are written here."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        write = WRITERS.get(template_name)
        if write is None:
            return super().render(template_name, context, request)  # type: ignore[return-value]
        return mark_safe(write(context["widget"]))  # noqa: S308 - every value in it has been escaped
