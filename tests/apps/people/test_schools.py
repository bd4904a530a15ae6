"""The list of schools, one school's page, and who may see what of it."""

import csv
import io

import pytest
from django.test import Client

from intervisit.apps.people.models import Organization, SchoolYear
from intervisit.apps.people.queries.schools import SCHOOL_PANELS, PanelRow
from intervisit.core.access import Actor
from intervisit.core.tables import read_table
from tests import factories
from tests.world import World


def names(browser: Client, query: str = "") -> list[str]:
    return [s.name for s in browser.get(f"/schools/{query}").context["found"]]


def test_list_is_searched_without_case_and_accents(world: World) -> None:
    factories.school(world.district, 90, name="École Élan", code="90X090")
    browser = world.client("Hana")
    for typed in ("ecole", "ÉLAN école", "90x0"):
        assert names(browser, f"?q={typed}") == ["École Élan"]
    assert names(browser, "?q=%25") == []
    assert names(browser, "?q=_") == []


def test_list_is_narrowed_and_sorted(world: World) -> None:
    factories.school(world.district, 90, name="Zeta", area="Bronx", level="Elementary")
    browser = world.client("Hana")
    assert names(browser, "?area=Bronx") == ["Zeta"]
    assert names(browser, "?level=Elementary") == ["Zeta"]
    assert names(browser, "?sort=-name")[0] == "Zeta"
    assert names(browser, "?sort=-code")[0] == "Zeta"
    assert names(browser, "?sort=drop")[0] == "P.S. 1"


def test_fifty_on_a_page(world: World) -> None:
    for number in range(100, 150):
        factories.school(world.district, number)
    browser = world.client("Hana")
    assert len(names(browser)) == 50
    assert len(names(browser, "?page=2")) == 7


@pytest.mark.parametrize("page", ["0", "-1", "3", "9" * 31, "x", "1.5", "NaN"])
def test_b10_page_out_of_range(world: World, page: str) -> None:
    assert world.client("Hana").get(f"/schools/?page={page}").status_code == 422


def test_b08_nul_finds_nothing(world: World) -> None:
    assert world.client("Hana").get("/schools/?q=a%00b").status_code == 422


def count(browser: Client, path: str, django_assert_max_num_queries, most: int) -> int:
    with django_assert_max_num_queries(most) as found:
        assert browser.get(path).status_code == 200
    return len(found)


def test_queries_do_not_grow_with_the_list(world: World, django_assert_max_num_queries) -> None:
    browser = world.client("Hana")
    few = count(browser, "/schools/", django_assert_max_num_queries, 12)
    for number in range(100, 130):
        factories.school(world.district, number)
    assert count(browser, "/schools/", django_assert_max_num_queries, 12) == few


def test_queries_of_one_school_do_not_grow(world: World, django_assert_max_num_queries) -> None:
    browser, school = world.client("Dana"), world.schools[1]
    path = f"/schools/{school.pk}/"
    few = count(browser, path, django_assert_max_num_queries, 15)
    for number in range(30):
        factories.role(factories.person(f"Teacher {number}", f"t{number}@x.test"), "team", school.group)
        SchoolYear.objects.create(
            school=school, year=f"{2000 + number}-{number + 1:02d}", facts={f"f{number}": 1}
        )
    assert count(browser, path, django_assert_max_num_queries, 15) == few


def test_figures_by_year_with_their_source(world: World) -> None:
    school = world.schools[1]
    for year, value in (("2014-15", 183), ("2015-16", 1177)):
        SchoolYear.objects.create(
            school=school, year=year, facts={"enrollment": value}, sources={"enrollment": f"list {year}.csv"}
        )
    table = world.client("Ova").get(f"/schools/{school.pk}/").context["facts"]
    assert table.years == ("2014-15", "2015-16")
    assert [(r.words, r.cells, r.source) for r in table.rows] == [
        ("Students", ("183", "1,177"), "list 2014-15.csv; list 2015-16.csv")
    ]
    assert table.sources == ("list 2014-15.csv", "list 2015-16.csv")


def test_figures_people_ask_for_stand_first_and_words_apart(world: World) -> None:
    facts = {"n_grade_1": 30, "n_grade_12": 0, "pct_ell": 9.3, "building_code": "M015", "enrollment": 183}
    SchoolYear.objects.create(school=world.schools[1], year="2014-15", facts=facts)
    SchoolYear.objects.create(school=world.schools[1], year="2015-16", facts={"building_code": "M016"})
    table = world.client("Ova").get(f"/schools/{world.schools[1].pk}/").context["facts"]
    assert table.years == ("2014-15",)
    assert [r.words for r in table.rows] == ["Percent English language learners", "Students"]
    assert [r.words for r in table.others] == ["Students in grade 1"]
    assert [(r.words, r.cells) for r in table.texts] == [("Building code", ("M016",))]


@pytest.mark.parametrize(
    ("name", "sees"),
    [("Hana", True), ("Tess", True), ("Dana", True), ("Ada", True), ("Piet", False), ("Ova", False), ("Sue", False),
     ("Fay", False), ("Sol", False)],
)  # fmt: skip
def test_who_works_at_a_school_is_for_its_team_and_the_office(world: World, name: str, sees: bool) -> None:
    browser = world.client(name)
    page = browser.get(f"/schools/{world.schools[1].pk}/")
    assert page.status_code == 200
    assert page.context["sees_people"] is sees
    assert ("Tess Moreau" in page.content.decode()) is (sees or name == "Tess")
    assert browser.get(f"/schools/{world.schools[1].pk}/people/").status_code == (200 if sees else 404)


@pytest.mark.parametrize(
    "path", ["/schools/", "/schools/schools.csv", "/schools/schools.xlsx", "/schools/find/?q=1"]
)
def test_schools_are_for_people_with_a_part(world: World, path: str) -> None:
    assert world.client("Hana").get(path).status_code == 200
    assert world.client("Rex").get(path).status_code == 404
    assert Client().get(path).status_code == 302
    assert world.client("Dana", strong=False).get(path).status_code == 404  # her part sleeps


def test_map_has_the_school_and_those_nearby_or_none(world: World) -> None:
    browser, school = world.client("Hana"), world.schools[1]
    assert "P.S. 1 and" in browser.get(f"/schools/{school.pk}/").context["position"].sentence
    Organization.objects.filter(pk=school.pk).update(latitude=None, longitude=None)
    assert browser.get(f"/schools/{school.pk}/").context["position"] is None


def test_later_chapters_add_their_rows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def panel(actor: Actor, school: Organization) -> list[PanelRow]:
        return [PanelRow("Hosted twice", year="2025-26", url="/x/")] if school == world.schools[1] else []

    monkeypatch.setattr("intervisit.apps.people.queries.schools.SCHOOL_PANELS", [*SCHOOL_PANELS, panel])
    browser = world.client("Hana")
    assert "Hosted twice" in browser.get(f"/schools/{world.schools[1].pk}/").content.decode()
    assert "Hosted twice" not in browser.get(f"/schools/{world.schools[2].pk}/").content.decode()


NASTY = ['=HYPERLINK("http://x","y")', "+1", "@x", "\u00a0=1+1"]


@pytest.mark.parametrize("name", NASTY)
def test_b23_what_a_spreadsheet_would_run_is_made_harmless_and_comes_back(world: World, name: str) -> None:
    factories.school(world.district, 1, name=name, code="ZZ1", latitude=None, longitude=-73.5)
    browser = world.client("Hana")
    body = browser.get("/schools/schools.csv?q=zz1").content
    cells = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))[1]
    assert cells[1].startswith("'")
    assert cells[8] == "-73.5"  # a negative number stays a number
    for path, filename in (("/schools/schools.csv", "s.csv"), ("/schools/schools.xlsx", "s.xlsx")):
        table = read_table(browser.get(f"{path}?q=zz1").content, filename)
        assert table.rows[0].cells[1] == name  # type: ignore[union-attr]


def test_finder_answers_options(world: World) -> None:
    body = world.client("Hana").get("/schools/find/?q=01m003").content.decode()
    assert body.strip() == f'<option value="{world.schools[3].pk}">P.S. 3 (01M003)</option>'
