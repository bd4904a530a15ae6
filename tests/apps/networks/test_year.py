"""During the year: schools leave, come and move, networks are put together or split; the history stays."""

import datetime as dt
import re
import time

import pytest
from django.urls import reverse

from intervisit.apps.networks import actions, bridge
from intervisit.apps.networks.bridge.living import living
from intervisit.apps.networks.bridge.ways import leaves, ways_on
from intervisit.apps.networks.models import Network, NetworkMember, Pod
from intervisit.apps.networks.states import NetworkState
from intervisit.kit.models import HistoryLine
from intervisit.kit.refusal import Refused
from tests.world import World, canary

pytestmark = pytest.mark.django_db


def _member(world: World, number: int) -> NetworkMember:
    found = NetworkMember.objects.select_related("network__program__district", "school", "application")
    return found.get(school=world.schools[number], left=None)


def _partner(world: World) -> NetworkMember:
    rows = NetworkMember.objects.filter(hosts=False, left=None).select_related("network", "school")
    return rows.order_by("school__code_key").first()


def test_the_ways_after_a_school_leaves_and_the_one_that_is_chosen(year: World) -> None:
    leaving = _member(year, 4)
    assert leaving.hosts
    browser = year.client("Dana")
    url = reverse("network_leave", args=[leaving.network_id, leaving.pk])
    page = browser.get(url).content.decode()
    keys = re.findall(r'name="way" value="([0-9a-f]+)"', page)
    now = living(year.program)
    assert now is not None
    ways = ways_on(now, leaves(leaving))
    assert [w.key for w in ways] == keys
    assert keys, page
    way = ways[0]
    answer = browser.post(url, {"way": way.key, "note": canary("why-left")})
    assert answer.status_code == 303
    after = {
        frozenset(m.school.name for m in n.members.filter(left=None)): n
        for n in Network.objects.exclude(state=NetworkState.CLOSED)
    }
    said = {frozenset(p.schools.split(", ")) for p in way.puts if p.after}
    assert said <= set(after)
    gone = NetworkMember.objects.get(pk=leaving.pk)
    assert (gone.how, gone.note) == ("withdrew", canary("why-left"))
    assert gone.left is not None
    assert HistoryLine.objects.filter(verb="membership.leave").count() == 1
    assert canary("why-left") not in str(list(HistoryLine.objects.values_list("changes", "label")))


def test_a_way_that_has_ceased_to_be_one_is_refused_and_nothing_happens(year: World) -> None:
    leaving = _member(year, 4)
    url = reverse("network_leave", args=[leaving.network_id, leaving.pk])
    answer = year.client("Dana").post(url, {"way": "0123456789abcdef", "note": "n"})
    assert answer.status_code == 409
    assert NetworkMember.objects.filter(left__isnull=False).count() == 0


def test_only_leaving_changes_nothing_else(year: World) -> None:
    leaving = _partner(year)
    before = set(NetworkMember.objects.exclude(pk=leaving.pk).values_list("pk", "network", "left"))
    url = reverse("network_leave", args=[leaving.network_id, leaving.pk])
    assert year.client("Dana").post(url, {"way": "", "note": ""}).status_code == 303
    assert set(NetworkMember.objects.exclude(pk=leaving.pk).values_list("pk", "network", "left")) == before
    with pytest.raises(Refused):
        actions.leave_network(NetworkMember.objects.get(pk=leaving.pk), by=year.actor("Dana"))


def test_the_ways_are_found_quickly(year: World) -> None:
    now = living(year.program)
    assert now is not None
    began = time.perf_counter()
    ways_on(now, leaves(_partner(year)))
    assert time.perf_counter() - began < 2


def test_a_school_moves_and_both_networks_know_from_when_to_when(year: World) -> None:
    member = _partner(year)
    to = Network.objects.exclude(pk=member.network_id).get()
    before = member.network
    answer = year.client("Dana").post(
        reverse("network_move", args=[before.pk]),
        {"member": member.pk, "other": to.pk, "note": canary("why-moved")},
    )
    assert answer.status_code == 303
    old = NetworkMember.objects.get(pk=member.pk)
    new = to.members.get(school=member.school, left=None)
    assert (old.how, old.to, old.left, new.joined) == ("moved", to, new.joined, new.joined)
    assert new.reasons["stories"]
    page = year.client("Dana").get(reverse("network_changes", args=[before.pk])).content.decode()
    assert f"went to {to.name}" in page
    assert canary("why-moved") in page


def test_a_note_is_for_the_office_alone(world: World) -> None:
    east = world.networks["East"]
    actions.leave_network(
        east.members.get(school=world.schools[3]), by=world.actor("Dana"), note=canary("why-left")
    )
    for name in ("Hana", "Fay", "Piet"):
        text = world.client(name).get(reverse("network", args=[east.pk])).content.decode()
        assert "Who was here before" in text
        assert "P.S. 3" in text
        assert canary("why-left") not in text
        assert world.client(name).get(reverse("network_changes", args=[east.pk])).status_code == 404
    assert world.client("Ora").get(reverse("network", args=[east.pk])).status_code == 404


def test_an_accepted_school_without_a_place_is_taken_in(world: World) -> None:
    east, west = world.networks["East"], world.networks["West"]
    actions.leave_network(west.members.get(school=world.schools[5]), by=world.actor("Dana"))
    wanted = world.applications[5]
    url = reverse("network_join", args=[east.pk])
    assert world.client("Dana").post(url, {"application": str(wanted.pk)}).status_code == 303
    assert east.members.filter(school=world.schools[5], left=None).count() == 1
    assert world.client("Dana").post(url, {"application": str(wanted.pk)}).status_code == 422
    assert world.client("Dana").post(url, {"application": str(world.applications[7].pk)}).status_code == 404


def test_two_networks_become_one_and_the_other_ends(world: World) -> None:
    east, west = world.networks["East"], world.networks["West"]
    answer = world.client("Dana").post(reverse("network_merge", args=[east.pk]), {"other": str(west.pk)})
    assert answer.status_code == 303
    west.refresh_from_db()
    assert (west.state, west.into_id, west.members.filter(left=None).count()) == (
        NetworkState.CLOSED,
        east.pk,
        0,
    )
    assert east.members.filter(left=None).count() == 6
    assert east.members.filter(left=None, hosts=True).count() == 1
    assert world.client("Ova").get(reverse("network", args=[east.pk])).status_code == 200
    assert world.client("Ova").get(reverse("network", args=[west.pk])).status_code == 404
    assert world.client("Finn").get(reverse("network", args=[west.pk])).status_code == 404
    for again in (east, west):
        with pytest.raises(Refused):
            actions.merge_networks(again, west, by=world.actor("Dana"))


def test_a_triad_is_split_into_pairs_with_its_host_in_each(world: World) -> None:
    east = world.networks["East"]
    browser = world.client("Dana")
    assert browser.post(reverse("network_groups", args=[east.pk]), {"split": "pair"}).status_code == 303
    pods = [{s.member.school.code for s in p.seats.all()} for p in Pod.objects.filter(network=east)]
    assert pods == [{"01M001", "01M002"}, {"01M001", "01M003"}]
    page = world.client("Piet").get(reverse("network", args=[east.pk])).content.decode()
    assert "Smaller groups" in page
    actions.leave_network(east.members.get(school=world.schools[2]), by=world.actor("Dana"))
    assert Pod.objects.filter(network=east, ends=None).count() == 1
    browser.post(reverse("network_groups_end", args=[east.pk]))
    assert Pod.objects.filter(network=east, ends=None).count() == 0
    assert Pod.objects.filter(network=east).count() == 2


def test_groups_by_grades_focus_and_hand(world: World) -> None:
    east = world.networks["East"]
    world.schools[3].grades = [6, 7, 8]
    world.schools[3].save()
    browser, url = world.client("Dana"), reverse("network_groups", args=[east.pk])
    page = browser.get(reverse("network_changes", args=[east.pk])).content.decode()
    assert "By grade band" in page
    assert "In no group: P.S. 3" in page
    browser.post(url, {"split": "grades"})
    assert [p.name for p in Pod.objects.filter(network=east, ends=None)] == ["Elementary (K–5)"]
    by_hand = {
        f"group-{m.pk}": "1" if m.school_id == world.schools[1].pk else "2" for m in east.members.all()
    }
    alone = browser.post(url, {"split": "own", **by_hand})
    assert (alone.status_code, alone.context["problem"]) == (
        422, "“Group 1” needs two schools at least. Put its school into another group."
    )  # fmt: skip
    assert {f"group-{m.pk}": n for m, n in alone.context["by_hand"]} == by_hand  # nothing chosen is lost
    nobody = browser.post(url, {"split": "own", **dict.fromkeys(by_hand, "")})
    assert (nobody.status_code, nobody.context["problem"]) == (422, "Put the schools into groups first.")
    assert browser.post(url, {"split": "own", **dict.fromkeys(by_hand, "2")}).status_code == 303
    assert [p.name for p in Pod.objects.filter(network=east, ends=None)] == ["Group 2"]
    assert browser.post(url, {"split": "whatever"}).status_code == 422


def test_all_that_is_the_offices_alone(world: World) -> None:
    east = world.networks["East"]
    member = east.members.first()
    for name in ("Hana", "Fay", "Ova", "Sue"):
        browser = world.client(name)
        for route in (
            "network_move",
            "network_join",
            "network_merge",
            "network_groups",
            "network_groups_end",
        ):
            assert browser.post(reverse(route, args=[east.pk])).status_code == 404, (name, route)
        assert browser.get(reverse("network_leave", args=[east.pk, member.pk])).status_code == 404
    assert dt.date  # history has its days in the rows above


def test_the_calendar_follows_a_school_that_leaves(world: World) -> None:
    east, west = world.visits["East"], world.visits["West"]
    for visit in (east, west):
        visit.date = dt.date(2099, 5, 5)
        visit.save()
    actions.leave_network(world.networks["East"].members.get(school=world.schools[1]), by=world.actor("Dana"))
    east.refresh_from_db()
    west.refresh_from_db()
    assert (east.state, west.state) == ("cancelled", "planned")
    assert east.losses.get().reason == "P.S. 1 has left East network"


def test_a_visit_that_took_place_stays(world: World) -> None:
    visit = world.visits["East"]
    visit.date = dt.date(2020, 5, 5)
    visit.save()
    actions.leave_network(world.networks["East"].members.get(school=world.schools[1]), by=world.actor("Dana"))
    visit.refresh_from_db()
    assert visit.state == "planned"


def test_a_network_that_has_ended_stands_in_nobodys_way(world: World) -> None:
    """Neither of a calendar to be published, nor of facilitators to be shared out, nor of another scenario."""
    dana = world.actor("Dana")
    counts = dict.fromkeys(world.program.design.shapes, (0, 5))
    world.scenario.problem = bridge.instance(world.program, bridge.Wanted(counts))
    world.scenario.save()
    actions.merge_networks(world.networks["East"], world.networks["West"], by=dana)
    actions.publish_networks(world.program, by=dana)
    assert world.client("Dana").post(reverse("plan_publish", args=[world.plan.pk])).status_code == 303
    actions.assign_all(world.program, by=dana)
    assert not world.networks["West"].group.roles.filter(role="facilitator", ends=None).exists()
    actions.withdraw_networks(world.program, by=dana)
    assert len(actions.adopt_scenario(world.scenario, by=dana)) == 2
