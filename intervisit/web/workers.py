"""Every kind of background job and of mail, registered by importing it: what a worker must know.

The pages reach every action, and with them each job and mail that is written down beside its action; what only
answers an event is reached by the wiring, and a chapter's `jobs.py` is imported by nobody else.
"""

from importlib import import_module
from importlib.util import find_spec

from intervisit.kit import forgetting, sealing
from intervisit.web import urls, wiring

_APPS = ("people", "programs", "applications", "leaders", "networks", "calendar", "gatherings", "budget")

for _app in _APPS:
    if find_spec(f"intervisit.apps.{_app}.jobs") is not None:
        import_module(f"intervisit.apps.{_app}.jobs")

__all__ = ["forgetting", "sealing", "urls", "wiring"]
