"""A worker knows every job and every mail: it starts in a process of its own, where no page was ever imported."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import django; django.setup()
from intervisit.web import workers
from intervisit.kit import jobs, outbox
print(*sorted(jobs.JOBS)); print(*sorted(outbox.MAIL_KINDS))
"""


def written(pattern: str) -> list[str]:
    """What the apps and the kit write down by such a call."""
    texts = [p.read_text() for room in ("apps", "kit") for p in (ROOT / "intervisit" / room).rglob("*.py")]
    return sorted(found for text in texts for found in re.findall(pattern, text))


def test_the_worker_knows_every_job_and_every_mail() -> None:
    done = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True, check=True)
    jobs, mails = (line.split() for line in done.stdout.splitlines())
    assert jobs == written(r'(?m)^@job\("([^"]+)"')
    assert mails == written(r'mail_kind\(\s*"([^"]+)"')
    assert len(jobs) >= 4
    assert len(mails) >= 8
