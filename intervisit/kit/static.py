"""Addresses of the files of the look: each is worked out once, though a page names forty."""

from django.contrib.staticfiles.storage import StaticFilesStorage


class Storage(StaticFilesStorage):
    """Files where they are; their addresses are the same for everybody."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, str] = {}

    def url(self, name: str | None) -> str:
        found = self._known.get(name or "")
        if found is None:
            found = self._known[name or ""] = str(super().url(name))
        return found
