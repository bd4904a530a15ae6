"""A school gives its place back before networks are published: staff hear, nothing goes out without a choice."""

import pytest
from django.urls import reverse

from intervisit.apps.applications.actions.decision_answers import give_up_place
from intervisit.apps.applications.models import Application
from intervisit.apps.networks import actions
from intervisit.apps.networks.models import Network, NetworkMember, Scenario
from intervisit.apps.networks.states import ScenarioState
from intervisit.kit import jobs
from intervisit.kit.models import OutgoingMail
from intervisit.kit.refusal import Refused
from tests import factories
from tests.apps.networks.conftest import match
from tests.world import World

pytestmark = pytest.mark.django_db


def adopted(world: World) -> Scenario:
    scenario = match(world)
    assert world.client("Dana").post(reverse("scenario_adopt", args=[scenario.pk])).status_code == 303
    return scenario


def gives_up(world: World, number: int, by: str) -> Application:
    found = Application.objects.select_related("program__version", "school").get(
        pk=world.applications[number].pk
    )
    return give_up_place(found, by=world.actor(by))


def mails(kind: str) -> set[str]:
    return {m.to.name.split()[0] for m in OutgoingMail.objects.filter(kind=kind)}


def test_staff_are_led_to_the_ways_of_mending_and_publish_only_then(fresh: World) -> None:
    adopted(fresh)
    dana = fresh.client("Dana")
    gives_up(fresh, 2, "Piet")
    member = NetworkMember.objects.get(school=fresh.schools[2], left=None)
    assert mails("program.place_free") == {"Dana", "Sol"}
    assert mails("network.place_given_up") == {"Dana", "Sol"}
    mail = OutgoingMail.objects.filter(kind="network.place_given_up")[0]
    mend = reverse("network_leave", args=[member.network_id, member.pk])
    assert mail.link == mend
    desk = dana.get(reverse("program_networks", args=[fresh.program.pk])).content.decode()
    assert "Given back their place" in desk
    assert mend in desk
    refused = dana.post(reverse("networks_publish", args=[fresh.program.pk]))
    assert refused.status_code == 409
    assert "Given back its place: P.S. 2." in refused.content.decode()
    assert not Network.objects.filter(state="published").exists()
    page = dana.get(mend)
    assert page.status_code == 200
    assert page.context["ways"]
    way = page.context["ways"][0].key
    assert dana.post(mend, {"way": way, "note": ""}).status_code == 303
    assert not NetworkMember.objects.filter(school=fresh.schools[2], left=None).exists()
    assert (
        "Given back their place"
        not in dana.get(reverse("program_networks", args=[fresh.program.pk])).content.decode()
    )
    assert dana.post(reverse("networks_publish", args=[fresh.program.pk])).status_code == 303
    assert fresh.client("Piet").get("/networks/").content.decode().count("P.S. 1") == 0


def test_a_place_on_the_waiting_list_stirs_nobody_in_the_networks(fresh: World) -> None:
    adopted(fresh)
    waiting = fresh.applications[5]
    NetworkMember.objects.filter(school=waiting.school).delete()
    Application.objects.filter(pk=waiting.pk).update(state="waitlisted", role="")
    fresh.people["Wes"] = factories.person("Wes Kane")
    factories.role(fresh.people["Wes"], "principal", fresh.schools[5].group)
    gives_up(fresh, 5, "Wes")
    assert mails("network.place_given_up") == set()


def test_a_board_of_before_is_not_adopted_and_the_rest_is_solved_without_the_school(fresh: World) -> None:
    scenario = match(fresh)
    gives_up(fresh, 2, "Piet")
    dana = fresh.client("Dana")
    refused = dana.post(reverse("scenario_adopt", args=[scenario.pk]))
    assert refused.status_code == 409
    assert "Has no place any more: P.S. 2." in refused.content.decode()
    after = actions.solve_rest(Scenario.objects.get(pk=scenario.pk), by=fresh.actor("Dana"), seconds=5)
    jobs.run_waiting()
    after.refresh_from_db()
    assert after.state in (ScenarioState.READY, ScenarioState.IMPOSSIBLE)
    assert "01M002" not in {row["id"] for row in after.problem["schools"]}
    assert all("01M002" not in row["wants"] for row in after.problem["schools"])


def test_a_locked_network_with_the_school_is_named(fresh: World) -> None:
    scenario = match(fresh)
    place = scenario.places.get(application=fresh.applications[2])
    place.network.locked = True
    place.network.save()
    gives_up(fresh, 2, "Piet")
    with pytest.raises(Refused, match="A school of a locked network has given its place back"):
        actions.solve_rest(Scenario.objects.get(pk=scenario.pk), by=fresh.actor("Dana"))
