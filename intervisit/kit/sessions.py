"""Who is asking, at each request: the session and its person, read from the database each time, by prepared queries."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from intervisit.kit import prepared
from intervisit.kit.clock import now


class SessionStore(db.SessionStore):
    """Sessions in the database, as Django keeps them."""

    def _get_session_from_db(self) -> Session | None:
        found = prepared.first("session", _in_use, self.session_key or "", now())
        if found is None:
            self._session_key = None
        return found


def _in_use(key: str, moment: Any) -> Any:
    return Session.objects.filter(session_key=key, expire_date__gt=moment)[:1]


class People(ModelBackend):
    """The person of a session, if she may still come in."""

    def get_user(self, user_id: Any) -> Any:
        found: Any = prepared.one(get_user_model(), user_id)
        return found if found is not None and self.user_can_authenticate(found) else None
