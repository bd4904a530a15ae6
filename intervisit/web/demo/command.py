"""`intervisit demo --stage …`: the demo at any stage of its year."""

import argparse
import os
import sys

from intervisit.web.command import start_django

STAGES = ("call", "review", "matched", "published")


def run(argv: list[str]) -> int:
    """Empty this installation's demo database and load the demo at a stage.

    Refuses (exit 2) an installation with an https address, and a database in which there are real people.
    """
    parser = argparse.ArgumentParser(prog="intervisit demo")
    parser.add_argument("--stage", choices=STAGES, default=STAGES[-1])
    chosen = parser.parse_args(argv)
    if os.environ.get("IV_ADDRESS", "").startswith("https://"):
        sys.stderr.write(
            "This is a real installation (its address begins with https): the demo is not for it.\n"
        )
        return 2
    os.environ.setdefault("IV_DEMO", "1")
    start_django()
    from intervisit.web import upkeep  # noqa: PLC0415 - needs Django
    from intervisit.web.demo import loading  # noqa: PLC0415 - needs Django

    upkeep.migrate(["--quiet"])
    refusal = loading.why_not()
    if refusal:
        sys.stderr.write(refusal + "\n")
        return 2

    def say(text: str) -> None:
        sys.stdout.write(f"  {text}\n")
        sys.stdout.flush()

    loading.start_over(say)
    loading.load(chosen.stage, say)
    say(f"The demo stands at “{chosen.stage}”. See it with: python3 iv")
    return 0
