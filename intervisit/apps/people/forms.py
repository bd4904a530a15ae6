"""What people type on the pages of this chapter."""

from django import forms

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
