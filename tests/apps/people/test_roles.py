"""Roles: granted, confirmed by a second person, proposed, ended, and what stands against them."""

import datetime as dt

import pytest
from django.test import Client

from intervisit.apps.people.actions import roles
from intervisit.apps.people.actions.persons import add_person, propose_person
from intervisit.apps.people.actions.roles import confirm_role, end_role, grant_role
from intervisit.apps.people.models import District, Person, RoleHeld
from intervisit.core.text import BadValue, Trouble
from intervisit.kit.access import NotAllowed
from intervisit.kit.clock import today
from intervisit.kit.models import HistoryLine, OutgoingMail
from intervisit.kit.outbox import send_due
from intervisit.kit.refusal import Refused
from tests import factories
from tests.world import World

DAY = dt.date(2026, 9, 1)


@pytest.fixture
def district(world: World) -> District:
    return District.objects.get(pk=world.district.pk)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [t.code for t in refusal.value.troubles]


def held(world: World, name: str, role: str) -> list[RoleHeld]:
    return list(RoleHeld.objects.filter(person=world.people[name], role=role))


def test_a_principal_counts_at_once_and_is_told(world: World, district: District) -> None:
    grant_role(
        district, by=world.actor("Dana"), person=world.people["Noa"], role="principal",
        group=world.schools[5].group, starts=DAY,
    )  # fmt: skip
    assert ("principal", str(world.schools[5].group_id)) in world.people["Noa"].roles_held()
    mail = OutgoingMail.objects.get(to=world.people["Noa"])
    assert (mail.kind, "principal at P.S. 5" in mail.body) == ("role.granted", True)
    line = HistoryLine.objects.get(verb="role.grant")
    assert (line.actor, line.group) == (world.people["Dana"], world.schools[5].group)


@pytest.mark.parametrize("role", ["staff", "director", "evaluator", "admin", "finance"])
def test_roles_that_see_much_need_a_second_person(world: World, district: District, role: str) -> None:
    made = grant_role(
        district,
        by=world.actor("Dana"),
        person=world.people["Noa"],
        role=role,
        group=district.group,
        starts=DAY,
    )
    assert world.people["Noa"].roles_held() == []
    assert [(m.to, m.kind) for m in OutgoingMail.objects.all()] == [(world.people["Ada"], "role.waits")]
    for nobody in ("Dana", "Noa"):
        with pytest.raises((Refused, NotAllowed)):
            confirm_role(made, by=world.actor(nobody))
    confirm_role(made, by=world.actor("Ada"))
    assert world.people["Noa"].roles_held() == [(role, str(district.group_id))]
    with pytest.raises(Refused) as twice:
        confirm_role(made, by=world.actor("Ada"))
    assert codes(twice) == ["nothing-to-confirm"]


def test_the_waiting_mail_reaches_who_may_confirm(world: World, district: District, mailoutbox: list) -> None:
    grant_role(
        district,
        by=world.actor("Dana"),
        person=world.people["Noa"],
        role="staff",
        group=district.group,
        starts=DAY,
    )
    send_due()
    assert [m.to for m in mailoutbox] == [[world.people["Ada"].email]]


def test_granting_asks_for_a_fresh_second_factor(world: World, district: District) -> None:
    with pytest.raises(NotAllowed) as refused:
        grant_role(
            district, by=world.actor("Dana", fresh=False), person=world.people["Noa"], role="team",
            group=world.schools[5].group, starts=DAY,
        )  # fmt: skip
    assert "confirm who you are" in refused.value.reason


@pytest.mark.parametrize("name", ["Hana", "Tess", "Fay", "Sue", "Sol", "Rex"])
def test_only_the_office_grants(world: World, district: District, name: str) -> None:
    with pytest.raises(NotAllowed):
        grant_role(
            district,
            by=world.actor(name),
            person=world.people["Noa"],
            role="team",
            group=world.schools[1].group,
            starts=DAY,
        )


def test_b17_end_before_start(world: World, district: District) -> None:
    before = RoleHeld.objects.count()
    with pytest.raises(Refused) as refused:
        grant_role(
            district, by=world.actor("Dana"), person=world.people["Noa"], role="team", group=world.schools[1].group,
            starts=DAY, ends=dt.date(2026, 8, 31),
        )  # fmt: skip
    assert codes(refused) == ["ends-before-it-starts"]
    assert "31 August 2026" in refused.value.message
    assert RoleHeld.objects.count() == before


def test_b17_two_overlapping_roles_of_one_kind_in_one_school(world: World, district: District) -> None:
    with pytest.raises(Refused) as refused:
        grant_role(
            district, by=world.actor("Dana"), person=world.people["Hana"], role="principal",
            group=world.schools[1].group, starts=DAY,
        )  # fmt: skip
    assert codes(refused) == ["role-overlaps"]
    assert "Hana Whitfield is principal at P.S. 1 already, from 1 September 2020" in refused.value.message


def test_b17_every_overlap_is_named(world: World, district: District) -> None:
    for starts, ends in ((dt.date(2027, 1, 1), dt.date(2027, 2, 1)), (dt.date(2027, 6, 1), None)):
        factories.role(world.people["Noa"], "team", world.schools[1].group, starts=starts, ends=ends)
    with pytest.raises(Refused) as refused:
        grant_role(
            district,
            by=world.actor("Dana"),
            person=world.people["Noa"],
            role="team",
            group=world.schools[1].group,
            starts=DAY,
        )
    assert codes(refused) == ["role-overlaps", "role-overlaps"]


def test_b17_a_role_whose_time_is_over(world: World, district: District) -> None:
    with pytest.raises(Refused) as refused:
        grant_role(
            district, by=world.actor("Dana"), person=world.people["Noa"], role="team", group=world.schools[1].group,
            starts=dt.date(2024, 9, 1), ends=dt.date(2025, 6, 30),
        )  # fmt: skip
    assert codes(refused) == ["already-over"]


def test_b17_what_later_chapters_know_is_named_too(world: World, district: District, monkeypatch) -> None:
    def conflict(person: Person, *_: object) -> list[Trouble]:
        return [Trouble("own-network", f"{person.name} is on a team of this network.", "role")]

    monkeypatch.setattr(roles, "ROLE_CONFLICTS", [conflict])
    with pytest.raises(Refused) as refused:
        grant_role(
            district, by=world.actor("Dana"), person=world.people["Hana"], role="principal",
            group=world.schools[1].group, starts=DAY,
        )  # fmt: skip
    assert codes(refused) == ["role-overlaps", "own-network"]


@pytest.mark.parametrize(
    ("role", "where"),
    [("principal", "district"), ("director", "school"), ("facilitator", "school"), ("x", "school")],
)
def test_a_role_fits_its_place(world: World, district: District, role: str, where: str) -> None:
    group = district.group if where == "district" else world.schools[1].group
    with pytest.raises(Refused) as refused:
        grant_role(
            district, by=world.actor("Dana"), person=world.people["Noa"], role=role, group=group, starts=DAY
        )
    assert codes(refused) == ["role-not-here"]


def test_a_school_of_another_district_is_out_of_reach(world: World, district: District) -> None:
    other = factories.school(factories.district("Elsewhere", "EW"), 1)
    with pytest.raises(Refused) as refused:
        grant_role(
            district,
            by=world.actor("Dana"),
            person=world.people["Noa"],
            role="team",
            group=other.group,
            starts=DAY,
        )
    assert codes(refused) == ["role-not-here"]


def test_ending_a_role_shuts_the_door_at_once(world: World) -> None:
    browser, role = world.client("Tess"), held(world, "Tess", "team")[0]
    path = f"/schools/{world.schools[1].pk}/people/"
    assert browser.get(path).status_code == 200
    end_role(role, by=world.actor("Hana"))
    assert browser.get(path).status_code == 404
    assert OutgoingMail.objects.get().kind == "role.ended"
    with pytest.raises(Refused) as again:
        end_role(role, by=world.actor("Dana"))
    assert codes(again) == ["already-over"]


def test_a_role_that_began_today_ends_today(world: World, district: District) -> None:
    made = grant_role(
        district, by=world.actor("Dana"), person=world.people["Noa"], role="team", group=world.schools[1].group,
        starts=today(district.zone),
    )  # fmt: skip
    assert world.people["Noa"].roles_held() != []
    end_role(made, by=world.actor("Hana"))
    assert world.people["Noa"].roles_held() == []
    assert "Noa" not in world.client("Hana").get(f"/schools/{world.schools[1].pk}/people/").content.decode()


def test_a_principal_ends_team_roles_of_the_own_school_only(world: World) -> None:
    for name, role in (("Hana", "principal"), ("Pim", "team")):
        with pytest.raises(NotAllowed):
            end_role(held(world, name, role)[0], by=world.actor("Hana"))


def test_a_principal_proposes_and_the_office_confirms(world: World) -> None:
    browser = world.client("Hana")
    path = f"/schools/{world.schools[1].pk}/people/"
    answer = browser.post(path, {"name": "Iris Vale", "email": "Iris@vale.test", "starts": "2026-11-01"})
    assert answer.status_code == 303
    iris = Person.objects.get(email="iris@vale.test")
    assert iris.roles_held() == []
    assert sorted(m.to.name for m in OutgoingMail.objects.all()) == ["Ada Nakamura", "Dana Okafor"]
    role = RoleHeld.objects.get(person=iris)
    assert world.client("Dana").post(f"/roles/{role.pk}/confirm/").status_code == 303
    assert iris.roles_held() == [("team", str(world.schools[1].group_id))]


def test_a_team_member_proposes_nobody(world: World) -> None:
    path = f"/schools/{world.schools[1].pk}/people/"
    answer = world.client("Tess").post(
        path, {"name": "Iris Vale", "email": "i@vale.test", "starts": "2026-11-01"}
    )
    assert answer.status_code == 403
    assert not Person.objects.filter(email="i@vale.test").exists()


def test_b13_look_alikes_are_shown_to_who_adds_somebody(world: World) -> None:
    browser = world.client("Hana")
    path = f"/schools/{world.schools[1].pk}/people/"
    typed = {"name": "Tеss Moreau", "email": "other@moreau.test", "starts": "2026-11-01"}  # a Cyrillic е
    answer = browser.post(path, typed)
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "mixes letters of Cyrillic and Latin" in said
    assert "There is Tess Moreau already" in said
    assert answer.context["form"]["name"].value() == typed["name"]
    assert not Person.objects.filter(email="other@moreau.test").exists()
    assert browser.post(path, typed | {"sure": "on"}).status_code == 303


def test_b13_an_address_is_one_whatever_its_case(world: World, district: District) -> None:
    made = add_person(
        district, by=world.actor("Dana"), name="Tess Moreau", email="TESS@Moreau.Test", role="team",
        group=world.schools[2].group, starts=DAY,
    )  # fmt: skip
    assert made.person == world.people["Tess"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "Te\u202ess", "invisible-character"),
        ("name", "\u200b\u200b", "invisible-character"),
        ("name", "x" * 121, "too-long"),
        ("email", "nobody", "not-an-email"),
        ("starts", "2026-02-29", "no-such-date"),
        ("starts", "9999-12-31", "date-out-of-range"),
        ("starts", "", "required"),
    ],
)
def test_b03_b12_b14_form_and_action_give_one_code(world: World, field: str, value: str, code: str) -> None:
    before = (Person.objects.count(), RoleHeld.objects.count())
    typed = {"name": "Iris Vale", "email": "iris@vale.test", "starts": "2026-11-01"} | {field: value}
    answer = world.client("Hana").post(f"/schools/{world.schools[1].pk}/people/", typed)
    assert answer.status_code == 422
    assert [e.code for e in answer.context["form"].errors.as_data()[field]] == [code]
    assert answer.context["form"][field].value() == value
    assert (Person.objects.count(), RoleHeld.objects.count()) == before
    if field != "starts":
        known = {"name": "Iris Vale", "email": "iris@vale.test"} | {field: value}
        with pytest.raises((Refused, BadValue)) as refused:
            propose_person(world.schools[1], by=world.actor("Hana"), starts=DAY, **known)
        assert code in [t.code for t in refused.value.troubles]


def test_history_names_no_private_thing(world: World, django_assert_max_num_queries) -> None:
    from intervisit.kit.history import record

    record(world.actor("Dana"), "scenario.rename", world.scenario, group=world.district.group)
    record(world.actor("Dana"), "district.note", District.objects.get(), group=world.district.group)
    browser: Client = world.client("Ada")
    with django_assert_max_num_queries(12):
        page = browser.get("/district/history/")
    assert [r.thing for r in page.context["rows"]] == ["district Harbor City Schools", "scenario"]
    assert (
        "canary" not in page.content.decode() + browser.get("/district/history/history.csv").content.decode()
    )
    assert [r.thing for r in browser.get("/district/history/?who=OKAFOR&kind=scenario").context["rows"]] == [
        "scenario"
    ]


def test_people_of_programs_and_networks_are_people_of_the_district(world: World) -> None:
    names = [p.name for p in world.client("Dana").get("/district/people/").context["found"]]
    assert {"Sol Rivera", "Fay Lindqvist", "Finn Castellanos"} <= set(names)
