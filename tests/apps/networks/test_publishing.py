"""Publishing: letters by role, only those affected, notes of what changed, and what schools read."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intervisit.apps.networks import actions
from intervisit.apps.networks.bridge.letters import letter_troubles
from intervisit.apps.networks.bridge.releases import upcoming
from intervisit.apps.networks.models import Network, NetworkLetter, NetworkMember, Release, Showing
from intervisit.apps.networks.states import PodBasis
from intervisit.kit.models import Group, OutgoingMail
from intervisit.kit.refusal import Refused, Stale
from tests import factories
from tests.apps.networks.conftest import match
from tests.world import World, canary

pytestmark = pytest.mark.django_db


def _adopted(world: World) -> None:
    actions.adopt_scenario(match(world), by=world.actor("Dana"))


def _mails(kind: str) -> dict[str, OutgoingMail]:
    return {m.to.name.split()[0]: m for m in OutgoingMail.objects.filter(kind=kind).select_related("to")}


def _published(world: World) -> None:
    """The world's networks with everybody told."""
    actions.publish_networks(world.program, by=world.actor("Dana"))
    OutgoingMail.objects.all().delete()


def test_each_role_gets_its_own_letter_with_its_fields_filled_in(fresh: World) -> None:
    _adopted(fresh)
    roles = fresh.program.design.roles
    host = next(k for k, r in roles.items() if r.hosts)
    actions.write_letter(
        fresh.program, host, by=fresh.actor("Sol"), subject="Hosting in {year}",
        text="Dear {person}, {school} is {role} in {network} with {schools}.", version=0,
    )  # fmt: skip
    actions.publish_networks(fresh.program, by=fresh.actor("Dana"))
    mails = _mails("network.published")
    member = NetworkMember.objects.select_related("network").get(school=fresh.schools[1])
    assert mails["Hana"].subject == "Hosting in 2026-27"
    assert mails["Hana"].body.startswith(
        f"Dear Hana Whitfield, P.S. 1 is {roles[host].word} in {member.network.name} with "
    )
    assert mails["Piet"].subject != mails["Hana"].subject
    assert "Piet Abara" in mails["Piet"].body


@pytest.mark.parametrize(
    ("subject", "text", "told"),
    [
        ("{school}", "x", "would name somebody"),
        ("x", "{scores}", "is not a field of letters"),
        ("x", "{school", "A brace has no partner"),
        ("x", "school}", "A brace has no partner"),
    ],
)
def test_a_letter_that_cannot_be_filled_is_refused_and_kept_typed(
    fresh: World, subject: str, text: str, told: str
) -> None:
    assert [t for t in letter_troubles(subject, text) if told in t.message]
    page = fresh.client("Sol").post(
        reverse("network_letters", args=[fresh.program.pk]),
        {"reader": "facilitator", "subject": subject, "text": text, "version": 0},
    )
    assert page.status_code == 422
    assert told in page.content.decode()
    assert NetworkLetter.objects.count() == 0


def test_two_who_write_one_letter_do_not_overwrite_each_other(fresh: World) -> None:
    by = fresh.actor("Sol")
    actions.write_letter(fresh.program, "facilitator", by=by, subject="a", text="a", version=0)
    with pytest.raises(Stale):
        actions.write_letter(fresh.program, "facilitator", by=by, subject="b", text="b", version=0)
    with pytest.raises(Refused):
        actions.write_letter(fresh.program, "nobody", by=by, subject="b", text="b", version=0)


def test_a_letter_can_be_looked_at_before_it_is_kept(fresh: World) -> None:
    _adopted(fresh)
    page = fresh.client("Sol").post(
        reverse("network_letters", args=[fresh.program.pk]),
        {
            "reader": "facilitator",
            "subject": "S",
            "text": "Dear {person}: {schools}.",
            "version": 0,
            "then": "look",
        },
    )
    text = page.content.decode()
    assert "Dear Alex Example: P.S." in text
    assert NetworkLetter.objects.count() == 0


def test_only_whom_it_concerns_is_told_and_the_notes_say_what(world: World) -> None:
    _published(world)
    east = world.networks["East"]
    member = east.members.get(school=world.schools[2])
    actions.leave_network(member, by=world.actor("Dana"), note=canary("why-left"))
    news = {one.network.name: one for one in upcoming(world.program) if one.lines}
    assert set(news) == {"East network"}
    assert news["East network"].lines == ("P.S. 2 has left.",)
    assert news["East network"].readers == 6  # Hana, Tess, Ora, Fay; and Piet and Pim, who have left
    page = world.client("Dana").get(reverse("network_news", args=[world.program.pk])).content.decode()
    assert "would write to 6 people" in page
    told = actions.publish_networks(world.program, by=world.actor("Dana"))
    assert told == 6
    assert set(_mails("network.changed")) == {"Hana", "Tess", "Ora", "Fay"}
    assert set(_mails("network.left")) == {"Piet", "Pim"}
    release = Release.objects.latest("number")
    assert (release.notes, release.mails) == ([["East network", ["P.S. 2 has left."]]], 6)
    assert canary("why-left") not in "".join(OutgoingMail.objects.values_list("body", flat=True))
    assert actions.publish_networks(world.program, by=world.actor("Dana")) == 0
    assert Release.objects.count() == 2


def test_a_facilitator_of_two_networks_is_one_person(world: World) -> None:
    _published(world)
    for name in ("East", "West"):
        factories.role(world.people["Noa"], "facilitator", world.networks[name].group)
    page = world.client("Dana").get(reverse("network_news", args=[world.program.pk]))
    assert (page.context["readers"], OutgoingMail.objects.count()) == (9, 0)  # six and two, and Noa once
    assert actions.publish_networks(world.program, by=world.actor("Dana")) == 9
    assert OutgoingMail.objects.filter(kind="network.changed", to=world.people["Noa"]).count() == 2
    assert Release.objects.latest("number").mails == 10


def test_what_was_so_before_is_news_again(world: World) -> None:
    """Groups come and go: the second time is told as well, although it is as it was at first."""
    _published(world)
    dana, east = world.actor("Dana"), world.networks["East"]
    members = list(east.members.filter(left=None))
    for _ in range(2):
        actions.split_network(east, [("Pair", members[:2])], PodBasis.OWN, by=dana)
        assert actions.publish_networks(world.program, by=dana) == 6
        actions.end_pods(east, by=dana)
        assert actions.publish_networks(world.program, by=dana) == 6


def test_there_is_no_main_button_when_nothing_is_new(world: World) -> None:
    page = reverse("program_networks", args=[world.program.pk])
    assert "Publish the changes" in world.client("Dana").get(page).content.decode()
    _published(world)
    text = world.client("Dana").get(page).content.decode()
    assert "Publish the changes" not in text
    assert "everybody knows" in text
    actions.leave_network(world.networks["East"].members.get(school=world.schools[2]), by=world.actor("Dana"))
    assert "Publish the changes" in world.client("Dana").get(page).content.decode()
    assert "Publish the changes" not in world.client("Sol").get(page).content.decode()


def test_taking_back_is_written_in_the_notes(world: World) -> None:
    _published(world)
    actions.withdraw_networks(world.program, by=world.actor("Dana"))
    assert Release.objects.get().withdrawn is not None


def test_the_director_chooses_what_schools_read(fresh: World) -> None:
    _adopted(fresh)
    actions.publish_networks(fresh.program, by=fresh.actor("Dana"))
    member = NetworkMember.objects.select_related("network").get(school=fresh.schools[1])
    network = reverse("network", args=[member.network_id])
    choose, hana = reverse("match_reasons", args=[fresh.program.pk]), fresh.client("Hana")
    assert "minutes apart" in hana.get(network).content.decode()
    assert fresh.client("Dana").post(choose, {"reasons": ["grades", "next_best"]}).status_code == 303
    text = hana.get(network).content.decode()
    assert "minutes apart" not in text
    assert "You both teach grades" in text
    assert "all schools together would" in text
    assert fresh.client("Dana").post(choose, {"reasons": ["score"]}).status_code == 422
    fresh.client("Dana").post(choose, {"reasons": []})
    assert "Why you are together" not in hana.get(network).content.decode()
    assert fresh.client("Sol").post(choose, {"reasons": ["focus"]}).status_code == 403
    assert Showing.objects.get().reasons == []


def test_no_school_reads_a_score_of_anybody(fresh: World) -> None:
    """Whatever is chosen: neither its own points nor another's, nor what it would itself win elsewhere."""
    _adopted(fresh)
    actions.publish_networks(fresh.program, by=fresh.actor("Dana"))
    every = [key for key, _ in _choices(fresh)]
    actions.choose_reasons(fresh.program, every, by=fresh.actor("Dana"))
    scores = {f"{round(m.score):,}" for m in NetworkMember.objects.all()} | {
        str(round(m.score)) for m in NetworkMember.objects.all()
    }
    for name in ("Hana", "Tess", "Piet", "Ora", "Fay"):
        for network in Network.objects.all():
            text = fresh.client(name).get(reverse("network", args=[network.pk])).content.decode()
            told = text.split('id="why"')[1].split("</section>")[0] if 'id="why"' in text else ""
            assert "would itself" not in told
            assert [s for s in scores if f" {s} " in told or f"{s} points" in told] == []


def _choices(world: World) -> list[tuple[str, str]]:
    from intervisit.apps.networks.forms import ReasonsForm

    return list(ReasonsForm(world.program).fields["reasons"].choices)  # type: ignore[attr-defined]


def _queries(world: World, path: str) -> int:
    browser = world.client("Dana")
    browser.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    return len(asked)


def test_pages_ask_a_handful_of_queries_however_many_networks_there_are(world: World) -> None:
    program, east = [world.program.pk], [world.networks["East"].pk]
    member = world.networks["East"].members.first()
    assert member is not None
    paths = {
        "program_networks": reverse("program_networks", args=program),
        "network_news": reverse("network_news", args=program),
        "network_letters": reverse("network_letters", args=program),
        "match_reasons": reverse("match_reasons", args=program),
        "travel": reverse("travel", args=program),
        "network": reverse("network", args=east),
        "network_changes": reverse("network_changes", args=east),
    }
    before = {name: _queries(world, path) for name, path in paths.items()}
    for number in range(3, 9):
        group = Group.objects.create(kind="network", name=f"Network {number}")
        made = Network.objects.create(
            program=world.program, group=group, name=f"Network {number}", number=number,
            type=world.networks["East"].type, state="published",
        )  # fmt: skip
        school = factories.school(world.district, 20 + number)
        NetworkMember.objects.create(
            network=made, school=school, role=member.role, joined=dt.date(2026, 9, 8)
        )
    after = {name: _queries(world, path) for name, path in paths.items()}
    assert after == before
    assert {name: count for name, count in after.items() if count > 18} == {}


def test_taking_back_is_asked_on_the_page_that_says_what_it_does(world: World) -> None:
    program = [world.program.pk]
    world.program.networks_published = timezone.now()
    world.program.save()
    back = f'action="{reverse("networks_withdraw", args=program)}"'
    shown = {
        name: world.client(who).get(reverse(name, args=program)).content.decode().count(back)
        for who, name in (("Dana", "program_networks"), ("Dana", "network_news"))
    }
    assert shown == {"program_networks": 0, "network_news": 1}
    assert back not in world.client("Sol").get(reverse("network_news", args=program)).content.decode()
