"""Row 2, column F: a school lets its facilitator read what it submitted, and takes that back."""

import datetime as dt

import pytest
from django.urls import reverse

from intervisit.apps.applications.actions.sharing import share, take_back_share
from intervisit.apps.applications.models import Application, Share
from intervisit.apps.applications.states import SharedWith
from intervisit.apps.networks.models import NetworkMember
from intervisit.kit.access import NotAllowed
from intervisit.kit.models import HistoryLine
from intervisit.kit.refusal import Refused
from tests import factories
from tests.world import World, build_world, canary

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    made = build_world()
    for number, application in made.applications.items():
        form = made.program.design.forms[application.form_key]
        word = canary(f"answer{number}")
        keys = [q.key for q in form.questions(application.role_wanted) if q.kind in ("text", "long_text")]
        application.answers = dict.fromkeys(keys, word)
        application.save()
    return made


def one(world: World, number: int = 1) -> Application:
    return Application.objects.select_related("program__version", "school").get(
        pk=world.applications[number].pk
    )


def the_page(world: World) -> str:
    return reverse("shared_application", args=[Share.objects.get(whom="facilitator").pk])


def test_from_the_switch_to_the_facilitator_and_back(world: World) -> None:
    school, facilitator = world.client("Tess"), world.client("Fay")
    here = reverse("application", args=[one(world).pk])
    network = reverse("network", args=[world.networks["East"].pk])
    assert "Share with our facilitator" in school.get(here).content.decode()
    assert "Shared with you" not in facilitator.get(network).content.decode()
    assert school.post(reverse("application_share", args=[one(world).pk]), {"on": "no"}).status_code == 303
    shown = school.get(here).content.decode()
    assert "Stop sharing" in shown
    assert "by Tess Moreau" in shown
    listed = facilitator.get(network).content.decode()
    assert "Shared with you" in listed
    assert the_page(world) in listed
    assert the_page(world) in facilitator.get(reverse("school", args=[world.schools[1].pk])).content.decode()
    text = facilitator.get(the_page(world)).content.decode()
    assert canary("answer1") in text
    assert canary("reason1") not in text
    # The application itself stays shut: no wish, no word on a rule, no switch.
    assert facilitator.get(here).status_code == 404
    page = the_page(world)
    assert school.post(reverse("application_share", args=[one(world).pk]), {"on": "yes"}).status_code == 303
    assert facilitator.get(page).status_code == 404
    assert "Shared with you" not in facilitator.get(network).content.decode()
    lines = HistoryLine.objects.filter(verb__in=("application.share", "application.unshare")).order_by("pk")
    assert [(v, str(a), c) for v, a, c in lines.values_list("verb", "actor__name", "changes")] == [
        ("application.share", "Tess Moreau", {"shared with": [None, "facilitator"]}),
        ("application.unshare", "Tess Moreau", {"shared with": ["facilitator", None]}),
    ]


def test_nobody_else_reads_it_and_nobody_else_may_share(world: World) -> None:
    share(one(world), by=world.actor("Hana"), whom=SharedWith.FACILITATOR)
    for name in ("Finn", "Piet", "Pim", "Ova", "Sue", "Ada", "Rex", "Noa", None):
        assert world.client(name).get(the_page(world)).status_code in (404, 302), name
    for name in ("Fay", "Piet", "Sol", "Rex"):
        with pytest.raises(NotAllowed):
            share(one(world), by=world.actor(name), whom=SharedWith.FACILITATOR)


def test_not_before_the_school_knows_its_network_and_not_after_it_has_left(world: World) -> None:
    member = NetworkMember.objects.get(school=world.schools[1])
    share(one(world), by=world.actor("Hana"), whom=SharedWith.FACILITATOR)
    member.left = dt.date(2026, 11, 2)
    member.save()
    assert world.client("Fay").get(the_page(world)).status_code == 404
    with pytest.raises(Refused, match="There is no facilitator yet"):
        share(one(world), by=world.actor("Hana"), whom=SharedWith.FACILITATOR)
    take_back_share(one(world), by=world.actor("Hana"), whom=SharedWith.FACILITATOR)
    member.left = None
    member.save()
    member.network.state = "adopted"
    member.network.save()
    with pytest.raises(Refused, match="There is no facilitator yet"):
        share(one(world), by=world.actor("Hana"), whom=SharedWith.FACILITATOR)
    assert (
        "Share with our"
        not in world.client("Hana").get(reverse("application", args=[one(world).pk])).content.decode()
    )
    with pytest.raises(Refused, match="It is not shared any more"):
        take_back_share(one(world), by=world.actor("Hana"), whom=SharedWith.FACILITATOR)


def test_a_new_facilitator_of_the_network_reads_it_and_the_old_one_does_not(world: World) -> None:
    share(one(world), by=world.actor("Hana"), whom=SharedWith.FACILITATOR)
    world.people["Fay"].roles.filter(group=world.networks["East"].group).update(ends=dt.date(2026, 1, 1))
    factories.role(world.people["Finn"], "facilitator", world.networks["East"].group)
    assert world.client("Fay").get(the_page(world)).status_code == 404
    assert world.client("Finn").get(the_page(world)).status_code == 200
