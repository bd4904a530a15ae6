"""What people type about programs. Parts: `programs` themselves; `agreements` what is promised."""

from intervisit.apps.programs.forms.programs import (
    DatesForm,
    MomentForm,
    PersonForm,
    ProgramForm,
    UploadForm,
    choices_of,
    moment_field,
    moment_input,
)

__all__ = [
    "DatesForm", "MomentForm", "PersonForm", "ProgramForm", "UploadForm", "choices_of", "moment_field", "moment_input",
]  # fmt: skip
