"""What people type on the pages of this chapter."""

from collections.abc import Iterable
from typing import Any

from django import forms

from intervisit.apps.people.models import District
from intervisit.kit.forms import DateField, EmailField, TextField


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


class PersonForm(forms.Form):
    """Somebody new: who, as what, and from when."""

    name = TextField(label="Name", kind="name", limit=120)
    email = EmailField(label="E-mail address")
    title = TextField(
        label="Title",
        kind="name",
        limit=80,
        required=False,
        help_text="As the school says it: Assistant principal.",
    )
    starts = DateField(label="First day")
    sure = forms.BooleanField(label="I have checked: this is somebody else", required=False)


def ask_only_when_unsure(form: PersonForm) -> None:
    """“I have checked” is asked for only when there is something to check."""
    if "sure" not in form.errors and not form.data.get("sure"):
        form.fields["sure"].widget = forms.HiddenInput()


class RoleForm(PersonForm):
    """Somebody with a role in the district or one of its schools."""

    role = forms.ChoiceField(label="Part")
    place = TextField(
        label="Code of the school",
        limit=40,
        required=False,
        help_text="Leave it empty for a part in the district itself.",
    )
    ends = DateField(label="Last day", required=False)
    field_order = ("name", "email", "role", "place", "title", "starts", "ends", "sure")

    def __init__(self, roles: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(roles)
