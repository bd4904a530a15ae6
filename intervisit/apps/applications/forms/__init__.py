"""What people type about applications besides the answers themselves. Parts: applying, deciding."""

from intervisit.apps.applications.forms.applying import StartForm, UploadForm
from intervisit.apps.applications.forms.deciding import DecideForm

__all__ = ["DecideForm", "StartForm", "UploadForm"]
