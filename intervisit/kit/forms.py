"""Form fields that read what people type by the rules of `core.text`, with the same codes as every other surface."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from intervisit.core.text import BadValue, Kind, clean, clean_email, read_date
from intervisit.kit.refusal import Refused


def _raise(error: BadValue) -> None:
    raise ValidationError([ValidationError(t.message, code=t.code) for t in error.troubles]) from None


class TextField(forms.CharField):
    """One line, a name, a code or long text; too long and unseen characters are refused, never cut."""

    def __init__(self, *, kind: Kind = "line", limit: int = 200, **options: Any) -> None:
        self.kind, self.limit = kind, limit
        if kind == "long":
            options.setdefault("widget", forms.Textarea(attrs={"rows": 5}))
        super().__init__(strip=False, **options)
        self.widget.attrs.setdefault("data-limit", str(limit))

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        try:
            return clean(text, field="", max_length=self.limit, kind=self.kind, label=self._called())
        except BadValue as error:
            _raise(error)
            raise AssertionError from error

    def _called(self) -> str:
        return str(self.label or "text").lower()


class EmailField(forms.CharField):
    """An address in the form it is stored and compared."""

    widget = forms.EmailInput

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if not text:
            return ""
        try:
            return clean_email(text, field="")
        except BadValue as error:
            _raise(error)
            raise AssertionError from error


class DateField(forms.CharField):
    """A date of this program's world; 29 February of a common year is named as what it is."""

    widget = forms.DateInput(attrs={"type": "date"})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, dt.date):
            return value
        text = (super().to_python(value) or "").strip()
        if not text:
            return None
        try:
            return read_date(text, field="")
        except BadValue as error:
            _raise(error)

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, dt.date) else value


def add_refusal(form: forms.BaseForm, refusal: Refused | BadValue) -> None:
    """Show what an action refused beside the fields it is about."""
    for trouble in refusal.troubles:
        field = trouble.field if trouble.field in form.fields else None
        form.add_error(field, ValidationError(trouble.message, code=trouble.code))
