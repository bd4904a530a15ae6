"""Mail that came back, from files or from the mailbox: `intervisit read-bounces FILE.eml …`."""

import argparse
import sys
from pathlib import Path

from django.conf import settings

from intervisit.core.bounces import MOST_BYTES
from intervisit.kit.outbox_bounces import NoMailbox, Told, read_mailbox, take_report


def read_bounces(argv: list[str]) -> int:
    """Mark what these reports say. Exit 0 read, 1 the mailbox could not be read, 2 a file could not."""
    parser = argparse.ArgumentParser(prog="intervisit read-bounces")
    parser.add_argument(
        "files", nargs="*", type=Path, help="reports as mail files; none: the mailbox of IV_BOUNCES"
    )
    files: list[Path] = parser.parse_args(argv).files
    if not files:
        return _mailbox()
    told = Told()
    for path in files:
        try:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            sys.stderr.write(
                f"{path} cannot be read: {error.strerror}. The files before it have been taken.\n"
            )
            return 2
        take_report(data, told)
    sys.stdout.write(f"{told}.\n")
    return 0


def _mailbox() -> int:
    if not settings.BOUNCES:
        sys.stderr.write("Name files, or set IV_BOUNCES to the mailbox that mail comes back to.\n")
        return 2
    try:
        sys.stdout.write(f"{read_mailbox(settings.BOUNCES)}.\n")
    except NoMailbox as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
