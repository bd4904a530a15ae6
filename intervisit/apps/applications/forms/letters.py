"""What people type about letters, notes and addresses."""

from django import forms

from intervisit.kit.forms import EmailField, TextField


class LetterForm(forms.Form):
    subject = TextField(
        label="Subject", limit=160, help_text="It shows on locked phones: nothing private belongs here."
    )
    text = TextField(label="Letter", kind="long", limit=8000, widget=forms.Textarea(attrs={"rows": 14}))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class AddressForm(forms.Form):
    address = EmailField(label="Send it to")


class NoteForm(forms.Form):
    text = TextField(label="Your note", kind="long", limit=4000, widget=forms.Textarea(attrs={"rows": 8}))


class AnswerForm(forms.Form):
    text = TextField(label="Your answer", kind="long", limit=4000, widget=forms.Textarea(attrs={"rows": 8}))
