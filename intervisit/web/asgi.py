"""HTTP goes to Django's WSGI side in a thread pool: five times the pages of its ASGI handler, and connections
are kept (docs/decisions/server.md)."""

import gc
import os
from threading import Thread
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intervisit.web.settings")
wsgi = get_wsgi_application()

from intervisit.web.safety import refuse_unsafe_start  # noqa: E402 - settings must be loaded first

# In a thread: a server imports us inside its event loop, where Django refuses to ask a database.
_asking = Thread(target=refuse_unsafe_start)
_asking.start()
_asking.join()
# What was loaded stays: nobody need look through it for rubbish again, which takes a tenth of a second each time.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
application = WSGIMiddleware(cast("Any", wsgi), workers=8)
