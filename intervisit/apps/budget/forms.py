"""What people type about money: read by the rules of `core.text`, never rounded."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from intervisit.apps.budget.queries import LABELS
from intervisit.core.text import BadValue, money, show_money
from intervisit.kit.forms import DateField, TextField

_MOST = Decimal("9999999.99")


class MoneyField(forms.CharField):
    """An amount; `$7,500` and `7,500` are 7500.00, and what could be two amounts is asked about."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "short", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return value
        text = (super().to_python(value) or "").strip()
        if not text:
            return None
        try:
            return money(text, field="amount", maximum=_MOST)
        except BadValue as error:
            raise ValidationError([ValidationError(t.message, code=t.code) for t in error.troubles]) from None

    def prepare_value(self, value: Any) -> Any:
        return show_money(value) if isinstance(value, Decimal) else value


class AmountsForm(forms.Form):
    """What one school may spend."""

    substitutes = MoneyField(label="Substitutes")
    supplies = MoneyField(label="Supplies")
    meals = MoneyField(label="Meals")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class OpenForm(forms.Form):
    """What every school gets, and what things cost."""

    substitute_day = MoneyField(label="A substitute for a whole day")
    substitute_half = MoneyField(label="A substitute for half a day")
    meal = MoneyField(label="A meal for one person")
    substitutes = MoneyField(label="Each budget: substitutes")
    supplies = MoneyField(label="Each budget: supplies")
    meals = MoneyField(label="Each budget: meals")


class LineForm(forms.Form):
    """Something a school asks for."""

    category = forms.ChoiceField(label="For", choices=[(c.value, label) for c, label in LABELS.items()])
    text = TextField(label="What", limit=160)
    amount = MoneyField(label="How much")
    date = DateField(label="On or by")


class CountForm(forms.Form):
    """A number of substitutes."""

    count = forms.IntegerField(label="Substitutes", min_value=0, max_value=99)


class ActualForm(forms.Form):
    """What was paid."""

    actual = MoneyField(label="Paid")
