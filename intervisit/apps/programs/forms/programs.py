"""What people type about programs."""

import datetime as dt
from typing import Any

from django import forms

from intervisit.apps.people.models import District
from intervisit.apps.programs.models import DesignVersion, Program
from intervisit.core.designs import Design
from intervisit.core.text import BadValue, read_moment
from intervisit.kit.forms import DateField, EmailField, TextField

_TWICE = (("first", "The first time (daylight time)"), ("second", "The second time (standard time)"))


class MomentForm(forms.Form):
    """A form with moments in a time zone. An hour that clocks skip is refused, one that comes twice is asked about."""

    moments: tuple[str, ...] = ()

    def __init__(self, *args: Any, zone: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.zone = zone
        for name in self.moments:
            if self.data.get(f"{name}_which"):
                self._ask_which(name)

    def _ask_which(self, name: str) -> None:
        label = f"{self.fields[name].label}: this time comes twice that night"
        field = forms.ChoiceField(choices=_TWICE, label=label, required=False, widget=forms.RadioSelect)
        self.fields[f"{name}_which"] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.moments:
            text = cleaned.get(name)
            if not text:
                cleaned[name] = None
                continue
            which: Any = self.data.get(f"{name}_which") or None
            try:
                cleaned[name] = read_moment(
                    text, self.zone, field=name, choice=which if which in dict(_TWICE) else None
                )
            except BadValue as error:
                for trouble in error.troubles:
                    self.add_error(name, forms.ValidationError(trouble.message, code=trouble.code))
                    if trouble.code == "ambiguous-time" and f"{name}_which" not in self.fields:
                        self._ask_which(name)
        return cleaned


def moment_field(label: str, help_text: str = "") -> TextField:
    widget = forms.TextInput(attrs={"type": "datetime-local", "class": "short"})
    return TextField(label=label, required=False, limit=40, widget=widget, help_text=help_text)


def moment_input(moment: dt.datetime | None, zone: str) -> str:
    """A moment as a datetime-local field shows it."""
    return "" if moment is None else read_moment(moment, zone, field="").strftime("%Y-%m-%dT%H:%M")


class DatesForm(MomentForm):
    moments = ("call_opens", "call_closes")
    first_day = DateField(label="First day of the year")
    last_day = DateField(label="Last day of the year")
    call_opens = moment_field("The call opens", "Empty: as soon as you press “Open the call”.")
    call_closes = moment_field("The call closes", "Empty: when you close it.")

    @classmethod
    def of(cls, program: Program) -> "DatesForm":
        initial = {
            "first_day": program.first_day,
            "last_day": program.last_day,
            "call_opens": moment_input(program.call_opens, program.zone),
            "call_closes": moment_input(program.call_closes, program.zone),
        }
        return cls(initial=initial, zone=program.zone)


class ProgramForm(DatesForm):
    design = forms.ChoiceField(label="Design", widget=forms.RadioSelect)
    name = TextField(
        label="Name",
        kind="name",
        limit=120,
        required=False,
        help_text="As schools know it. Empty: the design’s name.",
    )
    field_order = ("design", "name", "first_day", "last_day", "call_opens", "call_closes")

    def __init__(self, *args: Any, designs: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["design"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = designs


class DistrictForm(forms.Form):
    """Only asked of somebody who directs several districts."""

    district = forms.ModelChoiceField(District.objects.none(), label="District")


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files chosen at once, each checked as one."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(one, initial) for one in files or [None]]


class UploadForm(forms.Form):
    design_files = ManyFilesField(
        label="Design",
        widget=ManyFiles(attrs={"multiple": True, "accept": ".zip,.toml,.md"}),
        help_text="The folder of a design as .zip, or its files. A design.toml alone takes its forms from the "
        "shipped design of the same slug.",
    )


class PersonForm(forms.Form):
    email = EmailField(label="E-mail address")
    name = TextField(
        label="Name", kind="name", limit=120, required=False, help_text="Only for somebody who is new here."
    )
    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect)
    sure = forms.BooleanField(label="I have checked that this is somebody new", required=False)

    def __init__(self, *args: Any, roles: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["role"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = roles


def choices_of(shipped: list[Design], uploaded: list[DesignVersion]) -> list[tuple[str, str]]:
    """The designs one can choose: shipped ones by slug, uploaded ones by their id."""
    return [(f"shipped:{d.slug}", d.title) for d in shipped] + [
        (f"kept:{v.pk}", f"{v.title} (uploaded, version {v.number})") for v in uploaded
    ]
