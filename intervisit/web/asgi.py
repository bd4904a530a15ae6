"""HTTP goes to Django's WSGI side in a thread pool: five times the pages of its ASGI handler, and connections
are kept (docs/decisions/server.md)."""

import os
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intervisit.web.settings")
wsgi = get_wsgi_application()

from intervisit.web.safety import refuse_unsafe_start  # noqa: E402 - settings must be loaded first

refuse_unsafe_start()
application = WSGIMiddleware(cast("Any", wsgi), workers=8)
