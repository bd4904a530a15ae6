"""The permission matrix: every address, every role, GET and POST, one's own and others' things."""

import copy
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from intervisit.core.access import Actor
from intervisit.kit.models import HistoryLine, OutgoingMail
from intervisit.kit.pages import PUBLIC_PAGE, SIGNED_IN
from tests.trust import oracle
from tests.trust.addresses import Try, hidden, refused, routes, tries
from tests.trust.canaries import FOUND, leaked
from tests.trust.places import Places
from tests.world import words_of

GONE, SIGN_IN, NO, WRONG_METHOD, OPEN = "404", "sign in", "403", "405", "open"

# Written while somebody only looks: what the web itself keeps, never anything of the product.
_LOOKING_WRITES = re.compile(
    r'^(INSERT INTO|UPDATE|DELETE FROM) "?(?!django_session|people_sessionseen)(\w+)'
)
_LOOKING_MAY = {
    "feed": {"calendar_feedaddress"},  # when a calendar last asked
    "account_export": {"kit_historyline"},  # that it was taken
    "fetch_export": {"kit_historyline"},
}


def expected(places: Places, tried: Try, who: Actor, method: str) -> str:
    """What this person ought to get, by the oracle alone."""
    route = tried.route
    if who.person is None and not route.public:
        return SIGN_IN
    thing = oracle.things(places)[tried.name][1] if route.model else None
    if thing is not None and not oracle.may(who, route.action, thing):
        return GONE
    if (
        thing is None
        and route.action not in (PUBLIC_PAGE, SIGNED_IN)
        and not oracle.anywhere(places, who, route.action)
    ):
        return GONE
    if method not in route.methods:
        return WRONG_METHOD
    acting = route.acts not in (PUBLIC_PAGE, SIGNED_IN) and method == "POST"
    if acting and thing is not None and not oracle.may(who, route.acts, thing):
        return NO
    if acting and thing is None and not oracle.anywhere(places, who, route.acts):
        return NO
    if hidden(places, tried, who, method):
        return GONE
    return NO if refused(places, tried, who, method) else OPEN


def got(answer: Any) -> str:
    """What was answered, in the words of `expected`."""
    if answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/"):
        return SIGN_IN
    return {404: GONE, 403: NO, 405: WRONG_METHOD}.get(
        answer.status_code, OPEN if answer.status_code < 500 else "500"
    )


# Pages of the demo are not there outside it; these answer as the public does and are tested where they live.
OFF = {
    "demo_cast",
    "demo_mail",
    "mailbox",
    "mail",
    "styleguide",
    "sign_on",
    "sign_on_back",
    "feed",
    "sign_in_link",
}


@dataclass
class Counts:
    requests: int = 0
    scanned: int = 0  # characters
    kinds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    asked: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    unknown: dict[tuple[str, ...], Any] = field(default_factory=dict)  # what an id that never was got


def ask(browser: Client, method: str, path: str, data: dict[str, Any] | None = None) -> tuple[Any, list[str]]:
    """One request whose writes are undone. Returns the answer and the tables written to."""
    browser.raise_request_exception = False
    cookies = copy.deepcopy(browser.cookies)
    written: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if wrote := _LOOKING_WRITES.match(sql):
            written.append(wrote.group(2))
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(note):
        answer = browser.get(path, data) if method == "GET" else browser.post(path, data or {})
        if hasattr(answer, "render") and not getattr(answer, "is_rendered", True):
            answer.render()
        texts = _texts(answer) + (_left_behind() if method == "POST" else [])
        transaction.set_rollback(True)
    answer.read_by = texts
    browser.cookies = cookies  # signing out was undone as well
    return answer, written


def _texts(answer: Any) -> list[str]:
    """All that the reader gets, headers and the inside of workbooks included."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"".join(archive.read(name) for name in archive.namelist())
    return [body.decode("utf-8", "replace"), *map(str, answer.headers.values())]


def _left_behind() -> list[str]:
    """What a post has put into mails (their subjects show on lock screens) and into the history."""
    mails = OutgoingMail.objects.filter(state="waiting").values_list("subject", flat=True)
    lines = HistoryLine.objects.exclude(label__startswith="canary-").values_list("changes", flat=True)
    return [*mails, *map(str, lines)]


# A name for one request, the time of day, and a list in no order: they tell nothing about the thing.
_OF_THE_MOMENT = {"X-Request-Id", "Expires", "Content-Security-Policy"}


def same(one: Any, other: Any) -> bool:
    """Whether a reader could tell two answers apart: status, headers, words and size."""

    def headers(answer: Any) -> dict[str, str]:
        return {k: v for k, v in answer.headers.items() if k not in _OF_THE_MOMENT}

    ones, others = words_of(one), words_of(other)
    return (one.status_code, headers(one), ones, len(ones)) == (
        other.status_code,
        headers(other),
        others,
        len(others),
    )


# How often a role hears the same "no" from one address: the check is the address's, asked of another thing each time,
# and which things a role may have is compared without the web (test_lists). What opens is always asked.
_ENOUGH = {GONE: 1, SIGN_IN: 1, WRONG_METHOD: 1}


def _worth_asking(counts: Counts, column: str, tried: Try, method: str, ought: str) -> bool:
    key = (column, tried.route.name, method, ought)
    counts.asked[key] += 1
    return ought not in _ENOUGH or counts.asked[key] <= _ENOUGH[ought]


def _one(
    places: Places, browser: Client, who: Actor, column: str, tried: Try, method: str, counts: Counts
) -> None:
    ought = expected(places, tried, who, method)
    if not _worth_asking(counts, column, tried, method, ought):
        return
    answer, written = ask(browser, method, tried.path)
    counts.requests += 1
    was = got(answer)
    counts.kinds[ought] += 1
    place = f"{method} {tried.route.at} [{tried.name}] as {column}"
    if was != ought and tried.route.name not in OFF:
        counts.wrong.append(f"{place}: {answer.status_code}, expected {ought}")
    if answer.status_code >= 500:
        counts.wrong.append(f"{place}: {answer.status_code}")
    seen = leaked(places, who, answer.read_by)
    counts.scanned += sum(map(len, answer.read_by))
    if seen:
        counts.wrong.append(f"{place}: shows {sorted(seen)}")
    quiet = method == "GET" or ought != OPEN
    if quiet and set(written) - _LOOKING_MAY.get(tried.route.name, set()):
        counts.wrong.append(f"{place}: wrote to {sorted(set(written))}")
    if ought == GONE and tried.unknown and tried.route.name not in OFF:
        key = (column, method, tried.route.name, str(tried.more))
        if key not in counts.unknown:
            counts.unknown[key], _ = ask(browser, method, tried.unknown)
            counts.requests += 1
        if not same(answer, counts.unknown[key]):
            counts.wrong.append(f"{place}: hidden and unknown can be told apart")


def columns() -> Iterator[tuple[str, str | None, bool]]:
    for column, (name, strong) in oracle.ROLES.items():
        yield column, name, strong


@pytest.mark.parametrize("part", range(8))
def test_every_address_answers_every_role_as_the_policy_says(
    places: Places,
    part: int,
    caplog: pytest.LogCaptureFixture,
    record_property: Callable[[str, object], None],
) -> None:
    counts = Counts()
    every = tries(places)
    # Every address for every role on SQLite; the second database answers a tenth of them, another tenth for each role.
    stride = 1 if connection.vendor == "sqlite" else 10
    for number, (column, name, strong) in enumerate(columns()):
        if number % 8 != part:
            continue
        who = oracle.actor(places, name, strong=strong)
        browser = places.world.client(name, strong=strong)
        turn = (
            number * len(every) // len(oracle.ROLES)
        )  # each role begins elsewhere, so that other things are refused
        for tried in [*every[turn:], *every[:turn]][number % stride :: stride]:
            for method in ("GET", "POST"):
                _one(places, browser, who, column, tried, method, counts)
    told = ", ".join(f"{n} {kind}" for kind, n in sorted(counts.kinds.items()))
    told += "" if stride == 1 else "; one address in ten"
    record_property(
        "counts",
        f"matrix, part {part + 1} of 8: {len(routes())} addresses, {len(every)} with their things, "
        f"{len(oracle.ROLES)} roles, {counts.requests} requests ({told}), "
        f"{counts.scanned:,} characters scanned for canaries",
    )
    assert FOUND.findall(caplog.text) == []
    assert not counts.wrong, "\n".join(counts.wrong)
