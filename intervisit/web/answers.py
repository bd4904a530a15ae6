"""Answers to invitations, from files or from the mailbox: `intervisit read-answers FILE.eml …`."""

import argparse
import imaplib
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from intervisit.apps.calendar.actions.invitation_jobs import BY_MAIL, take_answers
from intervisit.core.invitations import LARGEST_MAIL
from intervisit.kit.outbox_bounces import unread_mails


def read_answers(argv: list[str]) -> int:
    """Keep what these mails answer. Exit 0 read, 1 the mailbox could not be read, 2 a file could not."""
    parser = argparse.ArgumentParser(prog="intervisit read-answers")
    parser.add_argument("files", nargs="*", type=Path, help="mail files; none: the mailbox of IV_ANSWERS")
    files: list[Path] = parser.parse_args(argv).files
    if not settings.ANSWERS_TO:
        sys.stderr.write(
            "Set IV_ANSWERS_TO: without it no invitation asks for an answer, and none can be matched.\n"
        )
        return 2
    if not files and not settings.ANSWERS:
        sys.stderr.write("Name files, or set IV_ANSWERS to the mailbox in which answers arrive.\n")
        return 2
    try:
        told = take_answers(_contents(files) if files else unread_mails(settings.ANSWERS), by=BY_MAIL)
    except _Unreadable as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        sys.stderr.write(f"The mailbox for answers cannot be read ({type(error).__name__}).\n")
        return 1
    sys.stdout.write(f"{_words(told)}.\n")
    return 0


class _Unreadable(RuntimeError):
    """A file that cannot be read."""


def _contents(files: list[Path]) -> Iterator[bytes]:
    for path in files:
        try:
            with path.open("rb") as file:
                yield file.read(LARGEST_MAIL + 1)
        except OSError as error:
            told = f"{path} cannot be read: {error.strerror}. The files before it have been taken."
            raise _Unreadable(told) from None


def _words(told: Counter[str]) -> str:
    kept = told.pop("kept", 0)
    others = ", ".join(f"{count} {code}" for code, count in sorted(told.items()))
    return f"{kept} answers kept" + (f"; left alone: {others}" if others else "")
