"""B11: ids in bodies and queries. A foreign id is answered exactly as one that never was, and nothing is written."""

import ast
import difflib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.trust.places import Places
from tests.trust.test_matrix import ask, same
from tests.world import words_of

Body = Callable[[Places, Any], dict[str, Any]]
ROOT = Path(__file__).resolve().parents[2] / "intervisit"


@dataclass(frozen=True)
class Door:
    """One field that takes an id: who posts it where, and ids of things that are not hers."""

    name: str
    person: str
    path: Callable[[Places], str]
    body: Body
    foreign: Callable[[Places], list[Any]]
    method: str = "POST"


def _file(name: str = "schools.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"code,name\n01M001,P.S. 1\n")


def _of(name: str) -> Callable[[Places], str]:
    return lambda p: reverse(name, args=[p.world.program.pk])


DOORS = (
    Door("district of a file", "Dana", lambda _: reverse("school_imports"),
         lambda _, i: {"district": i, "file": _file()}, lambda p: [p.far.pk]),
    Door("roles to end", "Dana", lambda _: reverse("roles_end"),
         lambda _, i: {"role": [i], "sure": "1"},
         lambda p: [p.things["far role"].pk, p.world.people["Lea"].roles.get().pk]),
    Door("roles to end, of another school", "Hana", lambda _: reverse("roles_end"),
         lambda _, i: {"role": [i], "sure": "1"},
         lambda p: [p.world.people["Pim"].roles.get().pk, p.world.people["Hana"].roles.get().pk]),
    Door("district of a new program", "Dana", lambda _: reverse("new_program"),
         lambda _, i: {"district": i, "name": "x"}, lambda p: [p.far.pk]),
    Door("district of a new program, asked", "Dana", lambda _: reverse("new_program"),
         lambda _, i: {"district": i}, lambda p: [p.far.pk], "GET"),
    Door("district of the people", "Dana", lambda _: reverse("district_people"),
         lambda _, i: {"district": i}, lambda p: [p.far.pk], "GET"),
    Door("district of the history", "Ada", lambda _: reverse("district_history"),
         lambda _, i: {"district": i}, lambda p: [p.far.pk], "GET"),
    Door("applications to decide", "Sol", _of("program_applications"),
         lambda _, i: {"ids": [i], "decision": "accept"},
         lambda p: [p.things["far application"].pk, p.things["near draft"].pk, p.world.applications[7].pk]),
    Door("school that applies", "Hana", lambda p: reverse("apply", args=[p.near("call").pk]),
         lambda _, i: {"school": i, "role": "host"}, lambda p: [p.world.schools[4].pk, p.far_school.pk]),
    Door("one more reviewer", "Sol",
         lambda p: reverse("reviews_of_application", args=[p.world.program.pk, "reading", p.world.applications[2].pk]),
         lambda _, i: {"seat": i}, lambda p: [p.things["far seat"].pk]),
    Door("school kept apart", "Sol", _of("keep_apart"),
         lambda p, i: {"first": i, "second": p.world.schools[1].pk, "together": ""},
         lambda p: [p.far_school.pk, p.world.schools[7].pk]),
    Door("other school kept apart", "Sol", _of("keep_apart"),
         lambda p, i: {"first": p.world.schools[1].pk, "second": i, "together": ""}, lambda p: [p.far_school.pk]),
    Door("school whose own words are placed", "Sol", _of("own_words"),
         lambda p, i: {"application": i, "area": p.world.program.design.focus_areas[3].key, "do": "count"},
         lambda p: [p.things["far application"].pk, p.world.applications[7].pk]),
    Door("facilitator", "Sol", lambda p: reverse("network_facilitator", args=[p.world.networks["East"].pk]),
         lambda _, i: {"person": i}, lambda p: [p.world.people["Lou"].pk, p.world.people["Hana"].pk]),
    Door("scenarios side by side", "Sol", _of("compare_scenarios"),
         lambda p, i: {"with": [str(p.world.scenario.pk), i]}, lambda p: [p.things["far scenario"].pk], "GET"),
    Door("network to move to", "Sol", lambda p: reverse("network_move", args=[p.world.networks["East"].pk]),
         lambda p, i: {"member": p.world.networks["East"].members.first().pk, "other": i},
         lambda p: [p.things["far network"].pk]),
    Door("school to move", "Sol", lambda p: reverse("network_move", args=[p.world.networks["East"].pk]),
         lambda p, i: {"member": i, "other": p.world.networks["West"].pk},
         lambda p: [p.world.networks["West"].members.first().pk, p.things["far network"].members.first().pk]),
    Door("network to put together with", "Sol", lambda p: reverse("network_merge", args=[p.world.networks["East"].pk]),
         lambda _, i: {"other": i}, lambda p: [p.things["far network"].pk]),
    Door("school taken in", "Sol", lambda p: reverse("network_join", args=[p.world.networks["East"].pk]),
         lambda _, i: {"application": i}, lambda p: [p.things["far application"].pk, p.world.applications[7].pk]),
    Door("school of a board kept apart", "Sol",
         lambda p: reverse("scenario_apart", args=[p.world.scenario.pk, p.world.applications[2].pk]),
         lambda _, i: {"other": i}, lambda p: [p.things["far application"].pk, p.world.applications[4].pk]),
    Door("calendar address to renew", "Hana", lambda _: reverse("my_feeds"),
         lambda _, i: {"renew": i}, lambda p: [p.world.feeds["Ova"].pk, p.things["far feed"].pk]),
    Door("calendar of a network", "Hana", lambda _: reverse("my_feeds"),
         lambda _, i: {"network": i}, lambda p: [p.world.networks["West"].pk, p.things["far network"].pk]),
    Door("calendar address to remove", "Hana", lambda _: reverse("my_feeds"),
         lambda _, i: {"remove": i}, lambda p: [p.world.feeds["Ova"].pk, p.things["far feed"].pk]),
    Door("calendar of a school", "Hana", lambda _: reverse("my_feeds"),
         lambda _, i: {"school": i}, lambda p: [p.world.schools[2].pk, p.far_school.pk]),
    Door("who is here", "Fay", lambda p: reverse("attendance", args=[p.world.visits["East"].pk]),
         lambda _, i: {"who": i, "state": "present"}, lambda p: [p.world.people["Ova"].pk, p.world.people["Lou"].pk]),
    Door("somebody without an account is here", "Fay",
         lambda p: reverse("attendance", args=[p.world.visits["East"].pk]),
         lambda _, i: {"who": f"row:{i}", "state": "excused"}, lambda p: [p.things["far attendance"].pk]),
    Door("cover to decide", "Sol", _of("program_cover"),
         lambda _, i: {"ids": [i]}, lambda p: [p.things["far cover"].pk]),
    Door("visit to take out of the draft", "Dana", lambda p: reverse("draft_drop", args=[p.world.plan.pk]),
         lambda _, i: {"visit": i}, lambda p: [p.things["far visit"].pk]),
    Door("visit to ask about", "Dana", lambda p: reverse("draft_ask", args=[p.world.plan.pk]),
         lambda _, i: {"visit": i}, lambda p: [p.things["far visit"].pk]),
    Door("visit to change days with", "Hana", lambda p: reverse("visit_propose", args=[p.world.visits["East"].pk]),
         lambda _, i: {"date": "2026-12-01", "swap": i},
         lambda p: [p.world.visits["West"].pk, p.things["far visit"].pk]),
    Door("school that answers", "Hana", lambda p: reverse("proposal_answer", args=[p.near("proposal").pk]),
         lambda _, i: {"school": i, "reply": "yes"}, lambda p: [p.world.schools[2].pk, p.far_school.pk]),
    Door("school a letter is previewed for", "Sol", lambda p: reverse("letter", args=[p.world.program.pk, "decline"]),
         lambda _, i: {"application": i},
         lambda p: [p.things["far application"].pk, p.things["near draft"].pk, p.world.applications[7].pk], "GET"),
    Door("mail to send again", "Sol", lambda p: reverse("letter_resend", args=[p.near("letter").pk]),
         lambda _, i: {"mail": i, "address": "office@school.test"},
         lambda p: [m.pk for name in ("other", "far") for m in p.things[f"{name} letter"].mails.all()]),
    Door("order of the waiting list", "Sol", _of("waiting_list"),
         lambda _, i: {"order": [i], "move": i, "dir": "up"},
         lambda p: [p.things["far application"].pk, p.things["near draft"].pk]),
    Door("role of another program", "Dana", lambda p: reverse("program_people", args=[p.world.program.pk]),
         lambda _, i: {"held": i}, lambda p: [p.things["far role"].pk]),
    Door("party of an acceptance", "Hana", lambda p: reverse("agreement", args=[p.things["agreement"].pk]),
         lambda _, i: {"for": i, "name": "Hana Whitfield"},
         lambda p: [p.world.schools[2].pk, p.world.people["Fay"].pk, p.far_school.pk]),
    Door("school one applies for a post from", "Tess",
         lambda p: reverse("post", args=[p.world.program.pk, "model_teacher"]),
         lambda _, i: {"school": i}, lambda p: [p.world.schools[2].pk, p.far_school.pk]),
    Door("school of an offer", "Hana", lambda p: reverse("leader_offer", args=[p.things["pool entry"].pk]),
         lambda _, i: {"school": i}, lambda p: [p.world.schools[2].pk, p.far_school.pk]),
    Door("member of an interview", "Sol",
         lambda p: reverse("leader_arrange", args=[p.things["leader application"].pk]),
         lambda _, i: {"seats": [i]}, lambda p: [p.things["seat Ida"].pk]),
)  # fmt: skip


def difference(one: Any, other: Any) -> str:
    lines = difflib.unified_diff(words_of(one).splitlines(), words_of(other).splitlines(), lineterm="", n=0)
    return "\n".join(
        [f"{one.status_code} {other.status_code}", str(one.headers), str(other.headers), *lines]
    )[:3000]


@pytest.mark.parametrize("door", DOORS, ids=lambda d: d.name)
def test_b11_a_foreign_id_is_an_unknown_id(places: Places, door: Door) -> None:
    browser = places.world.client(door.person)
    never = str(uuid.uuid4())
    unknown, _ = ask(browser, door.method, door.path(places), door.body(places, never))
    unknown.content = unknown.content.replace(never.encode(), b"ID")
    for foreign in door.foreign(places):
        answer, written = ask(browser, door.method, door.path(places), door.body(places, str(foreign)))
        answer.content = answer.content.replace(str(foreign).encode(), b"ID")
        assert same(answer, unknown), difference(answer, unknown)
        assert [t for t in written if t != "kit_submittedform"] == []
        assert answer.status_code < 500


SECOND_IDS = (
    ("Dana", "leader_committee_end", lambda p: (p.world.program.pk, p.things["seat Ida"].pk)),
    ("Dana", "end_program_role", lambda p: (p.world.program.pk, p.world.people["Lou"].roles.first().pk)),
    ("Dana", "confirm_program_role", lambda p: (p.world.program.pk, p.things["near role"].pk)),
    ("Sol", "lift_conflict", lambda p: (p.world.program.pk, p.things["far conflict"].pk)),
    ("Sol", "undo_decision", lambda p: (p.world.program.pk, p.things["far pending"].batch)),
    ("Sol", "scenario_move", lambda p: (p.world.scenario.pk, p.things["far application"].pk)),
    ("Sol", "scenario_apart", lambda p: (p.world.scenario.pk, p.things["far application"].pk)),
    (
        "Sol",
        "network_leave",
        lambda p: (p.world.networks["East"].pk, p.world.networks["West"].members.first().pk),
    ),
    ("Sol", "network_place", lambda p: (p.world.program.pk, p.things["far application"].pk)),
    ("Sol", "scenario_why", lambda p: (p.world.scenario.pk, p.things["far application"].pk)),
)


@pytest.mark.parametrize(("person", "route", "ids"), SECOND_IDS, ids=[s[1] for s in SECOND_IDS])
def test_b11_the_second_id_of_an_address(places: Places, person: str, route: str, ids: Any) -> None:
    first, second = ids(places)
    browser = places.world.client(person)
    answer, written = ask(browser, "POST", reverse(route, args=[first, second]))
    never = uuid.uuid4()
    unknown, _ = ask(browser, "POST", reverse(route, args=[first, never]))
    answer.content = answer.content.replace(str(second).encode(), b"ID")
    unknown.content = unknown.content.replace(str(never).encode(), b"ID")
    assert same(answer, unknown), difference(answer, unknown)
    assert (answer.status_code >= 400, written) == (True, [])


# Every name that pages read from a body or a query by hand. A new one is put here with a thought: does it take an id?
TAKES_IDS = {
    "instead_of",
    "remove",
    "who",
    "application", "district", "ids", "mail", "member", "move", "network", "order", "other", "person", "renew",
    "role", "seat", "swap", "visit", "with", "people", "text", "for",
}  # fmt: skip
PLAIN = {
    "stage", "mark", "afresh", "only", "words", "hide", "comment",
    "next", "code", "year", "encoding", "delimiter", "to", "kind", "locked", "version", "staged", "tab", "base", "what",
    "seen", "page", "q", "part", "sort", "who", "from", "format", "then", "design", "bind", "confirmed", "sure", "area",
    "level", "school", "dir", "number",
    "on", "view", "first", "against", "reply", "way", "reason",
    "archived", "note", "split", "reader",
    "by", "count", "cover",
    "weekday", "day", "take", "state", "wanted", "answer", "decision", "apply",
    "of", "only_named", "purpose", "call", "rule", "key", "section", "show", "do", "instead",
}  # fmt: skip


def test_every_field_read_by_hand_is_known() -> None:
    read = set()
    for path in ROOT.rglob("pages/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("get", "getlist")
            ):
                owner, arguments = ast.unparse(node.func.value), node.args
            elif isinstance(node, ast.Subscript):
                owner, arguments = ast.unparse(node.value), [node.slice]
            else:
                continue
            if (
                owner.endswith(("request.POST", "request.GET"))
                and arguments
                and isinstance(arguments[0], ast.Constant)
            ):
                read.add(arguments[0].value)
    assert read - TAKES_IDS - PLAIN == set()
