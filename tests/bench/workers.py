"""Workers killed while they work (R18): every job ends once with its result, no mail is lost, none comes often.

    python -m tests.bench.workers [--database sqlite] [--kills 20]

The real worker (`intervisit work`) runs short jobs and sends mail to a mail server of ours; it gets SIGKILL again
and again and is started again. Each is a process of its own, forked from one that has loaded the program. Then a
worker is frozen until its lease has run out and another has done its job; when it wakes up it must write nothing.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import socketserver
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from typing import Any

from tests.bench.served import ROOT, Site, durable_postgres, end, free_port, site

LEASE = "1.5"  # seconds
KIND = "trial.row"


# ---------------------------------------------------------------- inside the worker: one more kind of job


def register() -> None:
    """A job of thirty small steps whose result is one row, and a kind of mail."""
    from intervisit.kit.jobs import Running, job
    from intervisit.kit.models import Group
    from intervisit.kit.outbox import mail_kind

    def row(running: Running) -> dict[str, object]:
        number = running.job.arguments["number"]
        for step in range(10):
            running.tell(step / 10, f"step {step}")
            time.sleep(0.03 * running.job.arguments.get("slow", 1))
        with running.keeping() as result:
            Group.objects.create(kind="trial", name=f"{number}")
            result["number"] = number
        return result

    job(KIND, "import.view")(row)
    mail_kind("trial.mail", "")


def fill(jobs: int, mails: int, slow: int) -> None:
    """Queue jobs and mails."""
    from django.db import transaction

    from intervisit.apps.people.models import Person
    from intervisit.kit.access import actor_for
    from intervisit.kit.jobs import enqueue
    from intervisit.kit.models import Job
    from intervisit.kit.outbox import send_later

    person = Person.objects.order_by("email")[0]
    first = Job.objects.filter(kind=KIND).count()
    with transaction.atomic():
        for number in range(first, first + jobs):
            enqueue(KIND, by=actor_for(person), title=f"Trial {number}", number=number, slow=slow)
        for number in range(mails):
            send_later("trial.mail", person, subject=f"Mail {number}", body="A mail.", key=f"trial:{number}")


def nursery() -> int:
    """Starts a worker, or fills the queue, for each line it reads: a process of its own, told by its number."""
    from django.db import connections

    from intervisit.web.command import start_django

    start_django()
    from intervisit.web.serving import work

    register()
    connections.close_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever has ended is buried at once
    for line in sys.stdin:
        verb, *numbers = line.split()
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            os.setsid()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            code = work([]) if verb == "work" else fill(*map(int, numbers))
            os._exit(code or 0)
        print(child, flush=True)
    return 0


# ------------------------------------------------------------------------------------------- the mail server


class _Talk(socketserver.StreamRequestHandler):
    """As much SMTP as a client needs to hand over a mail."""

    def handle(self) -> None:
        self._say("220 trial")
        while line := self.rfile.readline():
            word = line.split(maxsplit=1)[0].upper() if line.strip() else b""
            if word == b"DATA":
                self._say("354 go on")
                self._take()
                self._say("250 kept")
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _say(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self.wfile.write(text.encode() + b"\r\n")

    def _take(self) -> None:
        head = True
        while (line := self.rfile.readline()) and line != b".\r\n":
            if not line.strip():
                head = False
            if head and line.lower().startswith(b"message-id:"):
                found = line.split(b":", 1)[1].strip().decode()
        if line:
            self.server.kept[found] += 1  # type: ignore[attr-defined]


class Mailbox(socketserver.ThreadingTCPServer):
    """Counts mails by their Message-ID."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        self.kept: Counter[str] = Counter()
        super().__init__(("127.0.0.1", free_port()), _Talk)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed in the middle is no news here."""


# ------------------------------------------------------------------------------------------------ the trials


def alive(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, 0)
        return True
    return False


class Nursery:
    """Where workers come from."""

    def __init__(self, made: Site) -> None:
        self.made = made
        self.workers: set[int] = set()
        with made.log.open("ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.bench.workers", "--inside"], cwd=ROOT, env=made.environment,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, start_new_session=True, text=True,
            )  # fmt: skip

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in list(self.workers):
            self.end(worker, signal.SIGKILL)
        end(self._process)

    def _ask(self, *words: object) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(*words, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"no workers come any more:\n{self.made.log.read_text()[-2000:]}")
        return int(answer)

    def start_worker(self) -> int:
        worker = self._ask("work")
        self.workers.add(worker)
        return worker

    def queue(self, jobs: int, mails: int, slow: int = 1) -> None:
        filling = self._ask("fill", jobs, mails, slow)
        wait(self.made, lambda: not alive(filling), 60, "the filling of the queue")

    def end(self, worker: int, number: int = signal.SIGTERM) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker, number)
        wait(self.made, lambda: not alive(worker), 30, "the end of a worker")
        self.workers.discard(worker)


def all_rows(made: Site, sql: str) -> list[tuple[Any, ...]]:
    with contextlib.closing(made.rows()) as rows:
        return rows.all(sql)


def count(made: Site, sql: str) -> int:
    return int(all_rows(made, sql)[0][0])


DONE = f"SELECT count(*) FROM kit_job WHERE kind = '{KIND}' AND state IN ('done', 'failed', 'stopped')"
# begun by a worker that was killed, and not over: at any moment at most one more job is in hand
LEFT = f"SELECT count(*) - 1 FROM kit_job WHERE kind = '{KIND}' AND state = 'running'"
AGAIN = f"SELECT count(*) FROM kit_job WHERE kind = '{KIND}' AND state = 'running' AND attempts > 1"
OPEN = (
    f"SELECT (SELECT count(*) FROM kit_job WHERE kind = '{KIND}' AND state IN ('waiting', 'running'))"
    " + (SELECT count(*) FROM kit_outgoingmail WHERE state IN ('waiting', 'sending'))"
)
MINE = (
    "SELECT id, state, CAST(result AS TEXT), attempts, finished, lease FROM kit_job"
    f" WHERE kind = '{KIND}' ORDER BY id"
)


def wait(made: Site, until: object, seconds: float, what: str) -> None:
    over = time.monotonic() + seconds
    while not until():  # type: ignore[operator]
        if time.monotonic() > over:
            raise SystemExit(f"{what} did not happen in {seconds:.0f} s:\n{made.log.read_text()[-2000:]}")
        time.sleep(0.03)


def kill_again_and_again(nursery: Nursery, kills: int, chance: random.Random) -> None:
    """A worker is killed only when it has finished what the one before left, so that no job meets three kills."""
    made = nursery.made
    for _ in range(kills):
        if count(made, OPEN) < 12:
            nursery.queue(20, 0)
        before = count(made, DONE)
        worker = nursery.start_worker()
        wait(
            made,
            lambda before=before: (
                count(made, DONE) > before and count(made, LEFT) <= 0 and not count(made, AGAIN)
            ),
            60,
            "a job",
        )
        time.sleep(chance.uniform(0, 0.5))
        nursery.end(worker, signal.SIGKILL)
    worker = nursery.start_worker()
    wait(made, lambda: count(made, OPEN) == 0, 90, "the end of all jobs and mails")
    nursery.end(worker)


def _freeze(made: Site, pid: int) -> None:
    """Stop a worker, but never in the middle of a write: SQLite's one lock would then be nobody's to take."""
    for _ in range(20):
        os.killpg(pid, signal.SIGSTOP)
        url = made.environment["DATABASE_URL"]
        if not url.startswith("sqlite") or _writable(url.removeprefix("sqlite:///")):
            return
        os.killpg(pid, signal.SIGCONT)
        time.sleep(0.01)
    raise SystemExit("the worker could not be frozen outside a write")


def _writable(path: str) -> bool:
    with contextlib.closing(sqlite3.connect(path, timeout=0.1, isolation_level=None)) as there:
        try:
            there.execute("BEGIN IMMEDIATE")
            there.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return False
    return True


def freeze_and_wake(nursery: Nursery) -> str:
    """A worker sleeps through its lease; another does the job; the sleeper wakes up. What went wrong, or nothing."""
    made = nursery.made
    nursery.queue(1, 0, slow=4)
    running = f"SELECT count(*) FROM kit_job WHERE kind = '{KIND}' AND state = 'running'"
    first = nursery.start_worker()
    wait(made, lambda: count(made, running) == 1, 60, "a claim")
    time.sleep(0.3)
    _freeze(made, first)
    second = nursery.start_worker()
    wait(made, lambda: count(made, OPEN) == 0, 60, "the end of the job that was taken over")
    before = all_rows(made, MINE)
    os.killpg(first, signal.SIGCONT)
    wait(made, lambda: "taken over by another worker" in made.log.read_text(), 30, "the sleeper noticing")
    after = all_rows(made, MINE)
    for worker in (first, second):
        nursery.end(worker)
    return "" if before == after else "a worker that woke up late wrote to a job that was no longer its own"


def main(arguments: list[str] | None = None) -> int:
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["--inside"]:
        return nursery()
    parser = argparse.ArgumentParser(prog="python -m tests.bench.workers", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--mails", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None)
    asked = parser.parse_args(words)
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(10**6)
    began, jobs = time.monotonic(), 2 * asked.kills + 20
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(durable_postgres()) if asked.database == "postgres" else None
        made = stack.enter_context(site(asked.database, server=database))
        mailbox = stack.enter_context(Mailbox())
        made.environment |= {
            "IV_LEASE_SECONDS": LEASE, "IV_MAIL": f"smtp://127.0.0.1:{mailbox.server_address[1]}",
        }  # fmt: skip
        from_here = stack.enter_context(Nursery(made))
        from_here.queue(jobs, asked.mails)
        kill_again_and_again(from_here, asked.kills, random.Random(seed))
        results = Counter(
            name for (name,) in all_rows(made, "SELECT name FROM kit_group WHERE kind = 'trial'")
        )
        ended = all_rows(made, MINE)
        jobs = len(ended)
        states = Counter(state for _, state, *_ in ended)
        told = Counter(str(json.loads(result).get("number")) for _, _, result, *_ in ended)
        tries = max(attempts for _, _, _, attempts, *_ in ended)
        late = freeze_and_wake(from_here)
        mailbox.shutdown()
    lost = asked.mails - len(mailbox.kept)
    repeated = sum(n - 1 for n in mailbox.kept.values())
    problems = [late] if late else []
    each = Counter(map(str, range(jobs)))
    if results != each or told != each or states != Counter(done=jobs):
        what = f"{len(results)} results, {sum(results.values())} rows, {jobs - told['None']} told"
        problems.append(f"jobs: {dict(states)}, {what}")
    if lost or repeated > 1:
        problems.append(f"{lost} mails lost, {repeated} repeated")
    print(
        f"workers on {asked.database}: {asked.kills} kills (seed {seed}), {jobs} jobs, {sum(results.values())} results,"
        f" at most {tries} starts of one; {len(mailbox.kept)} of {asked.mails} mails arrived, {repeated} of them twice;"
        f" a worker asleep past its lease wrote {'something' if late else 'nothing'}; {time.monotonic() - began:.0f} s",
        flush=True,
    )
    for line in problems:
        print(f"  BROKEN: {line}", flush=True)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
