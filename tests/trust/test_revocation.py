"""Rights follow the day: joining, leaving, moving, being promoted — the next request already knows."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.core import mail as post
from django.db import transaction
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from intervisit.apps.calendar.models import FeedAddress
from intervisit.apps.calendar.queries import address_of
from intervisit.apps.networks.actions import set_facilitator
from intervisit.apps.networks.models import NetworkMember
from intervisit.apps.networks.states import NetworkState
from intervisit.apps.people.actions.roles import end_role
from intervisit.apps.people.models import Rates, RoleHeld
from intervisit.core.access import TEAM, Actor, Held, Policy, Table, Thing, allow, decide
from intervisit.kit import outbox
from intervisit.kit.access import actor_for, may, system_actor
from intervisit.kit.models import MailState, OutgoingMail
from intervisit.kit.outbox import send_later
from tests import factories
from tests.world import World, build_world

STAFF = ("Tess", "Pim", "Hana", "Ova", "Noa")  # facilitators are neutral: they join no school
WHO = ("Tess", "Pim", "Hana", "Fay", "Finn", "Ova", "Noa")
SCHOOLS = (1, 2, 4)
NETWORKS = ("East", "West")
LAST_YEAR = dt.date(2025, 6, 30)


class Rights(RuleBasedStateMachine):
    """Random changes of who is what; the oracle is a few sets, the product is asked by its pages."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World
        self.held: set[tuple[str, str, str]] = set()  # (person, role, place)
        self.members: dict[str, set[int]] = {}
        self.published: dict[str, bool] = {}
        self.mails: list[tuple[Any, str, str]] = []

    @initialize()
    def begin(self) -> None:
        self.world = build_world()
        self.held = {
            ("Tess", "team", "1"), ("Pim", "team", "2"), ("Hana", "principal", "1"), ("Ova", "principal", "4"),
            ("Fay", "facilitator", "East"), ("Finn", "facilitator", "West"),
        }  # fmt: skip
        self.members = {"East": {1, 2, 3}, "West": {4, 5, 6}}
        self.published = {"East": True, "West": True}

    def _group(self, place: str) -> Any:
        return self.world.networks[place].group if place in NETWORKS else self.world.schools[int(place)].group

    def _end(self, person: str, role: str, place: str) -> None:
        RoleHeld.objects.filter(
            person=self.world.people[person], role=role, group=self._group(place), ends=None, taken_back=False
        ).update(ends=LAST_YEAR)
        self.held.discard((person, role, place))

    @rule(
        person=st.sampled_from(STAFF),
        role=st.sampled_from(("team", "principal")),
        school=st.sampled_from(SCHOOLS),
    )
    def join(self, person: str, role: str, school: int) -> None:
        if (person, role, str(school)) not in self.held:
            factories.role(self.world.people[person], role, self._group(str(school)))
            self.held.add((person, role, str(school)))

    @rule(person=st.sampled_from(STAFF), school=st.sampled_from(SCHOOLS))
    def leave(self, person: str, school: int) -> None:
        for role in ("team", "principal"):
            self._end(person, role, str(school))

    @rule(network=st.sampled_from(NETWORKS), person=st.sampled_from(("Fay", "Finn")))
    def reassign(self, network: str, person: str) -> None:
        set_facilitator(self.world.networks[network], self.world.people[person], by=system_actor("a test"))
        self.held = {h for h in self.held if h[1:] != ("facilitator", network)} | {
            (person, "facilitator", network)
        }

    @rule(school=st.sampled_from(SCHOOLS), network=st.sampled_from(NETWORKS))
    def move_school(self, school: int, network: str) -> None:
        for name in NETWORKS:
            if school in self.members[name] and name != network:
                rows = NetworkMember.objects.filter(
                    network=self.world.networks[name], school=self.world.schools[school]
                )
                rows.filter(left=None).update(left=LAST_YEAR)
                self.members[name].discard(school)
        if school not in self.members[network]:
            NetworkMember.objects.create(
                network=self.world.networks[network], school=self.world.schools[school], role="partner",
                joined=dt.date(2026, 9, 8),
            )  # fmt: skip
            self.members[network].add(school)

    @rule(network=st.sampled_from(NETWORKS))
    def withdraw_or_publish(self, network: str) -> None:
        row = self.world.networks[network]
        self.published[network] = not self.published[network]
        row.state = NetworkState.PUBLISHED if self.published[network] else NetworkState.ADOPTED
        row.save(update_fields=["state"])

    @rule(person=st.sampled_from(WHO), network=st.sampled_from(NETWORKS))
    def write(self, person: str, network: str) -> None:
        """News that wait in the outbox; whether they go is asked when they are sent."""
        mail = send_later(
            "network.published", self.world.people[person], subject="News", body="…",
            about=self.world.networks[network], key=f"{len(self.mails)}",
        )  # fmt: skip
        self.mails.append((mail, person, network))

    @rule()
    def send(self) -> None:
        outbox.send_due()
        for mail, person, network in self.mails:
            sent = OutgoingMail.objects.get(pk=mail.pk).state
            assert (sent == MailState.SENT) == self._sees(person, network), (person, network, sent)
        self.mails.clear()
        OutgoingMail.objects.all().delete()

    def _sees(self, person: str, network: str) -> bool:
        """The oracle: the facilitator always, a school's people while published and while the school is in it."""
        mine = {h for h in self.held if h[0] == person}
        if (person, "facilitator", network) in mine:
            return True
        schools = {str(n) for n in self.members[network]}
        return self.published[network] and any(
            h[1] in ("team", "principal") and h[2] in schools for h in mine
        )

    @invariant()
    def the_next_request_has_the_new_rights(self) -> None:
        if not self.held and not hasattr(self, "world"):
            return
        for person in WHO:
            who = actor_for(self.world.people[person], strong=True)
            for network in NETWORKS:
                assert bool(may(who, "network.view", self.world.networks[network])) == self._sees(
                    person, network
                )

    @rule(person=st.sampled_from(WHO), network=st.sampled_from(NETWORKS))
    def open_pages(self, person: str, network: str) -> None:
        browser = self.world.client(person)
        there = 200 if self._sees(person, network) else 404
        assert browser.get(reverse("network", args=[self.world.networks[network].pk])).status_code == there
        listed = str(self.world.networks[network].pk) in browser.get(reverse("my_networks")).content.decode()
        assert listed == (there == 200)
        feed, _ = FeedAddress.objects.get_or_create(person=self.world.people[person], network=None)
        text = self.client_of_nobody().get(address_of(feed)).content.decode().replace("\r\n ", "")
        assert (str(self.world.visits[network].pk) in text) == self._sees_visits(person, network)

    def client_of_nobody(self) -> Any:
        return self.world.client(None)

    def _sees_visits(self, person: str, network: str) -> bool:
        return self._sees(person, network)


class TestRights(TestCase):
    """Each example begins from nothing: Hypothesis and the database share no fixture."""

    def test_rights_follow_every_change(self) -> None:
        chosen = settings(
            max_examples=10,
            stateful_step_count=12,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )

        class Undone(Rights):
            def __init__(self) -> None:
                self._atomic = transaction.atomic()
                self._atomic.__enter__()
                super().__init__()

            def teardown(self) -> None:
                transaction.set_rollback(True)
                self._atomic.__exit__(None, None, None)

        run_state_machine_as_test(Undone, settings=chosen)


# --------------------------------------------------------------------------- one event each (trust.md 2.5)


def test_a_teammate_who_becomes_a_rater_loses_the_team_space() -> None:
    """No app has this kind yet; the floor has, so it is asked of the floor."""
    made = Policy([Table("inquiry", (allow("team_space.view", TEAM @ "school"),))])
    space = Thing("team_space", {"school": frozenset({"s1"})}, {"members": frozenset({"tess", "hana"})})
    before = Actor("hana", frozenset({Held("team", "s1")}))
    after = replace(before, rates=frozenset({"tess"}))
    assert decide(made, "team_space.view", before, space)
    refused = decide(made, "team_space.view", after, space)
    assert refused.reason == "You rate somebody this is about, so it is closed to you."


@pytest.mark.django_db
def test_rating_begins_and_ends_with_its_dates(world: World) -> None:
    noa, tess = world.people["Noa"], world.people["Tess"]
    Rates.objects.create(rater=noa, rated=tess, starts=factories.LONG_AGO, ends=LAST_YEAR)
    Rates.objects.create(
        rater=noa, rated=world.people["Pim"], starts=timezone.now().date() + dt.timedelta(days=9)
    )
    assert actor_for(noa).rates == frozenset()
    Rates.objects.create(rater=noa, rated=tess, starts=factories.LONG_AGO)
    assert actor_for(noa).rates == {str(tess.pk)}


@pytest.mark.django_db
def test_an_ended_role_closes_an_open_browser_at_the_next_request(world: World) -> None:
    browser, page = world.client("Tess"), reverse("application", args=[world.applications[1].pk])
    assert browser.get(page).status_code == 200
    end_role(RoleHeld.objects.get(person=world.people["Tess"]), by=world.actor("Dana"))
    assert browser.get(page).status_code == 404
    assert browser.post(reverse("application_withdraw", args=[world.applications[1].pk])).status_code == 404


@pytest.mark.django_db
def test_queued_mail_is_withheld_from_whoever_may_no_longer_read(world: World) -> None:
    kept = send_later(
        "network.published", world.people["Hana"], subject="News", body="…", about=world.networks["East"]
    )
    lost = send_later(
        "network.published", world.people["Tess"], subject="News", body="…", about=world.networks["East"]
    )
    gone = send_later(
        "network.published", world.people["Pim"], subject="News", body="…", about=world.networks["East"]
    )
    assert kept
    assert lost
    assert gone
    end_role(RoleHeld.objects.get(person=world.people["Tess"]), by=world.actor("Dana"))
    type(world.people["Pim"]).objects.filter(pk=world.people["Pim"].pk).update(is_active=False)
    outbox.send_due()
    states = {m: OutgoingMail.objects.get(pk=m.pk).state for m in (kept, lost, gone)}
    assert (states[kept], states[lost], states[gone]) == ("sent", "withheld", "withheld")
    assert [m.to for m in post.outbox if m.subject == "News"] == [[world.people["Hana"].email]]
