"""The command line: `intervisit VERB …`, and from a checkout `python3 iv VERB …`.

Each verb names the function that does it; a verb is imported only when it is called, so that `match` and `plan`
start without Django.
"""

import os
import sys
from collections.abc import Callable
from importlib import import_module

INTERRUPTED = 130  # as shells say it

# verb -> (module, function, needs Django, one line of help)
VERBS: dict[str, tuple[str, str, bool, str]] = {
    "up": ("intervisit.web.serving", "up", False, "migrate, load the demo when new, serve and work"),
    "serve": ("intervisit.web.serving", "serve", False, "serve the pages (a server; needs `work` beside it)"),
    "work": ("intervisit.web.serving", "work", True, "run background jobs and send mail"),
    "migrate": ("intervisit.web.upkeep", "migrate", True, "bring the database to this version"),
    "demo": (
        "intervisit.web.demo.command",
        "run",
        False,
        "put the demo at a stage: --stage call|review|matched|published",
    ),
    "backup": (
        "intervisit.web.upkeep",
        "backup",
        True,
        "write a copy of the database to a file, while in use",
    ),
    "restore": ("intervisit.web.upkeep", "restore", True, "put a copy back into an empty place"),
    "move-to": (
        "intervisit.web.moving",
        "move_to",
        True,
        "copy everything into another, empty database: move-to postgres://…",
    ),
    "first-admin": ("intervisit.web.upkeep", "first_admin", True, "make the district and its first director"),
    "read-answers": (
        "intervisit.web.answers",
        "read_answers",
        True,
        "keep answers to invitations: read-answers FILE.eml …, or the mailbox of IV_ANSWERS",
    ),
    "read-bounces": (
        "intervisit.web.returned",
        "read_bounces",
        True,
        "mark mail that came back: read-bounces FILE.eml …, or the mailbox of IV_BOUNCES",
    ),
    "check-safety": (
        "intervisit.web.upkeep",
        "check_safety",
        True,
        "say whether the settings keep the promises",
    ),
    "check-history": (
        "intervisit.web.upkeep",
        "check_history",
        True,
        "compare every line of the history with its seal",
    ),
    "import-schools": (
        "intervisit.apps.people.import_command",
        "run",
        True,
        "read a list of schools: preview, --apply",
    ),
    "match": (
        "intervisit.web.match_command",
        "main",
        False,
        "match an instance: INSTANCE.json --out SOLUTION.json",
    ),
    "plan": ("intervisit.web.plan_command", "main", False, "plan a year: INSTANCE.json --out PLAN.json"),
    "designs": (
        "intervisit.web.designs_command",
        "main",
        False,
        "designs check PATH, designs list, designs diff A B",
    ),
    "permissions": (
        "intervisit.web.upkeep",
        "permissions",
        True,
        "print the permission table (docs/reference)",
    ),
    "manage": ("intervisit.web.upkeep", "manage", True, "Django's own commands, for developers"),
}


def _help() -> str:
    width = max(map(len, VERBS))
    rows = "\n".join(f"  {verb:<{width}}  {words}" for verb, (_, _, _, words) in VERBS.items())
    return f"usage: intervisit VERB …\n\n{rows}\n"


def main(argv: list[str] | None = None) -> int:
    """Run one verb. Returns its exit status; 2 for a verb nobody knows."""
    words = sys.argv[1:] if argv is None else argv
    if not words or words[0] in ("-h", "--help", "help"):
        sys.stdout.write(_help())
        return 0
    verb, rest = words[0], words[1:]
    if verb not in VERBS:
        sys.stderr.write(f"intervisit: there is no verb {verb!r}.\n\n{_help()}")
        return 2
    module, name, django, _ = VERBS[verb]
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more of them only wait for each other in small sums
    try:
        if django:
            start_django()
        function: Callable[[list[str]], int] = getattr(import_module(module), name)
        return function(rest)
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted.\n")
        return INTERRUPTED


def start_django() -> None:
    """Load the settings and the apps."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intervisit.web.settings")
    import_module("django").setup()


if __name__ == "__main__":
    raise SystemExit(main())
