"""Reads one delivery report. Bytes in, values out; nothing of the returned mail's text is kept.

A report (RFC 3464) is a multipart/report whose second part is message/delivery-status: one block about the message,
then one for each recipient. The third part is the mail itself or its header; its Message-ID says which mail it was.
Answers of people ("I am away") and reports of delay or success are told apart from failures.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message

MOST_BYTES = 2_000_000  # of one report; a mail system may send the whole mail back
_MOST_RECIPIENTS = 50
_STATUS_KINDS = ("message/delivery-status", "message/global-delivery-status")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ID = re.compile(r"<([^<>\s]{3,250})>")
_ADDRESS = re.compile(r"[^\s<>;,()\"]{1,64}@[^\s<>;,()\"]{1,190}")

# RFC 3463: what the second and third number of a status say, in words for somebody who can do something about it.
_WORDS: dict[str, str] = {
    "1.0": "the address does not work",
    "1.1": "nobody has this address",
    "1.2": "the part after the @ sign does not exist",
    "1.3": "the address is not written correctly",
    "1.6": "the mailbox has moved and left no address",
    "1.10": "this domain takes no mail",
    "2.0": "something is wrong with the mailbox",
    "2.1": "the mailbox is switched off",
    "2.2": "the mailbox is full",
    "2.3": "the mail is too large for the mailbox",
    "4.1": "their mail server did not answer",
    "4.2": "the connection to their mail server broke",
    "4.4": "no way to their mail server was found",
    "4.7": "it could not be delivered in time",
    "7.0": "their mail server refused it",
    "7.1": "their mail server takes no mail from us",
}


@dataclass(frozen=True, slots=True)
class Bounce:
    """One mail did not reach one recipient. `final`: nobody will try again; otherwise it is only late."""

    message_id: str  # of the mail that was sent, without the angle brackets
    recipient: str  # in lower case
    status: str  # "5.1.1", or "" where the report names none
    final: bool
    reason: str  # in words, from the status alone


@dataclass(frozen=True, slots=True)
class NoBounce:
    """The mail is something else, or says too little. `why` is for the operator."""

    why: str


def read_bounce(data: bytes) -> list[Bounce] | NoBounce:
    """Every recipient that a report names as failed or late, or why it is no such report. Never raises."""
    if len(data) > MOST_BYTES:
        return NoBounce(f"it is larger than {MOST_BYTES // 1_000_000} MB")
    try:
        return _read(message_from_bytes(data, policy=policy.compat32))
    except (MessageError, ValueError, LookupError, RecursionError, TypeError, AttributeError):
        return NoBounce("it cannot be read as a mail")


def _read(mail: Message) -> list[Bounce] | NoBounce:
    parts = list(mail.walk())[:200]
    status = next((p for p in parts if p.get_content_type() in _STATUS_KINDS), None)
    if status is None:
        return NoBounce("it is no delivery report")
    blocks = _blocks(status)
    message_id = _returned_id(parts) or _first_id(
        mail, ("In-Reply-To", "References", "X-Original-Message-ID")
    )
    if not message_id:
        return NoBounce("it does not say which mail it is about")
    found = [b for block in blocks[:_MOST_RECIPIENTS] if (b := _recipient(block, message_id)) is not None]
    return found or NoBounce("it reports no failure")


def _blocks(status: Message) -> list[Message]:
    """The header blocks of a delivery-status part, one about the mail and one for each recipient.

    The mail library makes messages of the plain kind's blocks itself; it undoes no encoding there, and of the kind
    for addresses beyond ASCII (RFC 6533) it takes the first block only. So the part is put together again and split.
    """
    inner = status.get_payload()
    raw = b"\n\n".join(one.as_bytes() for one in inner if isinstance(one, Message))
    if str(status.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
        raw = base64.b64decode(raw)
    return [message_from_bytes(one) for one in re.split(rb"\r?\n\s*\r?\n", raw) if one.strip()]


def _recipient(block: Message, message_id: str) -> Bounce | None:
    action = _text(block, "Action").lower()
    address = _address(_text(block, "Original-Recipient")) or _address(_text(block, "Final-Recipient"))
    if not address or action not in ("failed", "delayed"):
        return None
    found = _STATUS.search(_text(block, "Status")) or _STATUS.search(_text(block, "Diagnostic-Code"))
    code = ".".join(str(int(number)) for number in found.groups()) if found else ""
    final = action == "failed"
    return Bounce(message_id, address, code, final, _reason(code, final))


def _reason(code: str, final: bool) -> str:
    _, _, rest = code.partition(".")
    return _WORDS.get(rest) or ("their mail system gives no reason" if final else "it is late")


def _text(block: Message, name: str) -> str:
    value = block.get(name)
    return " ".join(str(value).split())[:500] if value is not None else ""


def _address(text: str) -> str:
    """`rfc822; Name@Example.org` → `name@example.org`."""
    kind, semicolon, rest = text.partition(";")
    if semicolon and kind.strip().lower() not in ("rfc822", "utf-8"):
        return ""
    found = _ADDRESS.search(rest if semicolon else text)
    return found.group().lower() if found else ""


def _returned_id(parts: list[Message]) -> str:
    """The Message-ID of the mail that came back: of an enclosed message, or of its header as text."""
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            enclosed = inner[0] if isinstance(inner, list) and inner else None
            found = _first_id(enclosed, ("Message-ID",)) if isinstance(enclosed, Message) else ""
        elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
            found = _first_id(message_from_bytes(_bytes(part)), ("Message-ID",))
        else:
            continue
        if found:
            return found
    return ""


def _bytes(part: Message) -> bytes:
    if part.is_multipart():
        inner = part.get_payload()
        return inner[0].as_bytes() if isinstance(inner, list) and isinstance(inner[0], Message) else b""
    raw = part.get_payload(decode=True)
    return raw if isinstance(raw, bytes) else b""


def _first_id(mail: Message, names: tuple[str, ...]) -> str:
    return next(_ids(mail, names), "")


def _ids(mail: Message, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        for value in mail.get_all(name, []):
            yield from _ID.findall(str(value))
