"""What people type about applications besides the answers themselves. Parts: applying, deciding."""

from intervisit.apps.applications.forms.applying import StartForm, UploadForm
from intervisit.apps.applications.forms.deciding import DecideForm
from intervisit.apps.applications.forms.letters import AddressForm, AnswerForm, LetterForm, NoteForm

__all__ = [
    "AddressForm",
    "AnswerForm",
    "DecideForm",
    "LetterForm",
    "NoteForm",
    "StartForm",
    "UploadForm",
]
