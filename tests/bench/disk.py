"""The disk and the database under strain: syncs, locks, a full disk, a restart (R2, R3, R4, R5).

    python -m tests.bench.disk [syncs] [locks] [full] [restart]

Each part prints one line; without names all run. What this machine cannot measure is said: NOT MEASURED.
"""

import contextlib
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.bench.served import Browser, Site, durable_postgres, end, settings, site, text_of
from tests.bench.writes import Principal, Write, check_kept, principals, write_of

PREFIX = "strain "
COMMITS = 2  # of one submit: the change with its history and answer, then the session with what was said
Result = tuple[str, list[str]]  # what was measured, what broke


def _browsers(made: Site, people: list[Principal]) -> list[tuple[Principal, Browser]]:
    return [(p, Browser(made.port).become(p.person)) for p in people]


def _serving(made: Site) -> "subprocess.Popen[bytes]":
    server = made.serve()
    made.wait_ready(server)
    return server


# ------------------------------------------------------------------------------------------------- R2: syncs


def syncs() -> Result:
    """Disk syncs per acknowledged commit, counted by strace in the process that commits."""
    if shutil.which("strace") is None:
        return "syncs (R2): NOT MEASURED, strace is not installed", []
    lines, broken = [], []
    with site("sqlite") as made:
        server = _serving(made)
        per = _traced(made, lambda: [server.pid])
        lines.append(f"SQLite {per}")
        broken += [f"SQLite: {per} syncs for {COMMITS} commits"] if per < COMMITS * 0.95 else []
    with durable_postgres() as database, site("postgres", server=database) as made:
        _serving(made)
        per = _traced(made, database.everyone)
        lines.append(f"PostgreSQL {per}")
        broken += [f"PostgreSQL: {per} syncs for {COMMITS} commits"] if per < COMMITS * 0.95 else []
    return (
        f"syncs (R2): disk syncs per acknowledged submit, which is {COMMITS} commits: {', '.join(lines)}",
        broken,
    )


def _traced(made: Site, everyone: Callable[[], list[int]], count: int = 40) -> float:
    """One client, so that no commit can ride on another's sync."""
    ((of, browser),) = _browsers(made, principals(made, 1))
    out = made.folder / "strace.out"
    tracer = subprocess.Popen(
        ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(out),
         *(f"--attach={pid}" for pid in everyone())],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        time.sleep(1.5)
        done = sum(_submit(browser, write_of(f"{PREFIX}{n}", of)) for n in range(count))
        time.sleep(0.3)
    finally:
        end(tracer, signal.SIGINT)
    found = len(re.findall(r"\b(?:fsync|fdatasync)\(", out.read_text()))
    return round(found / max(done, 1), 2)


def _submit(browser: Browser, write: Write) -> bool:
    write.sent += 1
    answer = browser.ask("POST", write.path, write.form)
    write.acked = answer.moved
    return answer.moved


# ------------------------------------------------------------------------------------------------- R3: locks


def locks(clients: int = 32, each: int = 8) -> Result:
    """Thirty-two clients at once on SQLite, with a worker writing beside the server."""
    with site("sqlite") as made:
        _serving(made)
        made.start("work")
        pairs = _browsers(made, principals(made, clients))
        statuses: Counter[int] = Counter()
        writes = [[write_of(f"{PREFIX}{n}-{i}", p) for i in range(each)] for n, (p, _) in enumerate(pairs)]
        slowest: list[float] = []

        def run(browser: Browser, mine: list[Write]) -> None:
            for write in mine:
                began = time.monotonic()
                answer = browser.ask("POST", write.path, write.form)
                slowest.append(time.monotonic() - began)
                write.acked = answer.moved
                statuses[answer.status] += 1
                statuses[browser.ask("GET", "/").status] += 0

        began = time.monotonic()
        together([lambda b=b, mine=mine: run(b, mine) for (_, b), mine in zip(pairs, writes, strict=True)])
        took = time.monotonic() - began
        said = made.log.read_text().count("database is locked") + made.log.read_text().count("not available")
        kept = check_kept(made, [w for mine in writes for w in mine], PREFIX)
    count = clients * each
    broken = (
        []
        if statuses[303] == count and not said and not kept.bad
        else [f"{dict(statuses)}, {said} in the log"]
    )
    return (
        f"locks (R3): {clients} clients, {statuses[303]} of {count} submits saved, {said} “database is locked”,"
        f" {count / took:.0f} a second, slowest {max(slowest):.1f} s",
        broken,
    )


def together(runs: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=run, daemon=True) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)


# --------------------------------------------------------------------------------------------- R4: disk full


def full() -> Result:
    """A file system with no room left: pages are read, a submit answers 503 with the text, then all is well again."""
    place = Path(tempfile.mkdtemp(prefix="intervisit-full-"))
    mounted = os.geteuid() == 0 and _mount(place)
    if not mounted:
        place.rmdir()
        return "full disk (R4): NOT MEASURED, a small file system takes root", []
    try:
        with site("sqlite") as source:
            source.rows().all("PRAGMA wal_checkpoint(TRUNCATE)")
            for name in ("intervisit.sqlite3", "secret-key"):
                shutil.copy2(source.folder / name, place / name)
            made = Site(
                place, settings(place, source.port, f"sqlite:///{place}/intervisit.sqlite3"), source.port
            )
            made.log_at = source.folder / "server.log"
            try:
                return _full(made, place)
            finally:
                made.stop()
    finally:
        subprocess.run(["umount", str(place)], check=False)
        with contextlib.suppress(OSError):
            place.rmdir()


def _mount(place: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs", str(place)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _full(made: Site, place: Path) -> Result:
    _serving(made)
    ((of, browser),) = _browsers(made, principals(made, 1))
    earlier = [write_of(f"{PREFIX}before {n}", of) for n in range(20)]
    broken = [] if all(_submit(browser, w) for w in earlier) else ["a submit before the disk was full failed"]
    filler = place / "filler"
    with contextlib.suppress(OSError), filler.open("wb") as file:
        while True:
            file.write(b"\0" * 4096)
            file.flush()
    statuses: Counter[int] = Counter()
    kept_text = retry = 0
    late = [write_of(f"{PREFIX}full {n}", of) for n in range(30)]
    for write in late:
        answer = browser.ask("POST", write.path, write.form)
        write.acked = answer.moved
        statuses[answer.status] += 1
        if answer.status == 503:
            kept_text += write.name in text_of(answer) or write.name in answer.body.decode()
            retry += "retry-after" in answer.headers
    reads = Counter(
        browser.ask("GET", path).status for path in ("/", of_days(of), "/schools/", "/healthz") * 3
    )
    filler.unlink()
    began = time.monotonic()
    again = [w for w in late if not w.acked]
    while again and time.monotonic() - began < 10:
        again = [w for w in again if not _submit(browser, w)]
    took = time.monotonic() - began
    kept = check_kept(made, [*earlier, *late], PREFIX)
    if statuses[503] == 0 or set(statuses) - {303, 503}:
        broken.append(f"with a full disk submits answered {dict(statuses)}")
    if kept_text != statuses[503] or retry != statuses[503]:
        broken.append(
            f"of {statuses[503]} refusals {kept_text} gave the text back, {retry} said when to come again"
        )
    if set(reads) != {200}:
        broken.append(f"with a full disk pages answered {dict(reads)}")
    if again or kept.bad:
        broken.append(f"{len(again)} could not be saved afterwards; {kept}")
    return (
        f"full disk (R4): {statuses[503]} × 503 with the text, {reads[200]} of {sum(reads.values())} pages read,"
        f" all saved {took:.1f} s after there was room, no restart; {len(kept.lost)} lost, {len(kept.torn)} torn",
        broken,
    )


def of_days(of: Principal) -> str:
    return f"/schools/{of.school}/days/"


# ------------------------------------------------------------------------------------ R5: PostgreSQL restarts


def restart(times: int = 3) -> Result:
    """PostgreSQL is stopped and started under load: 503 with Retry-After while it is away, nothing lost."""
    with durable_postgres() as database, site("postgres", server=database) as made:
        _serving(made)
        pairs = _browsers(made, principals(made, 6))
        statuses: Counter[int] = Counter()
        no_retry, writes, over = [], [], threading.Event()

        def run(number: int, of: Principal, browser: Browser) -> None:
            count = 0
            while not over.is_set():
                write = write_of(f"{PREFIX}{number}-{count}", of)
                writes.append(write)
                count += 1
                while not write.acked:
                    try:
                        answer = browser.ask("POST", write.path, write.form)
                    except (OSError, http.client.HTTPException):
                        statuses[0] += 1
                        continue
                    statuses[answer.status] += 1
                    write.acked = answer.moved
                    if answer.status == 503 and "retry-after" not in answer.headers:
                        no_retry.append(write.name)
                    if not write.acked:
                        time.sleep(0.05)
                    with contextlib.suppress(OSError, http.client.HTTPException):
                        status = browser.ask("GET", of_days(of)).status
                        statuses[-status] += 1

        def disturb() -> None:
            for n in range(times):
                time.sleep(1.0)
                database.stop() if n % 2 == 0 else database.kill()
                time.sleep(0.5)
                database.start()
                database.wait_up()
            time.sleep(1.0)
            over.set()

        clients = [
            threading.Thread(target=run, args=(n, p, b), daemon=True) for n, (p, b) in enumerate(pairs)
        ]
        for client in clients:
            client.start()
        disturb()  # in the main thread: what a thread starts ends with it (tests/postgres.py)
        for client in clients:
            client.join(60)
        kept = check_kept(made, writes, PREFIX)
    broken = []
    if set(statuses) - {303, 503, -200, -503} or no_retry:
        broken.append(f"answers {dict(statuses)}, {len(no_retry)} × 503 without Retry-After")
    if not statuses[503] or kept.bad or not all(w.acked for w in writes):
        broken.append(f"{statuses[503]} × 503; {kept}; {sum(not w.acked for w in writes)} never saved")
    return (
        f"restart (R5): PostgreSQL away {times} times: {statuses[303]} saved, {statuses[503] + statuses[-503]} × 503"
        f" with Retry-After, {len(kept.lost)} lost, {len(kept.twice)} twice, {len(kept.torn)} torn",
        broken,
    )


PARTS: dict[str, Callable[[], Result]] = {"syncs": syncs, "locks": locks, "full": full, "restart": restart}


def main(arguments: list[str] | None = None) -> int:
    names = (sys.argv[1:] if arguments is None else arguments) or list(PARTS)
    failed = False
    for name in names:
        began = time.monotonic()
        line, broken = PARTS[name]()
        print(f"{line}; {time.monotonic() - began:.0f} s", flush=True)
        for problem in broken:
            print(f"  BROKEN: {problem}", flush=True)
        failed = failed or bool(broken)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
