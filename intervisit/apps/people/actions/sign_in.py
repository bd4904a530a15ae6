"""Signing in by a mailed link: asked for, used once, and the session it opens."""

import datetime as dt

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q

from intervisit.apps.people.keys import digest, new_seed, token_of
from intervisit.apps.people.models import Identity, Person, RoleHeld, SessionSeen, SignInLink, in_force
from intervisit.core.access import Actor
from intervisit.kit.access import Hidden, require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused

LINK_LIVES = dt.timedelta(minutes=15)
LINK_PATH = "/sign-in/link/"

LINK_MAIL = mail_kind("sign_in.link", "", opens=lambda stored: f"{LINK_PATH}{token_of(_seed(stored))}/")
SIGN_ON_MAIL = mail_kind("sign_in.use_sign_on", "")


def _seed(stored: str) -> str:
    return stored.removeprefix(LINK_PATH).rstrip("/")


def has_a_place(person: Person) -> bool:
    """Whether a person may sign in at all: nobody who has left may, whoever has their address now."""
    return person.is_active and RoleHeld.objects.filter(in_force(), person=person).exists()


def _uses_sign_on(person: Person) -> bool:
    issuer = settings.OIDC_ISSUER
    return bool(issuer) and Identity.objects.filter(person=person, issuer=issuer).exists()


@action("sign_in.ask")
def send_link(person: Person, *, by: Actor, onward: str = "") -> str:
    """Mail a link to somebody. Returns the seed of the link, "" when sign-on is the only way in for them.

    A person whom the district's sign-on knows is asked to use it: an address may have gone to somebody else.
    """
    record(by, "sign_in.ask", person, label="A sign-in link")
    if _uses_sign_on(person):
        body = f"Hello {person.name},\n\nsign in to Intervisit with your {settings.OIDC_NAME}, not by mail:"
        send_later(SIGN_ON_MAIL, person, subject="How to sign in to Intervisit", body=body, link="/sign-in/")
        return ""
    seed = new_seed()
    SignInLink.objects.filter(created__lt=now() - dt.timedelta(days=1)).delete()
    SignInLink.objects.create(
        digest=digest(token_of(seed)), person=person, created=now(), onward=onward[:300]
    )
    body = (
        f"Hello {person.name},\n\nopen this link and press the button to sign in. It works once, for 15 minutes."
        "\nIf you did not ask for it, you need do nothing."
    )
    link = f"{LINK_PATH}{seed}/"
    send_later(LINK_MAIL, person, subject="Your link to sign in", body=body, link=link, key=f"link:{seed}")
    return seed


def link_of(token: str) -> SignInLink | None:
    """The link of a token while it works: unused, younger than fifteen minutes, and its person still here."""
    fresh = Q(used__isnull=True, created__gt=now() - LINK_LIVES)
    found = SignInLink.objects.filter(fresh, digest=digest(token)).select_related("person").first()
    if found is None or not has_a_place(found.person) or _uses_sign_on(found.person):
        return None
    return found


@action("sign_in.use_link")
def use_link(token: str, *, by: Actor) -> SignInLink:
    """Use a link up. Raises Refused: link-over (used, too old, or never ours; all three read the same)."""
    found = link_of(token)
    if found is None or not SignInLink.objects.filter(pk=found.pk, used__isnull=True).update(used=now()):
        raise Refused(
            "link-over", "This link no longer works. A link works once, for 15 minutes. Ask for a new one."
        )
    record(by, "sign_in.use_link", found.person, label="A sign-in link")
    return found


@action("session.begin")
def begin_session(person: Person, *, by: Actor, key: str, device: str, how: str) -> SessionSeen:
    """Write a session down, so that its owner can recognise and end it."""
    SessionSeen.objects.filter(session_key=key).delete()
    seen = SessionSeen.objects.create(
        person=person, session_key=key, device=device[:120], how=how, seen=now()
    )
    record(by, "session.begin", seen, label=f"{how}, {device}"[:200])
    return seen


@action("session.end")
def end_session(seen: SessionSeen, *, by: Actor) -> None:
    """End one session of one's own: the browser it belongs to is signed out at its next page."""
    require(by, "session.end", seen)
    record(by, "session.end", seen, label=str(seen))
    Session.objects.filter(session_key=seen.session_key).delete()
    seen.delete()


@action("session.end_others")
def end_other_sessions(person: Person, *, by: Actor, key: str) -> int:
    """End every session of one's own except the one with this key. Returns how many."""
    require(by, "person.change", person)
    others = SessionSeen.objects.filter(person=person).exclude(session_key=key)
    keys = list(others.values_list("session_key", flat=True))
    record(by, "session.end_others", person, changes={"sessions": (len(keys) + 1, 1)})
    Session.objects.filter(session_key__in=keys).delete()
    others.delete()
    return len(keys)


def touch_session(key: str) -> None:
    """Note that a session is in use."""
    SessionSeen.objects.filter(session_key=key).update(seen=now())


@action("sign_in.demo")
def become(person: Person, *, by: Actor) -> Person:
    """Be anybody of the cast. Outside the demo this does not exist: raises Hidden."""
    if not settings.DEMO or settings.SECURE:
        raise Hidden
    record(by, "sign_in.demo", person, label="The demo")
    return person
