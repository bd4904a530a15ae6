"""After publication a school comes, or two that sit together are kept apart: ways on, and the one that is chosen."""

import re
from typing import Any

import pytest
from django.urls import reverse

from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.networks import actions, bridge
from intervisit.apps.networks.bridge.living import living
from intervisit.apps.networks.bridge.problem import with_schools
from intervisit.apps.networks.bridge.ways import comes, ways_on
from intervisit.apps.networks.models import Network, NetworkMember, Release, TravelTime, Veto
from intervisit.apps.networks.states import NetworkState
from intervisit.core import matching
from intervisit.kit.models import HistoryLine, OutgoingMail
from intervisit.kit.refusal import Refused
from tests import factories
from tests.world import World

pytestmark = pytest.mark.django_db


def _comes(world: World, number: int = 8, **fields: Any) -> Application:
    """A school that was accepted after everybody had a place."""
    school = factories.school(world.district, number, **fields)
    role = world.applications[2].role
    return factories.application(
        world.program, school, role_wanted=role, role=role, state=ApplicationState.ACCEPTED, submitted=None
    )


def _companies() -> set[frozenset[str]]:
    open_ = Network.objects.exclude(state=NetworkState.CLOSED)
    return {frozenset(m.school.name for m in n.members.filter(left=None)) for n in open_}


def test_who_waits_is_listed_and_leads_to_its_ways(year: World) -> None:
    browser, url = year.client("Dana"), reverse("network_waiting", args=[year.program.pk])
    assert "Everybody has a place" in browser.get(url).content.decode()
    late = _comes(year)
    page = browser.get(url).content.decode()
    assert reverse("network_place", args=[year.program.pk, late.pk]) in page
    menu = browser.get(reverse("program_networks", args=[year.program.pk])).content.decode()
    assert url in menu


def test_a_school_that_comes_gets_its_place_by_the_way_that_is_chosen(year: World) -> None:
    late = _comes(year)
    browser = year.client("Dana")
    url = reverse("network_place", args=[year.program.pk, late.pk])
    keys = re.findall(r'name="way" value="([0-9a-f]+)"', browser.get(url).content.decode())
    now = living(year.program, late)
    assert now is not None
    ways = ways_on(now, comes(late))
    assert keys == [w.key for w in ways]
    assert [w.touched for w in ways] == sorted(w.touched for w in ways)
    assert ways[0].touched == 1
    assert all("P.S. 8" in "".join(p.schools for p in w.puts) for w in ways)
    assert browser.post(url, {"way": ways[0].key}).status_code == 303
    assert {frozenset(p.schools.split(", ")) for p in ways[0].puts} <= _companies()
    home = NetworkMember.objects.get(school=late.school, left=None)
    assert (home.application, home.role) == (late, late.role)
    assert home.reasons["stories"]
    assert HistoryLine.objects.filter(verb="membership.join").count() == 1
    assert HistoryLine.objects.filter(verb="networks.repair").count() == 1
    assert browser.post(url, {"way": ways[0].key}).status_code == 422
    assert "has a place already" in browser.get(url).content.decode()


def test_only_those_who_are_touched_are_told_of_a_school_that_came(year: World) -> None:
    late = _comes(year)
    now = living(year.program, late)
    assert now is not None
    way = next(w for w in ways_on(now, comes(late)) if w.touched == 1)
    home = actions.place_school(year.program, late, by=year.actor("Dana"), way=way.key)
    actions.publish_networks(year.program, by=year.actor("Dana"))
    release = Release.objects.filter(program=year.program).latest("number")
    assert [name for name, _ in release.notes] == [home.name]


def test_where_no_way_keeps_the_rules_each_place_says_what_it_would_break(year: World) -> None:
    late = _comes(year, grades=[9, 10, 11, 12])
    browser, url = year.client("Dana"), reverse("network_place", args=[year.program.pk, late.pk])
    page = browser.get(url)
    assert page.context["ways"] == []
    entries = page.context["entries"]
    assert {e.network for e in entries} == set(Network.objects.all())
    assert all("share no grade" in " ".join(e.broken) for e in entries)
    text = page.content.decode()
    assert "No way keeps the rules" in text
    home = entries[0].network
    data = {"application": str(late.pk)}
    assert reverse("network_join", args=[home.pk]) in text
    assert browser.post(reverse("network_join", args=[home.pk]), data).status_code == 303
    assert home.members.filter(school=late.school, left=None).count() == 1


def test_without_a_way_or_with_an_old_one_nothing_happens(year: World) -> None:
    late = _comes(year)
    url = reverse("network_place", args=[year.program.pk, late.pk])
    browser, before = year.client("Dana"), _companies()
    assert browser.post(url, {}).status_code == 422
    assert browser.post(url, {"way": "0123456789abcdef"}).status_code == 409
    assert _companies() == before
    assert not HistoryLine.objects.filter(verb__in=["membership.join", "networks.repair"]).exists()


def test_a_declined_school_has_no_page_for_its_place(year: World) -> None:
    late = _comes(year)
    late.state = ApplicationState.DECLINED
    late.save()
    assert (
        year.client("Dana").get(reverse("network_place", args=[year.program.pk, late.pk])).status_code == 404
    )


def test_a_school_that_comes_lies_where_it_lies(year: World) -> None:
    """The plane of the first matching is laid through other schools than that of today."""
    late = _comes(year, latitude=40.9, longitude=-73.7)
    codes = {late.school.code}
    made = year.program.networks.first().scenario.problem
    fresh = bridge.instance(year.program, bridge.Wanted(counts={}))
    both = matching.read_instance({**with_schools(made, fresh, codes), "fixed": []}, "both")
    alone = matching.read_instance({**fresh, "fixed": []}, "fresh")
    for number in range(1, 7):
        pair = (late.school.code, year.schools[number].code)
        assert abs(matching.travel_minutes(both, *pair) - matching.travel_minutes(alone, *pair)) <= 1


def test_what_is_known_of_a_school_that_comes_is_kept(year: World) -> None:
    """Whom it asked not to be with, and how long its ways were measured to be."""
    late = _comes(year)
    Wishes.objects.create(
        application=late,
        ranking=[],
        schools=[str(year.schools[7].pk)],
        known=[],
        avoid=[str(year.schools[1].pk)],
    )
    year.applications[7] = factories.application(
        year.program, year.schools[7], state=ApplicationState.ACCEPTED, role=late.role, role_wanted=late.role
    )
    TravelTime.objects.create(program=year.program, first=year.schools[4], second=late.school, minutes=77)
    now = living(year.program, late)
    assert now is not None
    assert matching.travel_minutes(now.problem, year.schools[4].code, late.school.code) == 77
    host = NetworkMember.objects.get(school=year.schools[1], left=None).network
    for way in ways_on(now, comes(late)):
        for put in way.puts:
            if put.network == host:
                assert not {"P.S. 1", "P.S. 8"} <= set(put.schools.split(", "))


def _sit_together() -> tuple[Network, Any, Any]:
    network = Network.objects.exclude(state=NetworkState.CLOSED).order_by("number").first()
    assert network is not None
    one, other = network.members.filter(hosts=False, left=None).order_by("school__code_key")[:2]
    return network, one.school, other.school


def test_two_that_sit_together_are_kept_apart_and_go_apart(year: World) -> None:
    network, one, other = _sit_together()
    browser = year.client("Dana")
    answer = browser.post(
        reverse("keep_apart", args=[year.program.pk]),
        {"first": one.code, "second": other.code, "together": ""},
    )
    veto = Veto.objects.get(first__in=[one, other], second__in=[one, other])
    url = reverse("apart_ways", args=[veto.pk])
    assert answer["Location"] == url
    for place in ("network_waiting", "scenarios"):
        page = browser.get(reverse(place, args=[year.program.pk])).content.decode()
        assert url in page
        assert network.name in page
    keys = re.findall(r'name="way" value="([0-9a-f]+)"', browser.get(url).content.decode())
    assert keys
    assert browser.post(url, {}).status_code == 422
    assert browser.post(url, {"way": "0123456789abcdef"}).status_code == 409
    assert any({one.name, other.name} <= company for company in _companies())
    assert browser.post(url, {"way": keys[0]}).status_code == 303
    assert not any({one.name, other.name} <= company for company in _companies())
    assert HistoryLine.objects.filter(verb="networks.repair").count() == 1
    assert "They are not together" in browser.get(url).content.decode()
    assert url not in browser.get(reverse("network_waiting", args=[year.program.pk])).content.decode()


def test_two_that_are_apart_lead_back_to_the_scenarios(year: World) -> None:
    one, other = (
        n.members.filter(hosts=False).order_by("school__code_key")[0].school
        for n in Network.objects.order_by("number")
    )
    answer = year.client("Dana").post(
        reverse("keep_apart", args=[year.program.pk]),
        {"first": one.code, "second": other.code, "together": ""},
    )
    assert answer["Location"] == reverse("scenarios", args=[year.program.pk])


def test_placing_and_parting_are_the_offices_alone(year: World) -> None:
    late = _comes(year)
    _, one, other = _sit_together()
    veto = actions.keep_apart(year.program, one, other, by=year.actor("Dana"))
    for name in ("Hana", "Fay", "Ova", "Sue"):
        browser = year.client(name)
        for url in (
            reverse("network_waiting", args=[year.program.pk]),
            reverse("network_place", args=[year.program.pk, late.pk]),
            reverse("apart_ways", args=[veto.pk]),
        ):
            assert browser.get(url).status_code == 404, (name, url)
    with pytest.raises(Refused):
        actions.separate_schools(veto, by=year.actor("Dana"), way="0123456789abcdef")


def test_what_was_taken_back_can_be_published_again_and_everybody_is_told(year: World) -> None:
    browser, program = year.client("Dana"), year.program.pk
    browser.post(reverse("networks_withdraw", args=[program]))
    page = browser.get(reverse("program_networks", args=[program])).content.decode()
    assert reverse("networks_publish", args=[program]) in page
    before = OutgoingMail.objects.filter(kind="network.published").count()
    assert before > 0
    browser.post(reverse("networks_publish", args=[program]))
    assert OutgoingMail.objects.filter(kind="network.published").count() == 2 * before
