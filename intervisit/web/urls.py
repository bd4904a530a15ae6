"""Every address of the product: each app's pages, then the home pages."""

from collections.abc import Iterable
from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path

from intervisit.kit.pages import urls_of
from intervisit.web import errors, pages

_APPS = (
    "people",
    "programs",
    "instruments",
    "applications",
    "reviews",
    "leaders",
    "networks",
    "calendar",
    "gatherings",
    "budget",
)


def _by_first_word(every: Iterable[URLPattern]) -> list[URLPattern | URLResolver]:
    """Addresses in rooms by their first word: a request is compared with the words, then with its room's addresses."""
    found: list[URLPattern | URLResolver] = []
    rooms: dict[str, list[URLPattern]] = {}
    for pattern in every:
        word, slash, rest = str(pattern.pattern).partition("/")
        if not slash or "<" in word:
            found.append(pattern)
        else:
            rooms.setdefault(word, []).append(path(rest, pattern.callback, name=pattern.name))
    return [*(path(f"{word}/", include(room)) for word, room in rooms.items()), *found]


_EVERY = [p for app in _APPS for p in import_module(f"intervisit.apps.{app}.urls").urlpatterns]
urlpatterns = _by_first_word([*_EVERY, *urls_of(pages)])

handler400 = errors.not_understood
handler403 = errors.refused
handler404 = errors.not_found
handler500 = errors.broken
