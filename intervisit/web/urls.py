"""Every address of the product: each app's pages, then the home pages."""

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

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"intervisit.apps.{app}.urls")) for app in _APPS
]
urlpatterns += urls_of(pages)

handler400 = errors.not_understood
handler403 = errors.refused
handler404 = errors.not_found
handler500 = errors.broken
