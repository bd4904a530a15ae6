"""Reading an address that somebody typed in: https only, public machines only, small, quick, and never in a page.

The name is resolved once and the connection goes to the very address that was checked, so that a name cannot point
somewhere else a moment later. Every redirect is checked the same way.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable
from urllib.parse import SplitResult, urljoin, urlsplit

from intervisit.kit.refusal import Trouble

MOST_BYTES = 2_000_000
SECONDS = 15.0  # for all of it
_STEP = 6.0  # seconds one read may take
_REDIRECTS = 3
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Resolve = Callable[[str, int], list[str]]


class _No(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.trouble = Trouble(code, message, "url")


def addresses(host: str, port: int) -> list[str]:
    """Every address a name stands for now."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


def is_public(address: str) -> bool:
    """Whether this is a machine of the open internet: not this one, not its network, nothing wrapped in another."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.sixtofour is not None or ip.teredo is not None or ip in _NAT64:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def checked_address(url: str) -> str | Trouble:
    """The address as it is kept (`webcal:` is https), or what is wrong with it. Asks no other machine."""
    try:
        return _split(url).geturl()
    except _No as no:
        return no.trouble


def fetch(
    url: str, *, resolve: Resolve = addresses, context: ssl.SSLContext | None = None
) -> bytes | Trouble:
    """What is at an https address, or a trouble in words; never raises.

    Codes: address-not-https, address-not-understood, address-private, host-unknown, not-reached, not-trusted,
    took-too-long, too-many-redirects, answered-not-ok, file-too-large.
    """
    until = time.monotonic() + SECONDS
    try:
        for _ in range(_REDIRECTS + 1):
            status, headers, body = _once(
                _split(url), until, resolve, context or ssl.create_default_context()
            )
            if status not in (301, 302, 303, 307, 308):
                return _body(status, headers, body)
            url = urljoin(url, headers.get("location", ""))
        raise _No("too-many-redirects", "The address sends on and on. Copy the one it ends at.")
    except _No as no:
        return no.trouble
    except TimeoutError:
        return Trouble("took-too-long", "The calendar took too long to answer. We try again later.", "url")
    except ssl.SSLError:
        return Trouble(
            "not-trusted", "The other side's certificate cannot be trusted. Check the address.", "url"
        )
    except (OSError, http.client.HTTPException, ValueError):
        return Trouble("not-reached", "Nothing answers at this address. Check it, or try again later.", "url")


def _split(url: str) -> SplitResult:
    text = re.sub(r"^webcals?://", "https://", url.strip(), flags=re.IGNORECASE)
    try:
        found = urlsplit(text)
        port = found.port
    except ValueError:
        raise _No("address-not-understood", "This is not an address. Copy it once more.") from None
    if found.scheme.lower() != "https":
        raise _No("address-not-https", "Use an address that begins with https:// or webcal://.")
    if not found.hostname or found.username or found.password or len(text) > 500 or not text.isascii():
        raise _No("address-not-understood", "This is not an address we can use. Copy it once more.")
    if port not in (None, 443):
        raise _No("address-not-understood", "Use an address without a port number.")
    if not _written_plainly(found.hostname):
        raise _No("address-private", "This address is not on the open internet, so it is not read.")
    return found._replace(fragment="")


def _written_plainly(host: str) -> bool:
    """A name with a dot, or a public address: numbers in disguise (0x7f.1, 2130706433) are neither."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        last = host.rstrip(".").rpartition(".")
        return bool(last[0]) and not re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last[2], re.IGNORECASE)
    return is_public(host)


def _once(
    at: SplitResult, until: float, resolve: Resolve, context: ssl.SSLContext
) -> tuple[int, dict[str, str], bytes]:
    host = at.hostname or ""
    try:
        found = resolve(host, 443)
    except (OSError, UnicodeError):
        raise _No("host-unknown", "There is no such server. Check the address.") from None
    if not found or not all(is_public(ip) for ip in found):
        raise _No("address-private", "This address is not on the open internet, so it is not read.")
    plain = socket.create_connection((found[0], 443), timeout=min(_STEP, _left(until)))
    connection = http.client.HTTPConnection(host, 443)
    try:
        connection.sock = context.wrap_socket(plain, server_hostname=host)
        path = (at.path or "/") + (f"?{at.query}" if at.query else "")
        headers = {
            "Host": at.netloc,
            "Accept": "text/calendar, */*;q=0.1",
            "Accept-Encoding": "identity",
            "User-Agent": "Intervisit",
        }
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = _read(answer, connection.sock, until)
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, body
    finally:
        connection.close()
        plain.close()


def _read(answer: http.client.HTTPResponse, sock: socket.socket | None, until: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        if sock is not None:
            sock.settimeout(min(_STEP, _left(until)))
        part = answer.read1(65536)
        if not part:
            return b"".join(parts)
        size += len(part)
        if size > MOST_BYTES:
            raise _No(
                "file-too-large",
                f"The calendar has more than {MOST_BYTES / 1e6:.0f} MB; that much is not read.",
            )
        parts.append(part)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _body(status: int, headers: dict[str, str], body: bytes) -> bytes | Trouble:
    if status != 200:
        why = {
            401: "asks for a password",
            403: "does not let us in",
            404: "knows no such calendar",
            410: "has removed it",
        }
        told = why.get(status, f"answered with error {status}")
        return Trouble(
            "answered-not-ok", f"The other side {told}. Check the address and that it is shared.", "url"
        )
    if headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        return Trouble("answered-not-ok", "The other side sends a packed file. Use the plain address.", "url")
    return body
