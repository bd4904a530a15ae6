"""A small checkout with the real launcher, and a package index of its own, for the launcher's tests."""

import base64
import hashlib
import html
import http.server
import importlib.machinery
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = """
import os, sys

def main():
    print("verb", sys.argv[1:], os.getcwd())
    return 7
"""


def load_launcher() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("iv_launcher", str(ROOT / "iv"))
    spec = importlib.util.spec_from_loader("iv_launcher", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def pip_wheel() -> Path:
    """The real pinned pip: from the launcher's own folder, or fetched as the launcher fetches it."""
    launcher = load_launcher()
    launcher.STATE.mkdir(parents=True, exist_ok=True)
    try:
        return Path(launcher.fetch_pip(launcher.pip_settings()))
    except launcher.Stopped as reason:
        pytest.skip(f"the pinned pip is not on this machine and cannot be fetched: {reason}")


def tiny_wheel(folder: Path, version: str) -> Path:
    """A package with one file in it, as an index would hold it."""
    wheel, info = folder / f"tiny-{version}-py3-none-any.whl", f"tiny-{version}.dist-info"
    files = {
        "tiny.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return wheel


@dataclass
class Index:
    """A package index on the loopback: HTML or JSON pages, with or without a password."""

    folder: Path  # of the wheels
    json: bool = False
    password: str = ""
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        secret = f"reader:{self.password}@" if self.password else ""
        return f"http://{secret}127.0.0.1:{self.port}/simple"

    def page(self, project: str) -> tuple[str, bytes]:
        found = sorted(path.name for path in self.folder.glob(f"{project}-*.whl"))
        if not self.json:
            links = "".join(f'<a href="../../files/{html.escape(name)}">{name}</a>' for name in found)
            return "text/html", f"<!doctype html><html><body>{links}</body></html>".encode()
        files = [{"filename": name, "url": f"../../files/{name}", "hashes": {}} for name in found]
        body = {"meta": {"api-version": "1.0"}, "name": project, "files": files}
        return "application/vnd.pypi.simple.v1+json", json.dumps(body).encode()

    def serve(self) -> http.server.ThreadingHTTPServer:
        index = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.asked.append(self.path)
                wanted = "Basic " + base64.b64encode(f"reader:{index.password}".encode()).decode()
                parts = self.path.strip("/").split("/")
                if index.password and self.headers.get("Authorization") != wanted:
                    self.answer(401, "text/plain", b"")
                elif parts[0] == "files" and (index.folder / parts[1]).exists():
                    self.answer(200, "application/octet-stream", (index.folder / parts[1]).read_bytes())
                elif parts[0] == "simple" and any(index.folder.glob(f"{parts[1]}-*.whl")):
                    self.answer(200, *index.page(parts[1]))
                else:
                    self.answer(404, "text/plain", b"")

            def answer(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                if status == 401:
                    self.send_header("WWW-Authenticate", 'Basic realm="index"')
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


@dataclass
class Checkout:
    """The launcher with a lock of one package, and an `intervisit` that only says what it was asked."""

    folder: Path
    environment: dict[str, str]

    @classmethod
    def make(cls, place: Path, wheel: Path, index_url: str) -> "Checkout":
        folder, home = place / "checkout", place / "home"
        (folder / "intervisit" / "web").mkdir(parents=True)
        home.mkdir()
        shutil.copy(ROOT / "iv", folder)
        (folder / "intervisit" / "web" / "command.py").write_text(COMMAND)
        environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "PIP_INDEX_URL": index_url,
                       "PIP_CONFIG_FILE": os.devnull, "NO_PROXY": "127.0.0.1"}  # fmt: skip
        made = cls(folder, environment)
        made.lock(wheel)
        return made

    def lock(self, wheel: Path) -> None:
        version = wheel.name.split("-")[1]
        sha = hashlib.sha256(wheel.read_bytes()).hexdigest()
        for name in ("requirements.lock", "requirements-test.lock", "requirements-check.lock"):
            (self.folder / name).write_text(f"tiny=={version} \\\n    --hash=sha256:{sha}\n")

    @property
    def command(self) -> list[str]:
        return [sys.executable, str(self.folder / "iv")]

    def start(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.command, *words], cwd=self.folder.parent, env={**self.environment, **more},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def tiny_version(self) -> str:
        """What the environment of the checkout imports."""
        python = self.folder / ".iv" / "env" / "bin" / "python"
        done = subprocess.run(
            [python, "-c", "import tiny; print(tiny.VERSION)"], capture_output=True, text=True, check=True
        )
        return done.stdout.strip()
