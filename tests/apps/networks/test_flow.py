"""From accepted applications to published networks, as a director does it."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.networks import actions, bridge
from intervisit.apps.networks.models import Network, NetworkMember, Scenario, Veto
from intervisit.apps.networks.states import NetworkState, ScenarioState
from intervisit.apps.people.actions.roles import grant_role
from intervisit.apps.people.models import District
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.states import Phase
from intervisit.kit import jobs, outbox
from intervisit.kit.access import actor_for
from intervisit.kit.models import HistoryLine, OutgoingMail
from intervisit.kit.refusal import Refused
from intervisit.web import workers  # noqa: F401
from tests import factories
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh(world: World) -> World:
    """The world before anything was matched."""
    world.plan.visits.all().delete()
    world.plan.delete()
    NetworkMember.objects.all().delete()
    Network.objects.all().delete()
    Scenario.objects.all().delete()
    Program.objects.update(phase=Phase.MATCHING)
    return world


def _draft(world: World, **more: object) -> Scenario:
    shapes = world.program.design.shapes
    data = {"name": "First try", "note": "", "everybody": "on", "seconds": 5}
    for key, shape in shapes.items():
        data |= {f"min_{key}": shape.min_count, f"max_{key}": shape.max_count}
    answer = world.client("Dana").post(reverse("scenarios", args=[world.program.pk]), data | more)
    assert answer.status_code == 303, answer.content.decode()[:2000]
    jobs.run_waiting()
    return Scenario.objects.get(pk=re.search(r"scenarios/([0-9a-f-]+)/", answer["Location"])[1])


def _accept(world: World, number: int, role: str) -> Application:
    application = world.applications[number]
    application.state, application.role = ApplicationState.ACCEPTED, role
    application.save()
    return application


def test_a_director_matches_adopts_assigns_and_publishes(fresh: World) -> None:
    fresh.applications[7].delete()
    scenario = _draft(fresh)
    assert scenario.state == ScenarioState.READY
    assert scenario.networks.count() == 2
    assert scenario.objective == pytest.approx(scenario.bound)
    browser = fresh.client("Dana")
    board = browser.get(reverse("scenario", args=[scenario.pk])).content.decode()
    assert "this is proven" in board
    assert browser.post(reverse("scenario_adopt", args=[scenario.pk])).status_code == 303
    assert {n.state for n in Network.objects.all()} == {NetworkState.ADOPTED}
    assert browser.post(reverse("networks_assign", args=[fresh.program.pk])).status_code == 303
    assert browser.post(reverse("networks_publish", args=[fresh.program.pk])).status_code == 303
    assert {n.state for n in Network.objects.all()} == {NetworkState.PUBLISHED}
    told = set(OutgoingMail.objects.filter(kind="network.published").values_list("to__name", flat=True))
    assert {p.split()[0] for p in told} == {"Hana", "Tess", "Piet", "Pim", "Ora", "Ova", "Fay", "Finn"}
    assert outbox.send_due() == 8
    assert HistoryLine.objects.filter(verb="networks.publish").count() == 1


def test_publishing_again_tells_only_those_whose_network_changed(fresh: World) -> None:
    fresh.applications[7].delete()
    scenario, browser = _draft(fresh), fresh.client("Dana")
    browser.post(reverse("scenario_adopt", args=[scenario.pk]))
    publish = reverse("networks_publish", args=[fresh.program.pk])
    browser.post(publish)
    OutgoingMail.objects.all().delete()
    browser.post(publish)
    assert OutgoingMail.objects.count() == 0
    network = NetworkMember.objects.get(school=fresh.schools[1]).network
    browser.post(reverse("network_facilitator", args=[network.pk]), {"person": fresh.people["Fay"].pk})
    browser.post(publish)
    expected = {p.name for m in network.members.all() for p in _people(fresh, m)} | {"Fay Lindqvist"}
    assert set(OutgoingMail.objects.values_list("to__name", flat=True)) == expected


def _people(world: World, member: NetworkMember) -> list[object]:
    return [r.person for r in member.school.group.roles.filter(ends__isnull=True)]


def test_a_move_shows_its_cost_is_undone_and_done_again(fresh: World) -> None:
    fresh.applications[7].delete()
    scenario, browser = _draft(fresh), fresh.client("Dana")
    place = scenario.places.filter(hosts=False).order_by("pk").first()
    other = scenario.networks.exclude(pk=place.network_id).get()
    url = reverse("scenario_move", args=[scenario.pk, place.application_id])
    page = browser.get(url).content.decode()
    assert f"Network {other.number}" in page
    assert "schools, a triad has" in page or "4 schools" in page
    assert browser.post(url, {"to": other.number, "version": scenario.version}).status_code == 303
    place.refresh_from_db()
    assert place.network_id == other.pk
    board = browser.get(reverse("scenario", args=[scenario.pk])).content.decode()
    assert "The board breaks a rule" in board
    assert browser.post(reverse("scenario_adopt", args=[scenario.pk])).status_code == 422
    browser.post(reverse("scenario_undo", args=[scenario.pk]))
    place.refresh_from_db()
    assert place.network_id != other.pk
    browser.post(reverse("scenario_redo", args=[scenario.pk]))
    place.refresh_from_db()
    assert place.network_id == other.pk


def test_two_schools_change_places_and_back(fresh: World) -> None:
    fresh.applications[7].delete()
    scenario, browser = _draft(fresh), fresh.client("Dana")
    one = scenario.places.filter(hosts=False).order_by("pk").first()
    other = scenario.places.filter(hosts=False).exclude(network=one.network).order_by("pk").first()
    url = reverse("scenario_move", args=[scenario.pk, one.application_id])
    assert f'value="{other.application_id}"' in browser.get(url).content.decode()
    before = (one.network_id, other.network_id)
    assert browser.post(url, {"swap": other.application_id}).status_code == 303
    one.refresh_from_db()
    other.refresh_from_db()
    assert (other.network_id, one.network_id) == before
    browser.post(reverse("scenario_undo", args=[scenario.pk]))
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.network_id, other.network_id) == before
    assert browser.post(url, {"swap": fresh.applications[6].school_id}).status_code == 404


def test_a_stale_move_is_refused_and_nothing_moves(fresh: World) -> None:
    fresh.applications[7].delete()
    scenario = _draft(fresh)
    place = scenario.places.filter(hosts=False).order_by("pk").first()
    before = place.network_id
    other = scenario.networks.exclude(pk=before).get()
    url = reverse("scenario_move", args=[scenario.pk, place.application_id])
    answer = fresh.client("Dana").post(url, {"to": other.number, "version": scenario.version + 3})
    assert answer.status_code == 409
    place.refresh_from_db()
    assert place.network_id == before


def test_why_names_focus_strength_minutes_and_grades(fresh: World) -> None:
    fresh.applications[7].delete()
    scenario = _draft(fresh)
    place = scenario.places.filter(hosts=False).order_by("pk").first()
    page = (
        fresh.client("Dana")
        .get(reverse("scenario_why", args=[scenario.pk, place.application_id]))
        .content.decode()
    )
    area = fresh.program.design.focus_areas[0].label
    assert f"You both want to work on “{area}”." in page.replace("&quot;", '"')
    assert re.search(r"About \d+ minutes apart", page)
    assert "You both teach grades K–5." in page


def test_what_cannot_be_is_explained_with_names(fresh: World) -> None:
    fresh.applications[7].delete()
    hosts = [a for a in fresh.applications.values() if a.pk and a.role == fresh.applications[1].role]
    browser = fresh.client("Dana")
    apart = {
        "first": hosts[0].school.name,
        "second": hosts[1].school.code.lower(),
        "together": "1",
        "note": "",
    }
    assert browser.post(reverse("keep_apart", args=[fresh.program.pk]), apart).status_code == 303
    scenario = _draft(fresh)
    assert scenario.state == ScenarioState.IMPOSSIBLE
    page = browser.get(reverse("scenario", args=[scenario.pk])).content.decode()
    assert hosts[0].school.name in page


def test_a_school_that_is_not_there_or_not_clear_is_asked_about(fresh: World) -> None:
    url, browser = reverse("keep_apart", args=[fresh.program.pk]), fresh.client("Dana")
    before = Veto.objects.count()
    answer = browser.post(url, {"first": "P.S.", "second": "P.S. 99", "note": "n"})
    assert answer.status_code == 422
    assert "Several schools fit: P.S. 1 (01M001)" in answer.content.decode()
    assert "No accepted school is called so." in answer.content.decode()
    assert 'value="P.S. 99"' in answer.content.decode()
    assert Veto.objects.count() == before


def test_a_design_without_hosts_matches_equals(db: None) -> None:
    district = factories.district()
    program = factories.program(district, factories.equal(), phase=Phase.MATCHING)
    dana = factories.person("Dana Okafor")
    factories.role(dana, "director", program.group)
    roles = list(program.design.roles)
    for number in range(1, 9):
        school = factories.school(district, number)
        role = roles[number % len(roles)]
        a = factories.application(
            program, school, role_wanted=role, state=ApplicationState.ACCEPTED, role=role
        )
        Wishes.objects.create(application=a)
    counts = {key: (s.min_count, s.max_count) for key, s in program.design.shapes.items()}
    scenario = actions.draft_scenario(
        program, by=actor_for(dana, strong=True), name="Equals", wanted=bridge.Wanted(counts), seconds=5
    )
    jobs.run_waiting()
    scenario.refresh_from_db()
    assert scenario.state == ScenarioState.READY, scenario.reasons
    assert not scenario.places.filter(hosts=True).exists()


def test_an_outsider_and_a_school_see_nothing_of_a_scenario(world: World) -> None:
    url = reverse("scenario", args=[world.scenario.pk])
    for name in ("Hana", "Ova", "Fay", "Sue", "Rex", "Ada"):
        assert world.client(name).get(url).status_code == 404, name


def test_a_school_reads_its_own_reasons_only(world: World) -> None:
    east = world.networks["East"]
    for number in (1, 2):
        NetworkMember.objects.filter(network=east, school=world.schools[number]).update(
            reasons={"stories": [[f"With secret{number}", [["focus", "line"]]]]}
        )
    page = world.client("Hana").get(reverse("network", args=[east.pk])).content.decode()
    assert "secret1" in page
    assert "secret2" not in page
    assert world.client("Ova").get(reverse("network", args=[east.pk])).status_code == 404


def test_a_facilitator_who_works_in_the_network_is_refused(world: World) -> None:
    factories.role(world.people["Tess"], "facilitator", world.program.group)
    east = world.networks["East"]
    answer = world.client("Dana").post(
        reverse("network_facilitator", args=[east.pk]), {"person": world.people["Tess"].pk}
    )
    assert answer.status_code == 422
    assert "Tess Moreau works at P.S. 1" in answer.content.decode()


def test_a_facilitator_is_not_taken_onto_the_team_of_her_own_network(world: World) -> None:
    district, fay = District.objects.get(pk=world.district.pk), world.people["Fay"]
    dana, day = world.actor("Dana"), dt.date(2026, 11, 2)
    with pytest.raises(Refused) as refused:
        grant_role(district, by=dana, person=fay, role="team", group=world.schools[1].group, starts=day)
    assert [t.code for t in refused.value.troubles] == ["own-network"]
    assert "Fay Lindqvist would facilitate East network and work at P.S. 1" in str(refused.value)
    held = grant_role(district, by=dana, person=fay, role="team", group=world.schools[4].group, starts=day)
    assert held.group == world.schools[4].group


def test_a_replaced_facilitator_loses_the_network_in_the_same_moment(world: World) -> None:
    east = world.networks["East"]
    page = reverse("network", args=[east.pk])
    assert world.client("Fay").get(page).status_code == 200
    world.client("Dana").post(
        reverse("network_facilitator", args=[east.pk]), {"person": world.people["Finn"].pk}
    )
    assert world.client("Fay").get(page).status_code == 404
    assert world.client("Finn").get(page).status_code == 200


def test_taking_back_hides_the_networks_again(world: World) -> None:
    east = world.networks["East"]
    world.client("Dana").post(reverse("networks_withdraw", args=[world.program.pk]))
    assert world.client("Hana").get(reverse("network", args=[east.pk])).status_code == 404
    assert OutgoingMail.objects.filter(kind="network.withdrawn", to=world.people["Hana"]).count() == 1
    assert dt.date  # the year's calendar falls with them: tests/apps/calendar


def test_worst_first_claims_no_more_than_it_proves(fresh: World) -> None:
    fresh.applications[7].delete()
    scenario = _draft(fresh, worst_first="on")
    assert scenario.problem["fairness"] == "maxmin"
    page = fresh.client("Dana").get(reverse("scenario", args=[scenario.pk])).content.decode()
    assert "No other arrangement is better" not in page
    assert "The worst-served school has" in page


def test_a_match_is_not_written_for_somebody_who_has_left(fresh: World) -> None:
    fresh.applications[7].delete()
    counts = {key: (s.min_count, s.max_count) for key, s in fresh.program.design.shapes.items()}
    scenario = actions.draft_scenario(
        fresh.program, by=fresh.actor("Sol"), name="Sol's", wanted=bridge.Wanted(counts), seconds=2
    )
    fresh.people["Sol"].roles.update(ends=dt.date(2026, 1, 1))
    jobs.run_waiting()
    scenario.refresh_from_db()
    assert scenario.networks.count() == 0
    assert scenario.job.state == "failed"
