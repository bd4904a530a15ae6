"""The office's pages of people: found, added, several roles ended, and nobody else's."""

import pytest

from intervisit.apps.people.models import Person
from tests import factories
from tests.apps.people.test_roles import held
from tests.world import World


def test_add_somebody_on_the_people_page(world: World) -> None:
    browser = world.client("Dana")
    typed = {
        "name": "Iris Vale",
        "email": "iris@vale.test",
        "role": "principal",
        "place": "01m005 ",
        "starts": "2026-11-01",
    }
    assert browser.post("/district/people/add/", typed).status_code == 303
    assert Person.objects.get(email="iris@vale.test").roles_held() == [
        ("principal", str(world.schools[5].group_id))
    ]
    unknown = browser.post(
        "/district/people/add/", typed | {"email": "j@vale.test", "name": "Jo Vale", "place": "99X"}
    )
    assert unknown.status_code == 422
    assert not Person.objects.filter(email="j@vale.test").exists()


def test_people_are_found_without_case_and_accents_by_part_and_school(world: World) -> None:
    factories.role(factories.person("Zoë Brontë", "zoe@x.test"), "team", world.schools[3].group)
    browser = world.client("Dana")

    def found(query: str) -> list[str]:
        return [p.name for p in browser.get(f"/district/people/?{query}").context["found"]]

    assert found("q=BRONTE") == ["Zoë Brontë"]
    assert found("q=zoe@x") == ["Zoë Brontë"]
    assert found("role=principal&school=01m001") == ["Hana Whitfield"]
    assert found("school=P.S.+3") == ["Ora Delacroix", "Zoë Brontë"]
    assert "Rex Holloway" in found("")  # was here; his roles are over
    assert "Noa Feldman" not in found("")  # never held one


def test_several_roles_are_ended_after_a_second_look(world: World) -> None:
    browser = world.client("Dana")
    both = [str(held(world, name, "team")[0].pk) for name in ("Tess", "Pim")]
    look = browser.post("/district/people/end/", {"role": both})
    assert (look.status_code, len(look.context["held"])) == (200, 2)
    assert world.people["Tess"].roles_held() != []
    assert browser.post("/district/people/end/", {"role": both, "sure": "yes"}).status_code == 303
    assert (world.people["Tess"].roles_held(), world.people["Pim"].roles_held()) == ([], [])


@pytest.mark.parametrize("key", ["00000000-0000-4000-8000-000000000000", "x", "9" * 30])
def test_b10_b11_a_foreign_role_among_several_is_not_there(world: World, key: str) -> None:
    browser = world.client("Dana")
    mine = str(held(world, "Tess", "team")[0].pk)
    assert browser.post("/district/people/end/", {"role": [mine, key], "sure": "yes"}).status_code == 404
    assert world.people["Tess"].roles_held() != []


OFFICE = {"Dana": 200, "Ada": 200}


@pytest.mark.parametrize("name", ["Dana", "Ada", "Sol", "Fay", "Hana", "Tess", "Ova", "Sue", "Rex", None])
@pytest.mark.parametrize(
    "path",
    ["/district/people/", "/district/people/add/", "/district/history/", "/district/history/history.csv"],
)
def test_the_office_pages_are_the_offices(world: World, name: str | None, path: str) -> None:
    expected = OFFICE.get(name or "", 302 if name is None else 404)
    if "history" in path and name == "Dana":
        expected = 404  # the history is the administrator's
    assert world.client(name).get(path).status_code == expected


def test_people_of_another_district_are_not_there(world: World) -> None:
    other = factories.district("Elsewhere", "EW")
    stranger = factories.person("Stranger Danger", "s@x.test")
    factories.role(stranger, "principal", factories.school(other, 1).group)
    browser = world.client("Dana")
    assert "Stranger" not in browser.get("/district/people/").content.decode()
    known, unknown = (
        browser.get(f"/district/people/{stranger.pk}/"),
        browser.get("/district/people/00000000-0000-4000-8000-000000000000/"),
    )
    assert (known.status_code, len(known.content)) == (404, len(unknown.content))


def test_queries_do_not_grow_with_the_people(world: World, django_assert_max_num_queries) -> None:
    browser = world.client("Dana")
    with django_assert_max_num_queries(12) as few:
        browser.get("/district/people/")
    for number in range(30):
        factories.role(
            factories.person(f"Teacher {number}", f"t{number}@x.test"), "team", world.schools[3].group
        )
    with django_assert_max_num_queries(12) as many:
        browser.get("/district/people/")
    assert len(few) == len(many)
