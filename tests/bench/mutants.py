"""Every mutant of core/access must be caught by tests/core/access (trust.md, step 6 of the test plan).

mutmut works in a copy of the checkout, so that nothing is written beside the code. What is mutated and with
which tests stands in pyproject.toml.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"  # what mutmut draws while it waits
NEVER_CAUGHT = ("survived", "no_tests", "suspicious", "segfault")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="intervisit-mutants-") as folder:
        copy = Path(folder) / "copy"
        copy.mkdir()
        for name in ("intervisit", "tests"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", copy)
        environment = {**os.environ, "PYTHONPATH": str(copy)}
        environment.pop("DJANGO_SETTINGS_MODULE", None)

        def mutmut(*words: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "-m", "mutmut", *words], cwd=copy, env=environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            )  # fmt: skip

        done = mutmut("run", "--max-children", "2")
        mutmut("export-cicd-stats")
        report = copy / "mutants" / "mutmut-cicd-stats.json"
        said = [line for line in done.stdout.replace("\r", "\n").splitlines() if line[:1] not in SPINNER]
        if done.returncode or not report.exists():
            print("\n".join(said[-30:]))
            return 1
        numbers = json.loads(report.read_text())
        told = ", ".join(f"{value} {key}" for key, value in numbers.items() if value)
        print("mutants of core/access:", told)
        alive = sum(numbers.get(key, 0) for key in NEVER_CAUGHT)
        if alive:
            print(mutmut("results").stdout[-6000:])
        return 1 if alive or not numbers.get("killed") else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that temporary folders go
    sys.exit(main())
