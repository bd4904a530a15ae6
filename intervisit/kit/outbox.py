"""Mail: decided in the transaction of the news, sent by a worker, asked for the right to know when it is sent."""

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models

from intervisit.kit import access
from intervisit.kit.clock import now
from intervisit.kit.models import MailState, OutgoingMail

MAIL_KINDS: dict[str, str] = {}  # kind -> the action its reader must be allowed, "" for mail about oneself
_OPENERS: dict[str, Callable[[str], str]] = {}  # kind -> the path in the mail, from the path that is stored

_LEASE = dt.timedelta(minutes=2)
_TRIES = 5


def mail_kind(kind: str, action: str, *, opens: Callable[[str], str] | None = None) -> str:
    """Register a kind of mail with the action that its reader must be allowed; a house test reads this.

    `opens` makes the path that is mailed from the one that is stored, so that a key to the door is in the mail
    and never in the database.
    """
    known = MAIL_KINDS.setdefault(kind, action)
    if known != action:
        raise ValueError(f"mail {kind} has two rules: {known} and {action}")
    if opens is not None:
        _OPENERS[kind] = opens
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
) -> OutgoingMail | None:
    """Put one mail into the outbox. With the same `key` it is put there only once.

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


def send_one() -> bool:
    """Send one mail that is due. False when there is none."""
    mail = _claim()
    if mail is None:
        return False
    if not _still_allowed(mail):
        _finish(mail, MailState.WITHHELD, "The reader may no longer see what this is about.")
        return True
    path = path_in(mail)
    body = f"{mail.body}\n\n{settings.SITE_ADDRESS}{path}\n" if path else mail.body
    message = EmailMessage(
        subject=mail.subject,
        body=body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to.email],
        # The same mail keeps its id, so that a mail system can drop a repeat after a crash.
        headers={"Message-ID": f"<{mail.pk}@{settings.MAIL_DOMAIN}>", "Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except Exception as error:  # any fault of the mail system: tried again later, never raised into a page
        _retry(mail, type(error).__name__)
        return True
    _finish(mail, MailState.SENT, "")
    return True


def _finish(mail: OutgoingMail, state: MailState, problem: str) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=state, sent=now(), claimed_until=None, problem=problem
    )


def _retry(mail: OutgoingMail, problem: str) -> None:
    last = mail.attempts >= _TRIES
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=MailState.FAILED if last else MailState.WAITING,
        due=now() + dt.timedelta(minutes=2**mail.attempts),
        claimed_until=None,
        problem=problem,
    )


def send_due(limit: int = 1000) -> int:
    """Send what is due, at most `limit` mails. Returns how many were handled."""
    done = 0
    while done < limit and send_one():
        done += 1
    return done


def mails_to(person: Any) -> models.QuerySet[OutgoingMail]:
    """What was written to one person, newest first."""
    return OutgoingMail.objects.filter(to=person).order_by("-created", "-pk")


__all__ = ["MAIL_KINDS", "mail_kind", "mails_to", "path_in", "send_due", "send_later", "send_one"]
