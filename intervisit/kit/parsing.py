"""Files from people are parsed in a child process with limits of time and memory: none can hurt the server.

No Django here. The child runs `python -m MODULE`: it reads a request from standard input and writes its
answer to standard output; it inherits no settings and no secrets from our environment.
"""

import base64
import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

from intervisit.core.days import DayList, days_from_wire
from intervisit.core.invitations import Reply, replies_from_wire
from intervisit.core.tables import Limits, Table, from_wire
from intervisit.core.text import Order, Trouble, Troubles

_ROOT = Path(__file__).resolve().parents[2]
_OUT_OF_MEMORY = 77  # the child's exit status when Python could not get memory

# Limits are set by the child itself before it imports anything of ours: the parent may have threads, and code
# between fork and exec is not safe there.
_START = """
import runpy, sys
seconds, megabytes, module = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
try:
    import resource
except ImportError:
    pass
else:
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
sys.argv = [module]
try:
    runpy.run_module(module, run_name="__main__")
except MemoryError:
    import os
    os._exit(77)
"""


def read_table_in_child(
    data: bytes,
    filename: str,
    *,
    seconds: int = 20,
    megabytes: int = 512,
    limits: Limits | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> Table | Troubles:
    """`core.tables.read_table` in a process of its own, within `seconds` and `megabytes` of address space.

    Besides the troubles of `read_table`: took-too-long, too-much-memory, parser-failed. Never raises.
    """
    bounds = limits or Limits()
    if len(data) > bounds.file_bytes:
        return Troubles((_too_large(len(data), bounds.file_bytes, filename),))
    asked = {"filename": filename, "encoding": encoding, "delimiter": delimiter, "sheet": sheet}
    first = json.dumps({**asked, "limits": asdict(bounds)}).encode()
    answer = in_child("intervisit.core.tables", first + b"\n" + data, seconds=seconds, megabytes=megabytes)
    if isinstance(answer, Trouble):
        return Troubles((replace(answer, file=filename),))
    return from_wire(answer)


def read_days_in_child(
    data: bytes, filename: str, *, zone: str | None = None, order: Order | None = None, seconds: int = 20,
    megabytes: int = 512,
) -> DayList:  # fmt: skip
    """`core.days.read_days` in a process of its own; its troubles, and those of `read_table_in_child`."""
    if len(data) > Limits().file_bytes:
        return DayList((), Troubles((_too_large(len(data), Limits().file_bytes, filename),)))
    first = json.dumps({"filename": filename, "zone": zone, "order": order}).encode()
    answer = in_child("intervisit.core.days", first + b"\n" + data, seconds=seconds, megabytes=megabytes)
    if isinstance(answer, Trouble):
        return DayList((), Troubles((replace(answer, file=filename),)))
    return days_from_wire(answer)


def read_replies_in_child(
    mails: list[bytes], *, seconds: int = 20, megabytes: int = 512
) -> list[Reply | Trouble]:
    """`core.invitations.read_reply` of several mails in a process of its own; one that breaks it breaks no other."""
    asked = json.dumps([base64.b64encode(mail).decode() for mail in mails]).encode()
    answer = in_child("intervisit.core.invitations", asked, seconds=seconds, megabytes=megabytes)
    if not isinstance(answer, Trouble):
        return replies_from_wire(answer)
    if len(mails) <= 1:
        return [answer for _ in mails]
    return [
        one for mail in mails for one in read_replies_in_child([mail], seconds=seconds, megabytes=megabytes)
    ]


def in_child(module: str, request: bytes, *, seconds: int, megabytes: int) -> bytes | Trouble:
    """The answer of `python -m module` to `request`, or took-too-long, too-much-memory or parser-failed."""
    command = [sys.executable, "-P", "-c", _START, str(seconds), str(megabytes), module]
    environment = {
        "PYTHONPATH": str(_ROOT),
        "PYTHONHASHSEED": "0",
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if "SYSTEMROOT" in os.environ:
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    try:
        done = subprocess.run(  # noqa: S603 (our own interpreter and module, no shell)
            command, input=request, capture_output=True, timeout=seconds, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return _took_too_long(seconds)
    if done.returncode == 0:
        return done.stdout
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL) and b"MemoryError" not in done.stderr:
        return _took_too_long(seconds)
    if done.returncode == _OUT_OF_MEMORY or b"MemoryError" in done.stderr:
        message = f"Reading the file needs more than {megabytes:,} MB of memory. Split it, or save it as CSV."
        return Trouble("too-much-memory", message)
    message = "The file could not be read. Open it in a spreadsheet program and save it again as CSV."
    return Trouble("parser-failed", message)


def _too_large(size: int, most: int, filename: str) -> Trouble:
    message = f"The file has {size / 1e6:,.1f} MB; at most {most / 1e6:,.0f} MB are read. Split it."
    return Trouble("file-too-large", message, file=filename)


def _took_too_long(seconds: int) -> Trouble:
    message = f"Reading the file took more than {seconds} seconds. Split it, or save it as CSV."
    return Trouble("took-too-long", message)
