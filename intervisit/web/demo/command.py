"""`intervisit demo --stage …`: the demo at any stage of its year."""

import argparse
import sys

from intervisit.web.demo import loading


def run(argv: list[str]) -> int:
    """Empty this installation's demo database and load the demo at a stage."""
    parser = argparse.ArgumentParser(prog="intervisit demo")
    parser.add_argument("--stage", choices=loading.STAGES, default=loading.STAGES[-1])
    chosen = parser.parse_args(argv)
    refusal = loading.why_not()
    if refusal:
        sys.stderr.write(refusal + "\n")
        return 2
    loading.start_over(say=lambda text: print(f"  {text}"))
    loading.load(chosen.stage, say=lambda text: print(f"  {text}"))
    return 0
