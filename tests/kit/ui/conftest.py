"""A small server of `ui/` templates under the policy of the product, and a browser to look at them."""

import functools
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, loader
from django.test import RequestFactory

from intervisit.kit import styleguide
from intervisit.kit.refusal import Stale

KIT = Path(styleguide.__file__).parent
STATIC, TEMPLATES = KIT / "static", KIT / "templates"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
ERRORS = ("403", "404", "409", "413", "500", "503", "bad_text", "key_reused", "refused")


@functools.cache
def page(name: str, address: str = "/") -> str:
    """A template of `ui/` with everything it can show."""
    context: dict[str, Any] = {**styleguide.context(), "request": RequestFactory().get(address)}
    if name in ERRORS:
        for key in ("page_title", "lead", "messages"):
            context.pop(key)
        mine, theirs = {"agenda": "9:00 Welcome"}, {"agenda": "8:45 Welcome"}
        if name in ("403", "404"):
            context["reason"] = "You do not lead a school of this network."
        context |= {
            "refusal": Stale(mine, theirs, by="Pim Okafor"),
            "posted": [("focus_area", "Student discussion, in pairs first")],
            "limit_mb": 25,
            "message": "The text in “Agenda” has a character that cannot be stored.",
        }
    return loader.get_template(f"ui/{name}.html").template.render(make_context(context))  # type: ignore[attr-defined]


def make_context(values: dict[str, Any]) -> Any:
    context = Context(values)
    context.request = values["request"]  # what {% querystring %} asks for
    return context


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        file = (STATIC / path.removeprefix("/static/")).resolve()
        if path.startswith("/static/") and file.is_file() and STATIC in file.parents:
            self._answer(file.read_bytes(), TYPES.get(file.suffix, "text/plain"))
        elif path.startswith("/static/") or path == "/favicon.ico":
            self.send_error(404)
        else:
            self._answer(
                page(path.strip("/") or "styleguide", self.path).encode(), "text/html; charset=utf-8"
            )

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def chromium(play: Any) -> Iterator[Any]:
    path = Path("/usr/bin/chromium")
    if not path.exists():
        pytest.skip("Chromium is not installed: apt-get install chromium")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    quiet += ["--disable-component-update", "--disable-sync"]
    browser = play.chromium.launch(executable_path=str(path), args=quiet)
    yield browser
    browser.close()


@pytest.fixture
def open_page(chromium: Any, site: str) -> Iterator[Callable[..., Any]]:
    """Opens a page and keeps what the browser complained about in `.complaints`."""
    contexts = []

    def open_(path: str = "/", *, width: int = 1280, scheme: str = "light", script: bool = True) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",
            java_script_enabled=script,
        )
        contexts.append(context)
        tab = context.new_page()
        complaints: list[str] = []
        tab.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        tab.on("pageerror", lambda e: complaints.append(str(e)))
        tab.goto(site + path)
        return SimpleNamespace(tab=tab, complaints=complaints, context=context)

    yield open_
    for context in contexts:
        context.close()
