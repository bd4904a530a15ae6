"""What a director types about a matching."""

from collections.abc import Iterable
from typing import Any

from django import forms

from intervisit.apps.networks.bridge import Wanted, Weights, accepted, design_weights, reasons_of
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.core.designs import Design
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
        self.weighing = weighing(design)
        for key, label, value in self.weighing:
            self.fields[key] = forms.IntegerField(
                label=label, min_value=0, max_value=100, initial=value, required=False
            )
        self.fields["minutes"] = forms.IntegerField(
            label="Nobody further apart than, in minutes", min_value=1, max_value=600, required=False,
            initial=design.matching.travel.max_minutes,
        )  # fmt: skip
        self.applications = {str(a.pk): a for a in accepted(program)}
        self.fields["without"] = forms.MultipleChoiceField(
            label=f"Leave out of this scenario ({design.words['school'].many})", required=False,
            choices=[(key, f"{a.school.name} ({a.school.code})") for key, a in self.applications.items()],
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip

    @property
    def first(self) -> list[forms.BoundField]:
        """What everybody looks at; the rest is folded away."""
        folded = {key for key, _, _ in self.weighing} | {"minutes", "without"}
        return [field for field in self if field.name not in folded]

    @property
    def weights(self) -> list[forms.BoundField]:
        return [self[key] for key, _, _ in self.weighing] + [self["minutes"]]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        self._whole(found)
        if len(self.applications) - len(found.get("without", [])) < 2 <= len(self.applications):
            self.add_error("without", "Two schools at least must take part. Leave fewer out.")
        for key, shape in self.shapes:
            low, high = found.get(f"min_{key}"), found.get(f"max_{key}")
            if low is not None and high is not None and low > high:
                self.add_error(
                    f"max_{key}", f"At most {high} {shape.many} cannot be fewer than at least {low}."
                )
        return found

    def _whole(self, found: dict[str, Any]) -> None:
        """Weights that were left empty are the design's; all together they make 100."""
        for key, _, value in self.weighing:
            if found.get(key) is None and key not in self.errors:
                found[key] = value
        given: list[Any] = [found.get(key) for key, _, _ in self.weighing]
        of_design = sum(value for _, _, value in self.weighing)
        if None not in given and sum(given) != of_design:
            self.add_error(
                self.weighing[0][0],
                f"The weights make {sum(given)} together, and must make {of_design}, so that points stay "
                "comparable. Take from one what you give to another.",
            )

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        counts = {key: (data[f"min_{key}"], data[f"max_{key}"]) for key, _ in self.shapes}
        focus, grades, wishes, *criteria = (data[key] for key, _, _ in self.weighing)
        left_out = set(data["without"])
        return Wanted(
            counts, everybody=data["everybody"], worst_first=data["worst_first"],
            included=frozenset(self.applications.keys() - left_out) if left_out else None,
            weights=Weights(focus, grades, wishes, tuple(criteria)), max_minutes=data["minutes"],
        )  # fmt: skip


_RANKS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")


def weighing(design: Design) -> list[tuple[str, str, int]]:
    """(field, label, the design's own value) of everything a match is weighed by."""
    own = design_weights(design)
    found = [
        ("w_focus", f"For a shared {design.words['focus_area'].one}", own.focus),
        ("w_grades", "For shared grades", own.grades),
        ("w_wishes", "For a wish that is met", own.wishes),
    ]
    for rank, (value, criterion) in enumerate(zip(own.criteria, design.matching.criteria, strict=False)):
        ranked = f"For what a school ranks {_RANKS[rank]}" if rank < len(_RANKS) else f"For rank {rank + 1}"
        label = ranked if design.matching.ranked_by_schools else f"For “{criterion.label}”"
        found.append((f"w_{rank + 1}", label, value))
    return found


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
        super().__init__(*args, **{"auto_id": "apart_%s", **kwargs})  # on one page with ScenarioForm
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


class TravelForm(forms.Form):
    """A table of travel times."""

    table = forms.FileField(
        label="Spreadsheet",
        allow_empty_file=True,  # the reader says so in words of its own
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text="CSV or XLSX: two school codes and the minutes between them. Nothing is changed before you have "
        "seen what would happen.",
    )


class LetterForm(forms.Form):
    """The letter of one kind of reader."""

    reader = forms.CharField(max_length=30, widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    subject = TextField(
        label="Subject",
        limit=120,
        help_text="It shows on locked phones: {program} and {year} may stand in it, no names.",
    )
    text = TextField(label="Text", kind="long", limit=5000, widget=forms.Textarea(attrs={"rows": 9}))


class ReasonsForm(forms.Form):
    """Which kinds of reasons schools read."""

    reasons = forms.MultipleChoiceField(
        label="A school reads about its own match", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, program: Program, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reasons"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(r.key, f"{r.label}: “{r.example}”") for r in reasons_of(program.design)]


class LeaveForm(forms.Form):
    """A school leaves: why, and how the networks go on."""

    way = forms.CharField(max_length=16, required=False)
    note = TextField(label="Why (only program staff read this)", limit=200, required=False)
