"""Mail that came back: which of ours it was, and that its address does not work.

A report counts only if it names a mail of ours by its Message-ID and the very address it went to: nobody else knows
both, so a forged report marks nothing. Only the status is kept, never a word of the report.
"""

import contextlib
import imaplib
import logging
import re
import ssl
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction

from intervisit.core.bounces import MOST_BYTES, Bounce, NoBounce, read_bounce
from intervisit.kit.clock import now
from intervisit.kit.jobs import Running, job
from intervisit.kit.models import BadAddress, MailState, OutgoingMail
from intervisit.kit.outbox import address_of
from intervisit.kit.rounds import every

_AT_ONCE = 200  # reports read in one go
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_SECONDS = 20  # a mail server that hangs must not hold the worker

log = logging.getLogger("intervisit.mail")


@dataclass
class Told:
    """What a round of reports did, as counts."""

    bounced: int = 0
    late: int = 0
    unknown: int = 0  # reports about no mail of ours
    other: int = 0  # mails that are no reports

    def __str__(self) -> str:
        return (
            f"{self.bounced} came back, {self.late} late, {self.unknown} about no mail of ours, "
            f"{self.other} other mails"
        )


def take_report(data: bytes, told: Told | None = None) -> Told:
    """Read one report and mark the mail and its address. Never raises for what stands in it."""
    told = told if told is not None else Told()
    found = read_bounce(data)
    if isinstance(found, NoBounce):
        told.other += 1
        return told
    for bounce in found:
        mail = _ours(bounce)
        if mail is None:
            told.unknown += 1
        elif bounce.final:
            told.bounced += _mark(mail, bounce)
        else:
            told.late += 1
    return told


def _ours(bounce: Bounce) -> OutgoingMail | None:
    local, _, domain = bounce.message_id.rpartition("@")
    if domain.lower() != settings.MAIL_DOMAIN.lower():
        return None
    try:
        key = uuid.UUID(local)
    except ValueError:
        return None
    mail = OutgoingMail.objects.select_related("to").filter(pk=key).first()
    return mail if mail is not None and address_of(mail).lower() == bounce.recipient else None


@transaction.atomic
def _mark(mail: OutgoingMail, bounce: Bounce) -> bool:
    """The mail came back, and its address is marked. The same report again changes nothing."""
    problem = f"{bounce.reason} ({bounce.status})" if bounce.status else bounce.reason
    came = OutgoingMail.objects.filter(pk=mail.pk, state=MailState.SENT)
    if not came.update(state=MailState.BOUNCED, problem=problem[:200]):
        return False
    moment = now()
    row, made = BadAddress.objects.get_or_create(
        address=bounce.recipient,
        defaults={"since": moment, "last": moment, "status": bounce.status, "reason": bounce.reason},
    )
    if not made:
        row.last, row.times = moment, row.times + 1
        row.status, row.reason = bounce.status, bounce.reason
        row.save()
    return True


def bad_addresses(addresses: Iterable[str]) -> dict[str, BadAddress]:
    """Which of these addresses mail has come back from."""
    wanted = {a.lower() for a in addresses}
    return {row.address: row for row in BadAddress.objects.filter(address__in=wanted)}


def forget_bad(address: str) -> bool:
    """Somebody says that the address works again."""
    return bool(BadAddress.objects.filter(address=address.lower()).delete()[0])


# ------------------------------------------------------------------------------------ the mailbox for reports


class NoMailbox(RuntimeError):
    """The mailbox cannot be read; the message says why, without its password."""


def read_mailbox(address: str) -> Told:
    """Read the unread mails of an IMAP mailbox and mark them read. `address`: imaps://user:password@host/Folder.

    Raises NoMailbox.
    """
    told = Told()
    try:
        for data in unread_mails(address):
            take_report(data, told)
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        raise NoMailbox(f"The mailbox for returned mail cannot be read ({type(error).__name__}).") from error
    return told


def unread_mails(address: str) -> Iterator[bytes]:
    """Each unread mail; it is marked as read when the next one is asked for, so what fails is read again.

    Of a mail that is too large to be read there is nothing. Raises OSError, imaplib's errors, ValueError.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("imap", "imaps") or not parts.hostname:
        raise ValueError("write imaps://user:password@host/Folder")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    way = _open(parts.scheme == "imaps", parts.hostname, parts.port)
    try:
        way.login(unquote(parts.username or ""), unquote(parts.password or ""))
        said, why = way.select(f'"{folder}"')
        if said != "OK":
            raise ValueError(f"there is no folder {folder}: {why!r}")
        # By their own numbers, which stay theirs when somebody else empties the folder meanwhile.
        _, listed = way.uid("SEARCH", "UNSEEN")
        for number in (listed[0] or b"").decode("ascii").split()[:_AT_ONCE]:
            data = _fetched(way, number)
            if data is not None:
                yield data
            way.uid("STORE", number, "+FLAGS", "(\\Seen)")  # after it was taken: never lost
    finally:
        with contextlib.suppress(
            OSError, imaplib.IMAP4.error
        ):  # it may be gone: what went wrong is told, not this
            way.logout()


def _open(secure: bool, host: str, port: int | None) -> imaplib.IMAP4:
    if secure:
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(host, port or 993, timeout=_SECONDS, ssl_context=context)
    return imaplib.IMAP4(host, port or 143, timeout=_SECONDS)


def _fetched(way: imaplib.IMAP4, number: str) -> bytes | None:
    """The mail as it came, without marking it read; nothing of one too large to be read; None: it has gone."""
    _, sizes = way.uid("FETCH", number, "(RFC822.SIZE)")
    said = _SIZE.search(b" ".join(part for part in sizes if isinstance(part, bytes)))
    if said is None:
        return None
    if int(said.group(1)) > MOST_BYTES:
        return b""
    _, found = way.uid("FETCH", number, "(BODY.PEEK[])")
    return next((part[1] for part in found if isinstance(part, tuple)), None)


@job("mail.read_returned", "district.people")
def read_returned(running: Running) -> dict[str, str]:
    """Look into the mailbox for returned mail, where one is configured."""
    if not settings.BOUNCES:
        return {"told": "no mailbox is configured"}
    return {"told": str(read_mailbox(settings.BOUNCES))}


every("mail.read_returned", "Mail that came back is read", hours=0.25)
