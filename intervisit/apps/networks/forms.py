"""What a director types about a matching."""

from collections.abc import Iterable
from typing import Any

from django import forms

from intervisit.apps.networks.bridge import Wanted
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.core.text import code_key, search_key
from intervisit.kit.forms import TextField


class ScenarioForm(forms.Form):
    """A new scenario: what may differ from the design, and how long to look."""

    name = TextField(label="Name", limit=80, help_text="So that you recognise it beside the others.")
    note = TextField(
        label="Note", kind="long", limit=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    everybody = forms.BooleanField(
        label="Every accepted school gets a place", required=False, initial=True,
        help_text="Otherwise the best arrangement may leave schools out.",
    )  # fmt: skip
    worst_first = forms.BooleanField(
        label="Look after the worst-served school first", required=False,
        help_text="First the lowest score as high as it can be, then the sum of all.",
    )  # fmt: skip
    seconds = forms.IntegerField(
        label="Seconds to look", min_value=1, max_value=600, initial=20,
        help_text="It ends earlier when nothing better is possible. You can stop it at any time.",
    )  # fmt: skip

    def __init__(self, program: Program, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        design = program.design
        worst_first = self.fields["worst_first"]
        worst_first.initial = design.matching.fairness.worst_first
        self.shapes = [(key, shape) for key, shape in design.shapes.items()]
        for key, shape in self.shapes:
            for edge, initial, word in (
                ("min", shape.min_count, "At least"),
                ("max", shape.max_count, "At most"),
            ):
                self.fields[f"{edge}_{key}"] = forms.IntegerField(
                    label=f"{word} so many {shape.many}", min_value=0, max_value=1000, initial=initial
                )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for key, shape in self.shapes:
            low, high = found.get(f"min_{key}"), found.get(f"max_{key}")
            if low is not None and high is not None and low > high:
                self.add_error(
                    f"max_{key}", f"At most {high} {shape.many} cannot be fewer than at least {low}."
                )
        return found

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        counts = {key: (data[f"min_{key}"], data[f"max_{key}"]) for key, _ in self.shapes}
        return Wanted(counts, everybody=data["everybody"], worst_first=data["worst_first"])


class NameForm(forms.Form):
    """A scenario's or network's name and note."""

    name = TextField(label="Name", limit=80)
    note = TextField(
        label="Note", kind="long", limit=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ApartForm(forms.Form):
    """Two schools that must not, or must, share a network, each by name or code."""

    first = TextField(label="This school (name or code)", limit=160)
    second = TextField(label="and this school", limit=160)
    together = forms.ChoiceField(
        label="are", choices=[("", "kept apart"), ("1", "kept together")], required=False
    )
    note = TextField(label="Why (only program staff read this)", limit=200, required=False)

    def __init__(self, schools: Iterable[Organization], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schools = list(schools)

    def clean_first(self) -> Organization:
        return self._school("first")

    def clean_second(self) -> Organization:
        return self._school("second")

    def _school(self, field: str) -> Organization:
        """The one school of this name or code; a part of the name is enough when it fits one school only."""
        text = self.cleaned_data[field]
        key, code = search_key(text), code_key(text)
        exact = [s for s in self.schools if s.code_key == code or search_key(s.name) == key]
        found = exact or [s for s in self.schools if key in s.search_key]
        if len(found) == 1:
            return found[0]
        if not found:
            raise forms.ValidationError("No accepted school is called so.", code="unknown-school")
        some = ", ".join(f"{s.name} ({s.code})" for s in found[:5])
        raise forms.ValidationError(f"Several schools fit: {some}. Give the code.", code="several-schools")


class FacilitatorForm(forms.Form):
    """Who facilitates a network."""

    person = forms.ModelChoiceField(
        queryset=Person.objects.none(), required=False, label="Facilitator", empty_label="Nobody yet"
    )

    def __init__(self, people: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people
