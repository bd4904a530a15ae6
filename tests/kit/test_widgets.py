"""Widgets written in Python are those of Django's templates, character for character."""

import datetime as dt
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, Template
from django.utils.safestring import mark_safe

from intervisit.kit.widgets import WRITERS, Renderer

CHOICES: list[Any] = [("a", "One & <two>"), ("", "Nothing"), ("Group <1>", [("b", "Three"), (4, "Four")])]
ODD = "\"'<b>&amp;é\n"
VALUES: list[Any] = [None, "", "plain", ODD, mark_safe("<i>"), 0, 3.5, dt.date(2026, 5, 4), True, ["a", "4"]]
ATTRS: list[dict[str, Any]] = [
    {}, {"id": "id_x", "class": "short <"}, {"required": True, "disabled": False, "maxlength": 12, "data-x": ODD},
]  # fmt: skip
WIDGETS: list[type[forms.Widget]] = [
    forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.PasswordInput, forms.HiddenInput,
    forms.DateInput, forms.TimeInput, forms.CheckboxInput, forms.FileInput, forms.Textarea, forms.Select,
    forms.SelectMultiple, forms.RadioSelect, forms.CheckboxSelectMultiple,
]  # fmt: skip


@pytest.mark.parametrize("kind", WIDGETS, ids=lambda k: k.__name__)
def test_the_same_html(kind: Any) -> None:
    several = issubclass(kind, forms.Select | forms.RadioSelect | forms.CheckboxSelectMultiple)
    widget = kind(choices=CHOICES) if several else kind()
    assert widget.template_name in WRITERS
    for value in VALUES:
        for attrs in ATTRS:
            ours = widget.render("na<me", value, attrs, Renderer())
            assert ours == widget.render("na<me", value, attrs, DjangoTemplates()), (value, attrs)
            assert hasattr(ours, "__html__")


def test_static_addresses_are_those_of_django() -> None:
    text = (
        "{% load static %}{% static 'ui/base.css' %} {% static name %} {% static 'a b&c.css' as x %}{{ x }}"
        " {% static name|lower %} {% get_static_prefix %}"
    )
    assert Template(text).render(Context({"name": "UI.css"})) == (
        "/static/ui/base.css /static/UI.css /static/a%20b%26c.css /static/ui.css /static/"
    )
