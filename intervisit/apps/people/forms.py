"""What people type on the pages of this chapter."""

from collections.abc import Iterable
from typing import Any

from django import forms

from intervisit.apps.people.models import District
from intervisit.kit.forms import EmailField, TextField


class AskLinkForm(forms.Form):
    """Where to send the link, and where to go afterwards."""

    email = EmailField(
        label="Your e-mail address", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput, max_length=300)


class CodeForm(forms.Form):
    """Six figures from the app, or a recovery code."""

    code = TextField(
        label="Code",
        limit=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "off"}
        ),
    )


class AccountForm(forms.Form):
    """One's own name."""

    name = TextField(
        label="Your name", kind="name", limit=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class UploadForm(forms.Form):
    """A list of schools, and the district it belongs to."""

    file = forms.FileField(
        label="File",
        help_text="CSV or Excel (.xlsx), with a first line that names the columns.",
        allow_empty_file=True,  # the reader says so in words of its own
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )
    district = forms.ChoiceField(label="District")

    def __init__(self, districts: Iterable[District], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(d.pk), d.name) for d in districts]
        field = self.fields["district"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if len(choices) == 1:
            field.widget = forms.HiddenInput()
            field.initial = choices[0][0]
