"""Addresses that people type: only public https is asked, and the very machine that was checked."""

import socket
import ssl
import threading
from collections.abc import Iterator

import pytest

from intervisit.kit import fetching
from intervisit.kit.fetching import checked_address, fetch, is_public
from intervisit.kit.refusal import Trouble


def code(found: object) -> str:
    assert isinstance(found, Trouble), found
    return found.code


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://calendar.test/a.ics", "address-not-https"),
        ("ftp://calendar.test/a.ics", "address-not-https"),
        ("file:///etc/hostname", "address-not-https"),
        ("calendar.test/a.ics", "address-not-https"),
        ("https://", "address-not-understood"),
        ("https://user:secret@calendar.test/a.ics", "address-not-understood"),
        ("https://calendar.test:8443/a.ics", "address-not-understood"),
        ("https://calendar.test:99999/", "address-not-understood"),
        ("https://[::1/", "address-not-understood"),
        ("https://localhost/a.ics", "address-private"),
        ("https://127.0.0.1/a.ics", "address-private"),
        ("https://10.1.2.3/a.ics", "address-private"),
        ("https://169.254.169.254/latest/meta-data/", "address-private"),
        ("https://[::1]/a.ics", "address-private"),
        ("https://[::ffff:10.0.0.1]/a.ics", "address-private"),
        ("https://2130706433/", "address-private"),
        ("https://0x7f.1/", "address-private"),
        ("https://127.1/", "address-private"),
    ],
)
def test_what_is_no_public_https_address_is_refused_before_anything_is_asked(url: str, why: str) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34"]

    assert code(checked_address(url)) == why
    assert code(fetch(url, resolve=resolve)) == why
    assert asked == []


def test_webcal_is_https() -> None:
    assert checked_address("webcal://Calendar.test/a.ics#x") == "https://Calendar.test/a.ics"


@pytest.mark.parametrize(
    ("address", "public"),
    [("93.184.216.34", True), ("2606:2800:220:1::1", True), ("0.0.0.0", False), ("100.64.0.1", False),
     ("192.168.1.1", False), ("172.16.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False),
     ("fe80::1%eth0", False), ("fc00::1", False), ("::", False), ("::ffff:127.0.0.1", False), ("2002:7f00:1::", False),
     ("64:ff9b::7f00:1", False), ("2001:0:7f00:1::", False), ("nonsense", False)],
)  # fmt: skip
def test_which_machines_are_public(address: str, public: bool) -> None:
    assert is_public(address) == public


@pytest.mark.parametrize("found", [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], []])
def test_a_public_name_of_a_private_machine_is_refused(found: list[str]) -> None:
    assert code(fetch("https://calendar.test/a.ics", resolve=lambda *_: found)) == "address-private"


def test_a_name_that_nobody_has() -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise socket.gaierror

    assert code(fetch("https://calendar.test/a.ics", resolve=nobody)) == "host-unknown"


class Plain(ssl.SSLContext):
    """A context that leaves the line as it is: the tests' server speaks no TLS."""

    def wrap_socket(self, sock: socket.socket, **_: object) -> socket.socket:  # type: ignore[override]
        return sock


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """A tiny server on this machine, to which the checked public address is led."""
    answers: dict[str, bytes] = {}
    listening = socket.create_server(("127.0.0.1", 0))
    connect = socket.create_connection
    reached: list[tuple[str, int]] = []

    def lead(address: tuple[str, int], timeout: float) -> socket.socket:
        reached.append(address)
        return connect(listening.getsockname(), timeout=timeout)

    def serve() -> None:
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            with line:
                asked = line.recv(4096)
                assert b"\r\nHost: calendar.test\r\n" in asked
                path = asked.split(b" ")[1].decode()
                line.sendall(answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))

    monkeypatch.setattr(fetching.socket, "create_connection", lead)
    threading.Thread(target=serve, daemon=True).start()
    yield answers
    listening.close()
    assert set(reached) <= {("93.184.216.34", 443)}  # the machine that was checked, never the name again


def get(path: str, resolve: fetching.Resolve = lambda *_: ["93.184.216.34"]) -> bytes | Trouble:
    return fetch(f"https://calendar.test{path}", resolve=resolve, context=Plain(ssl.PROTOCOL_TLS_CLIENT))


def ok(body: bytes, headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + headers + b"Content-Length: %d\r\n\r\n" % len(body) + body


def test_what_is_there_is_read_and_what_is_not_is_said(server: dict[str, bytes]) -> None:
    server |= {
        "/a.ics?key=1": ok(b"BEGIN:VCALENDAR"),
        "/locked": b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n",
        "/packed": ok(b"xx", b"Content-Encoding: gzip\r\n"),
        "/large": ok(b"x" * (fetching.MOST_BYTES + 1)),
        "/round": b"HTTP/1.1 302 Go\r\nLocation: /round\r\nContent-Length: 0\r\n\r\n",
        "/on": b"HTTP/1.1 302 Go\r\nLocation: /a.ics?key=1\r\nContent-Length: 0\r\n\r\n",
        "/inside": b"HTTP/1.1 302 Go\r\nLocation: https://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
        "/down": b"HTTP/1.1 302 Go\r\nLocation: http://calendar.test/a.ics\r\nContent-Length: 0\r\n\r\n",
        "/broken": b"hello\r\n\r\n",
    }
    assert get("/a.ics?key=1") == get("/on") == b"BEGIN:VCALENDAR"
    found = {path: code(get(path)) for path in ("/none", *list(server)[1:5], "/inside", "/down", "/broken")}
    assert found == {
        "/none": "answered-not-ok", "/locked": "answered-not-ok", "/packed": "answered-not-ok",
        "/large": "file-too-large", "/round": "too-many-redirects", "/inside": "address-private",
        "/down": "address-not-https", "/broken": "not-reached",
    }  # fmt: skip


def test_a_name_that_changes_its_mind_reaches_nothing(server: dict[str, bytes]) -> None:
    server["/on"] = b"HTTP/1.1 302 Go\r\nLocation: /a.ics\r\nContent-Length: 0\r\n\r\n"
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    assert code(get("/on", lambda *_: next(answers))) == "address-private"


def test_a_slow_answer_is_given_up(server: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.0)
    assert code(get("/a.ics")) == "took-too-long"
