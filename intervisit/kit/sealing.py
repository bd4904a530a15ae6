"""Seals over the history: a line that is changed, taken out or put in later does not go unnoticed.

Every quarter of an hour the lines written since are closed under a fingerprint that stands on the one before. Nobody
who writes waits for it. Whoever can write to the database can also make all seals anew; the last seal, written down
elsewhere (`intervisit backup` says it), shows that too. docs/operators/history.md.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from intervisit.kit.clock import now
from intervisit.kit.jobs import Running, job
from intervisit.kit.models import HistoryLine, HistorySeal, Job, JobState
from intervisit.kit.rounds import every

# A line has the moment in which its transaction began to write; none is open longer.
_OPEN = dt.timedelta(hours=24)
_MOST = 5000  # lines under one seal
_AT_ONCE = 500  # lines asked for in one question


def seal() -> int:
    """Seal what has been written since; how many lines that were. Safe to run twice, and beside another."""
    closed = 0
    while fresh := _unsealed():
        last = HistorySeal.objects.order_by("-number").first()
        ids = [line.pk for line in fresh]
        digest = _fingerprint(last.digest if last else "", fresh)
        try:
            with transaction.atomic():
                number = last.number + 1 if last else 1
                HistorySeal.objects.create(number=number, at=now(), lines=ids, digest=digest)
        except IntegrityError:  # another worker was quicker: the rest is its
            break
        closed += len(ids)
    return closed


def _unsealed() -> list[HistoryLine]:
    """What no seal has, the first of it. An old line that has none is not sealed now: `check` names it."""
    last = HistorySeal.objects.order_by("-number").first()
    since = last.at - _OPEN if last else None
    lines, seals = HistoryLine.objects.order_by("pk"), HistorySeal.objects.all()
    if since is not None:
        lines, seals = lines.filter(at__gte=since), seals.filter(at__gte=since)
    sealed = {pk for ids in seals.values_list("lines", flat=True) for pk in ids}
    fresh = [pk for pk in lines.values_list("pk", flat=True).iterator() if pk not in sealed][:_MOST]
    found = _lines(fresh)
    return [found[pk] for pk in fresh]


def _fingerprint(before: str, lines: Iterable[HistoryLine]) -> str:
    found = hashlib.sha256(before.encode())
    for line in lines:
        found.update(b"\n" + _written(line).encode())
    return found.hexdigest()


def _written(line: HistoryLine) -> str:
    """Everything of a line, the same on every database."""
    whole = [
        line.pk, line.at.astimezone(dt.UTC).isoformat(), line.verb, line.kind, line.thing, line.label,
        line.actor_id and str(line.actor_id), line.system, line.group_id and str(line.group_id), line.changes,
    ]  # fmt: skip
    return json.dumps(whole, sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True)
class Checked:
    """What a look through all seals has found."""

    lines: int
    seals: int
    last: str  # the fingerprint of the last seal
    troubles: tuple[str, ...]


def check() -> Checked:
    """Compare every sealed line with its seal, and look for lines that none has."""
    troubles: list[str] = []
    before, count, seals, sealed = "", 0, 0, set[int]()
    for one in HistorySeal.objects.order_by("number").iterator():
        seals += 1
        if one.number != seals:
            troubles.append(f"Seal {seals} is missing: the next one there is {one.number}.")
            seals = one.number
        lines = _lines(one.lines)
        gone = [pk for pk in one.lines if pk not in lines]
        there = [lines[pk] for pk in one.lines if pk in lines]
        if gone:
            troubles.append(f"Line {gone[0]} and {len(gone) - 1} more of seal {one.number} are gone.")
        elif _fingerprint(before, there) != one.digest:
            days = f"{there[0].at:%d %B %Y, %H:%M} and {there[-1].at:%d %B %Y, %H:%M}"
            troubles.append(
                f"Lines {there[0].pk} to {there[-1].pk} (between {days} UTC) were changed after seal {one.number}."
            )
        sealed |= set(one.lines)
        before, count = one.digest, count + len(one.lines)
    troubles += _put_in(sealed)
    return Checked(count, seals, before, tuple(troubles))


def _lines(ids: Sequence[int]) -> dict[int, HistoryLine]:
    found: dict[int, HistoryLine] = {}
    for start in range(0, len(ids), _AT_ONCE):
        found |= HistoryLine.objects.in_bulk(ids[start : start + _AT_ONCE])
    return found


def _put_in(sealed: set[int]) -> list[str]:
    last = HistorySeal.objects.order_by("-number").first()
    if last is None:
        return []
    old = HistoryLine.objects.filter(at__lt=last.at - _OPEN).order_by("pk").values_list("pk", flat=True)
    late = [pk for pk in old.iterator() if pk not in sealed]
    return [f"Line {late[0]} and {len(late) - 1} more were put in later: no seal has them."] if late else []


@dataclass(frozen=True)
class Told:
    """What the last look through all seals has found, and when that was."""

    at: dt.datetime
    lines: int
    troubles: tuple[str, ...]


def last_check() -> Told | None:
    done = Job.objects.filter(kind="history.check", state=JobState.DONE).order_by("-created").first()
    if done is None or done.result is None:
        return None
    return Told(done.created, done.result["lines"], tuple(done.result["troubles"]))


@job("history.seal", "district.history")
def seal_job(running: Running) -> dict[str, int]:
    """Safe to run twice."""
    return {"lines": seal()}


@job("history.check", "district.history")
def check_job(running: Running) -> dict[str, object]:
    """What the page of the history tells its readers."""
    found = check()
    return {"lines": found.lines, "seals": found.seals, "troubles": list(found.troubles)}


every("history.seal", "The history is sealed", hours=0.25)
every("history.check", "The history is compared with its seals", hours=24)
