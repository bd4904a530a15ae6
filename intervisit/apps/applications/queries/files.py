"""Files of an application, for pages. Their content is never loaded here."""

from django.urls import reverse

from intervisit.apps.applications.models import Application
from intervisit.apps.instruments.answers import FileShown
from intervisit.kit import prepared
from intervisit.kit.files import KINDS, size_words


def files_of(application: Application) -> dict[str, list[FileShown]]:
    """Question → its files, oldest first. One query."""
    found: dict[str, list[FileShown]] = {}
    for row in sorted(prepared.of(application, "files"), key=lambda f: (f.created, f.pk)):
        url = reverse("attachment", args=[row.pk])
        note = f"{KINDS[row.kind].label}, {size_words(row.size)}"
        found.setdefault(row.question, []).append(FileShown(str(row.pk), row.name, url, note))
    return found
