"""Every kind of background job, registered by importing it."""

from importlib import import_module
from importlib.util import find_spec

_APPS = ("people", "programs", "applications", "networks", "calendar")

for _app in _APPS:
    if find_spec(f"intervisit.apps.{_app}.jobs") is not None:
        import_module(f"intervisit.apps.{_app}.jobs")
