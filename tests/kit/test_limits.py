"""A limit says what to do, on every form."""

import pytest
from django import forms


class Limited(forms.Form):
    number = forms.IntegerField(min_value=1, max_value=600)
    text = forms.CharField(min_length=2, max_length=5)


@pytest.mark.parametrize(
    ("number", "text", "told"),
    [
        ("0", "abc", {"number": ["At least 1."]}),
        ("601", "abc", {"number": ["At most 600."]}),
        ("600", "a", {"text": ["At least 2 characters; here are 1."]}),
        ("1", "abcdef", {"text": ["At most 5 characters; here are 6."]}),
        ("1", "abcde", {}),
    ],
)
def test_limits_are_told_in_a_few_words(number: str, text: str, told: dict[str, list[str]]) -> None:
    assert Limited({"number": number, "text": text}).errors == told
