"""Side doors around a visit: digests, invitations, feeds, print, panels: what is private stays where it is."""

from typing import Any

import pytest
import time_machine
from django.core import mail as sent
from django.urls import reverse

from intervisit.apps.calendar.actions.invitations import bring_up_to_date, networks_with_invitations
from intervisit.apps.calendar.models import FeedAddress, Visit
from intervisit.apps.calendar.queries import address_of
from intervisit.apps.calendar.states import FeedKind
from intervisit.core.access import system_actor
from intervisit.kit import jobs, outbox
from intervisit.kit.models import OutgoingMail
from tests.trust.canaries import FOUND, leaked
from tests.trust.places import Places
from tests.world import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def letters(places: Places, settings: Any) -> list[Any]:
    """Everything that goes out the evening before, invitations included."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.ANSWERS_TO = "visits@district.test"
    OutgoingMail.objects.all().delete()
    with time_machine.travel("2026-10-13T18:30:00Z", tick=False):
        Visit.objects.update(told={"x": 1})
        for program in (places.world.program, places.far_program):
            for network in networks_with_invitations(program):
                bring_up_to_date(network, by=system_actor("a test"))
        jobs.Job.objects.create(kind="remind_of_tomorrow", title="Tomorrow")
        jobs.run_waiting()
        outbox.send_due()
    return sent.outbox


def test_digests_and_invitations_reach_those_who_may_read_them(places: Places, letters: list[Any]) -> None:
    from intervisit.kit.access import actor_for

    people = {p.email: p for p in places.world.people.values()}
    assert len(letters) == 9 + 8  # invitations, and mails about tomorrow
    wrong = []
    for message in letters:
        to = people[message.to[0]]
        texts = [message.body, message.subject, *(str(part.content) for part in message.alternatives)]
        wrong += [(to.name, word) for word in leaked(places, actor_for(to, strong=True), texts)]
    assert wrong == []
    readers = {people[m.to[0]].name.split()[0] for m in letters if "canary-near-day-note" in m.body}
    assert readers == {"Hana", "Tess", "Piet", "Pim", "Ora", "Fay"}


def test_subjects_tell_a_lock_screen_nothing(places: Places, letters: list[Any]) -> None:
    names = [s.name for s in places.world.schools.values()] + [n.name for n in places.world.networks.values()]
    assert [m.subject for m in letters if FOUND.search(m.subject) or any(n in m.subject for n in names)] == []


def test_secrets_of_answers_stand_in_no_table(places: Places, letters: list[Any]) -> None:
    secrets = {address for m in letters for address in m.reply_to}
    assert len(secrets) == len([m for m in letters if m.reply_to]) > 5
    kept = " ".join(str(row) for row in OutgoingMail.objects.values_list())
    assert [s for s in secrets if s.partition("+")[2][:24] in kept] == []


@pytest.mark.parametrize("kind", list(FeedKind))
def test_an_address_of_any_kind_shows_what_its_reader_may_see_and_dies_with_her_role(
    places: Places, kind: str
) -> None:
    world = places.world
    person = world.people["Fay" if kind == FeedKind.FACILITATED else "Piet"]
    feed = FeedAddress.objects.create(
        person=person, kind=kind, network=world.networks["East"] if kind == FeedKind.NETWORK else None,
        school=world.schools[2] if kind == FeedKind.SCHOOL else None,
    )  # fmt: skip
    text = world.client(None).get(address_of(feed)).content.decode()
    assert text.count("BEGIN:VEVENT") == 1
    assert FOUND.findall(text) == []  # no note, no list, no answer
    assert "P.S. 4" not in text
    person.roles.update(taken_back=True)
    after = world.client(None).get(address_of(feed)).content.decode()
    assert "BEGIN:VEVENT" not in after
    assert [n for n in ("East", "P.S.") if n in after] == []


def test_an_address_cannot_be_made_from_what_others_know(places: Places) -> None:
    """The table, another address and the old one of the same feed: none of them opens it."""
    world = places.world
    mine, other = world.feeds["Hana"], world.feeds["Ova"]
    right, theirs = address_of(mine), address_of(other)
    tries = [
        f"/feeds/{mine.pk.hex}{mine.nonce.hex}00000000.ics",
        right[:-44] + theirs[-44:],
        right.upper().replace(".ICS", ".ics").replace("/FEEDS", "/feeds"),
        right[:-5] + ".ics",
        "/feeds/" + "0" * 72 + ".ics",
    ]
    nobody = world.client(None)
    answers = [nobody.get(path) for path in tries if path != right]
    assert {a.status_code for a in answers} == {404}
    assert len({words_of(a) for a in answers}) == 1


def test_paper_shows_no_more_than_the_page(places: Places) -> None:
    east = places.world.visits["East"].pk
    for name in ("Hana", "Pim", "Fay", "Sol", "Ova", "Sue", "Eve", "Flo"):
        codes = {
            route: places.world.client(name).get(reverse(route, args=[east])).status_code
            for route in ("attendance", "sign_in_sheet", "visit_minutes")
        }
        assert len(set(codes.values())) == 1, (name, codes)


def test_amounts_stay_out_of_a_teams_page(places: Places) -> None:
    page = reverse("visit", args=[places.world.visits["East"].pk])
    shown = {n: places.world.client(n).get(page).content.decode() for n in ("Tess", "Hana", "Fay", "Piet")}
    assert {n: "651.93" in text for n, text in shown.items()} == {
        "Tess": False,
        "Hana": True,
        "Fay": True,
        "Piet": False,
    }
    assert {n: "3 asked for" in text for n, text in shown.items()} == {
        "Tess": True, "Hana": True, "Fay": True, "Piet": False
    }  # fmt: skip
