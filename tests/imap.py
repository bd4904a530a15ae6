"""An IMAP server of our own for as long as a `with` lasts: Dovecot on free ports of the loopback, plain and with TLS.

It can be stopped in the middle and started again with what it holds, as servers of districts are.
"""

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

USER, PASSWORD = "visits@district.test", "pa/ss@w&rd%"

_CONFIG = """\
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
mail_location = maildir:{home}/mail
auth_mechanisms = plain login
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {home}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}
}}
first_valid_uid = 1
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {group}
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
ssl_dh = </dev/null
# A wrong password is tried as well, and must not slow down what comes after.
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {secure}
    ssl = yes
  }}
}}
"""


class NoDovecot(Exception):
    """There is no Dovecot on this machine, or it did not start; the text says which."""


def program() -> str | None:
    """Where Dovecot is; None where it is absent."""
    known = next((p for p in ("/usr/sbin/dovecot", "/opt/homebrew/sbin/dovecot") if Path(p).exists()), None)
    return shutil.which("dovecot") or known


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1]), int(two.getsockname()[1])


@dataclass
class Server:
    """A mailbox. `plain` and `secure` are what IV_BOUNCES and IV_ANSWERS want."""

    home: Path
    ports: tuple[int, int]
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def plain(self) -> str:
        return f"imap://visits%40district.test:pa%2Fss%40w%26rd%25@127.0.0.1:{self.ports[0]}/INBOX"

    @property
    def secure(self) -> str:
        return f"imaps://visits%40district.test:pa%2Fss%40w%26rd%25@localhost:{self.ports[1]}/INBOX"

    @property
    def certificate(self) -> Path:
        return self.home / "cert.pem"

    def start(self) -> None:
        command = [str(program()), "-F", "-c", str(self.home / "dovecot.conf")]
        self.process = subprocess.Popen(
            command, cwd=self.home, stdin=subprocess.DEVNULL, start_new_session=True,
            stdout=(self.home / "said").open("wb"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        until = time.monotonic() + 20
        while time.monotonic() < until and self.process.poll() is None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                self.client().logout()
                return
            time.sleep(0.02)
        told = [p.read_text() for name in ("said", "log") if (p := self.home / name).exists()]
        self.stop()
        raise NoDovecot(f"Dovecot did not start: {''.join(told).strip()[-600:]}")

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it and every process of it; what it holds stays."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)
        self.process = None

    def client(self) -> imaplib.IMAP4:
        """Somebody else at the same mailbox."""
        way = imaplib.IMAP4("127.0.0.1", self.ports[0], timeout=10)
        way.login(USER, PASSWORD)
        way.select("INBOX")
        return way

    def put(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Mails arrive."""
        way = self.client()
        way.create(f'"{folder}"')
        for mail in mails:
            said, _ = way.append(f'"{folder}"', "", "", mail)
            assert said == "OK"
        way.logout()

    def validity(self) -> int:
        """The number that says whether the mails' numbers still mean what they meant."""
        way = self.client()
        _, found = way.response("UIDVALIDITY")
        way.logout()
        assert found[0] is not None
        return int(found[0])

    def unread(self) -> int:
        way = self.client()
        _, found = way.search(None, "UNSEEN")
        way.logout()
        return len(found[0].split())

    def empty(self) -> None:
        way = self.client()
        _, found = way.search(None, "ALL")
        if found[0]:
            way.store(found[0].decode("ascii").replace(" ", ","), "+FLAGS", r"(\Deleted)")
            way.expunge()
        way.logout()

    def begin_anew(self) -> None:
        """The mailbox as after a restore: the same mails, all unread, under a new UIDVALIDITY."""
        before = self.validity()
        while int(time.time()) <= before:  # Dovecot takes the time in seconds, so the same second is the same number
            time.sleep(0.05)
        mail = self.home / "mail"
        for path in (mail / "cur").iterdir():
            path.rename(mail / "new" / path.name.partition(":")[0])
        for path in mail.glob("dovecot*"):
            path.unlink()


def _account() -> tuple[int, int, str, str, str]:
    """Mail user, and the users of Dovecot's own processes: its package's for root, else whoever we are."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        return nobody.pw_uid, nobody.pw_gid, "dovenull", "dovecot", "dovecot"
    me = pwd.getpwuid(os.geteuid())
    group = grp.getgrgid(me.pw_gid).gr_name
    return me.pw_uid, me.pw_gid, me.pw_name, me.pw_name, group


def _certificate(home: Path) -> None:
    """For localhost, signed by itself: whoever is to trust it is told so by SSL_CERT_FILE."""
    done = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        cwd=home, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise NoDovecot(f"openssl made no certificate: {done.stderr.strip()[-300:]}")


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """A fresh server. Stopped by its process group and removed at the end, whatever happened in between."""
    if program() is None:
        raise NoDovecot("Dovecot was not found on this machine.")
    home = Path(tempfile.mkdtemp(prefix="iv-imap-"))  # short: a socket's path has at most 108 characters
    server = Server(home, _free_ports())
    try:
        uid, gid, login, internal, group = _account()
        for name in ("run", "state", "mail", "mail/cur", "mail/new", "mail/tmp"):
            (home / name).mkdir()
        for path in (home, *(home / n for n in ("mail", "mail/cur", "mail/new", "mail/tmp"))):
            os.chown(path, uid, gid)
        home.chmod(0o755)
        (home / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        _certificate(home)
        (home / "dovecot.conf").write_text(
            _CONFIG.format(home=home, uid=uid, gid=gid, login=login, internal=internal, group=group,
                           plain=server.ports[0], secure=server.ports[1])
        )  # fmt: skip
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
