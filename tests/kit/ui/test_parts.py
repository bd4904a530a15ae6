"""Parts and tags: what they write, and that they escape what they are given."""

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

from intervisit.kit.templatetags.ui import initials, max_words, said, tone


def render(source: str, address: str = "/", **values: object) -> str:
    return Template("{% load ui %}" + source).render(
        Context({"request": RequestFactory().get(address), **values})
    )


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Hana Lindqvist", "HL"),
        ("Ova", "O"),
        ("Maria del Carmen Ruiz", "MR"),
        ("", ""),
        ("…", ""),
        ("p.s. 12", "P1"),
    ],
)
def test_initials(name: str, short: str) -> None:
    assert initials(name) == short


def test_tones_and_names() -> None:
    assert [tone("success"), tone("error"), tone("warning"), tone("whatever")] == [
        "good",
        "bad",
        "warn",
        "good",
    ]
    assert said("focus_area") == "Focus area"


@pytest.mark.parametrize(
    ("address", "href", "sorted_"),
    [
        ("/?q=a&page=3", "?q=a&amp;sort=name", ""),
        ("/?sort=name", "?sort=-name", ' aria-sort="ascending"'),
        ("/?sort=-name", "?sort=name", ' aria-sort="descending"'),
    ],
)
def test_sort_links(address: str, href: str, sorted_: str) -> None:
    written = render('{% sort_link "name" "Name" %}', address)
    assert f'<th scope="col"{sorted_}><a class="sort" href="{href}">' in written


@pytest.mark.parametrize("name", ["card", "alert", "empty", "dialog", "menu"])
def test_blocks_escape_what_they_are_given(name: str) -> None:
    options = {"dialog": 'id="d" title=evil', "menu": "label=evil"}.get(name, "title=evil")
    written = render(f"{{% {name} {options} %}}<p>{{{{ evil }}}}</p>{{% end{name} %}}", evil="<script>&\"'")
    assert "<script>" not in written
    assert written.count("&lt;script&gt;&amp;&quot;&#x27;") == 2
    assert "<p>" in written


PARTS = ["badge", "chip", "copy", "toast", "button", "reads", "progress", "find", "move_menu"]


@pytest.mark.parametrize("name", PARTS)
def test_includes_escape_what_they_are_given(name: str) -> None:
    evil = "<img src=x>"
    values = dict.fromkeys(["label", "name", "note", "value", "text", "reads", "what", "url"], evil)
    written = render(f'{{% include "ui/{name}.html" %}}', **values)
    assert evil not in written
    assert "&lt;img src=x&gt;" in written


class TwoFields(forms.Form):
    text = forms.CharField(
        label="Text <b>", help_text="Some help.", widget=forms.Textarea(attrs={"data-max-words": 5})
    )
    pick = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)


def test_a_field_is_tied_to_its_help_and_error() -> None:
    form = TwoFields({"text": ""})
    written = render('{% include "ui/form.html" %}', form=form)
    assert 'aria-describedby="id_text_helptext id_text_error"' in written
    assert written.count('id="id_text_helptext"') == written.count('id="id_text_error"') == 1
    assert '<label class="field-label" for="id_text">' in written
    assert "Text &lt;b&gt;" in written
    assert 'href="#id_text"' in written
    assert 'href="#id_pick_field"' in written
    assert 'id="id_pick_field"' in written
    assert max_words(form["text"]) == 5
    assert '<word-count for="id_text" data-max="5">' in written


def test_a_good_form_has_no_summary() -> None:
    assert "summary-of-errors" not in render('{% include "ui/form.html" %}', form=TwoFields())


def test_forms_that_post_carry_their_keys() -> None:
    written = render(
        '{% include "ui/post_button.html" %}', url="/x/", label="Go", submit_key="k-1", csrf_token="t-1"
    )
    assert '<input type="hidden" name="submit_key" value="k-1">' in written
    assert 'value="t-1"' in written
