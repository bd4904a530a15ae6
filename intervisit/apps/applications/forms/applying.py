"""Beginning an application, and files of applications."""

from typing import Any

from django import forms

from intervisit.apps.people.models import Organization


class StartForm(forms.Form):
    school = forms.ChoiceField(label="School")
    role = forms.ChoiceField(label="What would you like to be?", widget=forms.RadioSelect)
    from_last_year = forms.BooleanField(label="Begin with last year’s answers", required=False)

    def __init__(
        self, *args: Any, schools: list[Organization], roles: list[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        school, role = self.fields["school"], self.fields["role"]
        assert isinstance(school, forms.ChoiceField)
        assert isinstance(role, forms.ChoiceField)
        school.choices = [(str(s.pk), f"{s.name} ({s.code})") for s in schools]
        role.choices = [(key, label[:1].upper() + label[1:]) for key, label in roles]
        if len(schools) == 1:
            self.initial.setdefault("school", str(schools[0].pk))


class UploadForm(forms.Form):
    table = forms.FileField(
        label="Spreadsheet",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text="CSV or XLSX, one row for each school. Nothing is changed before you have seen what would happen.",
    )
