"""Mail: decided in the transaction of the news, sent by a worker, asked for the right to know when it is sent."""

import contextlib
import datetime as dt
import hashlib
import logging
from collections.abc import Callable
from smtplib import SMTPException
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, models

from intervisit.kit import access
from intervisit.kit.clock import now
from intervisit.kit.models import MailState, OutgoingMail

MAIL_KINDS: dict[str, str] = {}  # kind -> the action its reader must be allowed, "" for mail about oneself
_OPENERS: dict[str, Callable[[str], str]] = {}  # kind -> the path in the mail, from the path that is stored
# kind -> what is added when the mail is sent; False: there is nothing left to say
_DRESSERS: dict[str, Callable[[OutgoingMail, EmailMultiAlternatives], bool]] = {}

_LEASE = 4 * settings.LEASE  # longer than a mail server may take to answer (EMAIL_TIMEOUT)
_TRIES = 5

log = logging.getLogger("intervisit.mail")


def mail_kind(
    kind: str,
    action: str,
    *,
    opens: Callable[[str], str] | None = None,
    dress: Callable[[OutgoingMail, EmailMultiAlternatives], bool] | None = None,
) -> str:
    """Register a kind of mail with the action that its reader must be allowed; a house test reads this.

    `opens` makes the path that is mailed from the one that is stored, so that a key to the door is in the mail
    and never in the database. `dress` adds to the message in the moment of sending (a calendar entry, what is true
    today) and returns False when nothing is left to say: then the mail is withheld.
    """
    known = MAIL_KINDS.setdefault(kind, action)
    if known != action:
        raise ValueError(f"mail {kind} has two rules: {known} and {action}")
    if opens is not None:
        _OPENERS[kind] = opens
    if dress is not None:
        _DRESSERS[kind] = dress
    return kind


def path_in(mail: OutgoingMail) -> str:
    """The path that the reader of a mail is given; empty when it leads nowhere."""
    opens = _OPENERS.get(mail.kind)
    return opens(mail.link) if opens and mail.link else mail.link


def send_later(
    kind: str,
    to: Any,
    *,
    subject: str,
    body: str,
    link: str = "",
    about: models.Model | None = None,
    key: str = "",
    address: str = "",
) -> OutgoingMail | None:
    """Put one mail into the outbox. With the same `key` it is put there only once.

    `address`: instead of the person's own, where that one does not work; never for mail that lets somebody in.

    `kind` must be registered; if its rule names an action, `about` is what the rule is asked of, now and again
    when the mail is sent. `link` is a path of ours. Subjects name nothing private: they show on lock screens.
    """
    rule = MAIL_KINDS[kind]
    if rule and about is None:
        raise ValueError(f"mail {kind} must say what it is about, so that {rule} can be asked")
    mail_key = (
        key or f"{kind}:{to.pk}:{hashlib.sha256(f'{subject}|{body}|{now()}'.encode()).hexdigest()[:32]}"
    )
    mail, made = OutgoingMail.objects.get_or_create(
        key=mail_key,
        defaults={
            "kind": kind,
            "to": to,
            "subject": subject,
            "body": body,
            "address": address,
            "link": link,
            "action": rule,
            "model": about._meta.label if about is not None else "",
            "thing": str(about.pk) if about is not None else "",
            "due": now(),
        },
    )
    return mail if made else None


def _still_allowed(mail: OutgoingMail) -> bool:
    if not mail.to.is_active:
        return False
    if not mail.action:
        return True
    model = apps.get_model(mail.model)
    # Mail is read outside any session, so a role that needs a second factor counts as awake.
    actor = access.actor_for(mail.to, strong=True)
    return access.visible(actor, mail.action, model).filter(pk=mail.thing).exists()


def _claim() -> OutgoingMail | None:
    """Take one mail that is due; a claim that its worker did not finish is due again when it runs out."""
    moment = now()
    open_mails = OutgoingMail.objects.filter(due__lte=moment).filter(
        models.Q(state=MailState.WAITING) | models.Q(state=MailState.SENDING, claimed_until__lt=moment)
    )
    for mail in open_mails.order_by("due", "created")[:5]:
        taken = OutgoingMail.objects.filter(
            pk=mail.pk, state=mail.state, claimed_until=mail.claimed_until, attempts=mail.attempts
        ).update(state=MailState.SENDING, claimed_until=moment + _LEASE, attempts=mail.attempts + 1)
        if taken:
            return OutgoingMail.objects.select_related("to").get(pk=mail.pk)
    return None


def send_one(way: BaseEmailBackend) -> bool:
    """Send one mail that is due. False when there is none.

    A worker killed between the mail server's yes and the next line sends this one mail again, with the same
    Message-ID. So nothing stands between the two: the connection is opened before and closed by the caller.
    """
    mail = _claim()
    if mail is None:
        return False
    try:
        if not _still_allowed(mail):
            _finish(mail, MailState.WITHHELD, "The reader may no longer see what this is about.")
            return True
        message = _message(mail)
        dress = _DRESSERS.get(mail.kind)
        if dress is not None and not dress(mail, message):
            _finish(mail, MailState.WITHHELD, "There was nothing left to say when it was to be sent.")
            return True
        way.open()
        way.send_messages([message])
    except (OperationalError, InterfaceError):
        raise  # not the mail's fault: its claim runs out, and it is tried again
    except Exception as error:  # any fault of the mail system: tried again later, never raised into a page
        log.warning("mail %s was not sent: %s", mail.pk, type(error).__name__)
        _close(way)
        _retry(mail, type(error).__name__)
        return True
    _finish(mail, MailState.SENT, "")
    return True


def _message(mail: OutgoingMail) -> EmailMultiAlternatives:
    path = path_in(mail)
    return EmailMultiAlternatives(
        subject=mail.subject,
        body=f"{mail.body}\n\n{settings.SITE_ADDRESS}{path}\n" if path else mail.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address_of(mail)],
        # The same mail keeps its id, so that a mail system can drop a repeat after a crash.
        headers={"Message-ID": f"<{mail.pk}@{settings.MAIL_DOMAIN}>", "Auto-Submitted": "auto-generated"},
    )


def address_of(mail: OutgoingMail) -> str:
    """Where a mail goes: to its person, or to the address it was sent to again."""
    return mail.address or str(mail.to.email)


def _mine(mail: OutgoingMail) -> models.QuerySet[OutgoingMail]:
    """The row, while this claim of it still counts: a worker that wakes up late writes nothing."""
    return OutgoingMail.objects.filter(pk=mail.pk, state=MailState.SENDING, attempts=mail.attempts)


def _finish(mail: OutgoingMail, state: MailState, problem: str) -> None:
    sent = now() if state == MailState.SENT else None
    _mine(mail).update(state=state, sent=sent, claimed_until=None, problem=problem)


def _retry(mail: OutgoingMail, problem: str) -> None:
    last = mail.attempts >= _TRIES
    _mine(mail).update(
        state=MailState.FAILED if last else MailState.WAITING,
        due=now() + dt.timedelta(minutes=2**mail.attempts),
        claimed_until=None,
        problem=problem,
    )


def send_due(limit: int = 1000) -> int:
    """Send what is due, at most `limit` mails, over one connection. Returns how many were handled."""
    done, way = 0, get_connection()
    try:
        while done < limit and send_one(way):
            done += 1
    finally:
        _close(way)
    return done


def _close(way: BaseEmailBackend) -> None:
    """A connection that cannot even be closed is gone."""
    with contextlib.suppress(OSError, SMTPException):
        way.close()


def mails_to(person: Any) -> models.QuerySet[OutgoingMail]:
    """What was written to one person, newest first."""
    return OutgoingMail.objects.filter(to=person).order_by("-created", "-pk")


__all__ = [
    "MAIL_KINDS",
    "address_of",
    "mail_kind",
    "mails_to",
    "path_in",
    "send_due",
    "send_later",
    "send_one",
]
