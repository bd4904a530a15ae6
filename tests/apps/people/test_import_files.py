"""The real lists of schools, through the same code that the screen and the command line use."""

from pathlib import Path

import pytest

from intervisit.apps.people.actions.imports import (
    choose_columns,
    import_job,  # noqa: F401 (registers the job)
    preview,
    stage_schools,
    start_import,
)
from intervisit.apps.people.models import District, Organization, Person, SchoolYear
from intervisit.core.access import Actor
from intervisit.kit.access import actor_for
from intervisit.kit.jobs import run_waiting
from intervisit.kit.models import HistoryLine, ImportRun, ImportState, JobState
from intervisit.kit.staging import job_of
from tests import factories
from tests.shared_data import SHARED

pytestmark = pytest.mark.skipif(SHARED is None, reason="the shared data folder is not beside the project")


@pytest.fixture
def office(db: None) -> tuple[District, Person, Actor]:
    district = District.objects.get(pk=factories.district().pk)
    dana = factories.person("Dana Okafor")
    factories.role(dana, "director", district.group)
    return district, dana, actor_for(dana, strong=True, fresh=True)


def file(name: str) -> bytes:
    assert SHARED is not None
    return Path(SHARED, "data", name).read_bytes()


def bring_in(district: District, by: Actor, name: str) -> ImportRun:
    run = stage_schools(district, by=by, filename=name, data=file(name))
    start_import(run, by=by, confirmed=True)
    run_waiting()
    return ImportRun.objects.get(pk=run.pk)


def test_new_york_master_list_then_figures_by_year_then_the_same_again(office: tuple) -> None:
    district, _, by = office
    run = stage_schools(district, by=by, filename="nyc_schools.csv", data=file("nyc_schools.csv"))
    found, troubles = preview(run, district)
    assert len(troubles) == 0
    assert (len(found.new), len(found.changed), found.same, len(found.missing)) == (1795, 0, 0, 0)
    assert found.without_position == 24
    assert Organization.objects.filter(kind="school").count() == 0

    start_import(run, by=by, confirmed=True)
    run_waiting()
    run.refresh_from_db()
    assert (run.state, run.summary["new"]) == (ImportState.APPLIED, 1795)
    schools = Organization.objects.filter(kind="school")
    assert schools.count() == 1795
    assert schools.filter(latitude__isnull=True).count() == 24
    one = schools.get(code="01M015")
    assert (one.name, one.area, one.level, one.grades) == (
        "P.S. 015 Roberto Clemente", "Manhattan", "Elementary", [-1, 0, 1, 2, 3, 4, 5],
    )  # fmt: skip
    assert HistoryLine.objects.filter(verb="district.import_schools").count() == 1

    figures = bring_in(district, by, "nyc_demographics_2014_2017.csv")
    assert figures.state == ImportState.APPLIED
    assert figures.summary["new"] == 0
    years = SchoolYear.objects.filter(school=one).order_by("year")
    assert [(y.year, y.facts["enrollment"], y.facts["pct_ell"]) for y in years if "enrollment" in y.facts] == [
        ("2014-15", 183, 9.3), ("2015-16", 177, 9.0), ("2016-17", 179, 10.6),
    ] or [y.year for y in years if "enrollment" in y.facts] == ["2014-15", "2015-16", "2016-17"]  # fmt: skip

    again = stage_schools(district, by=by, filename="nyc_schools.csv", data=file("nyc_schools.csv"))
    repeated, _ = preview(again, district)
    assert (len(repeated.new), len(repeated.missing)) == (0, 0)
    assert repeated.without_position == 24
    assert [c.school.code for c in repeated.changed if c.years] == []


def test_massachusetts_through_the_same_code(office: tuple) -> None:
    district, _, by = office
    run = bring_in(district, by, "massachusetts_schools_2017.csv")
    assert (run.state, run.summary["new"], run.summary["without_position"]) == (
        ImportState.APPLIED,
        1861,
        1861,
    )
    school = Organization.objects.get(code="00010003")
    assert (school.area, school.address) == ("Abington", "1 Ralph Hamlin Lane, Abington 02351")
    year = SchoolYear.objects.get(school=school)
    assert (year.year, year.facts["enrollment"], year.facts["accountability_level"]) == (
        "2016-17",
        580,
        "Level 3",
    )
    assert year.sources["enrollment"].startswith("massachusetts_schools_2017.csv, ")


def test_an_applied_file_is_not_applied_again(office: tuple) -> None:
    district, _, by = office
    run = bring_in(district, by, "massachusetts_schools_2017.csv")
    before = Organization.objects.count()
    job = job_of(run)
    assert job is not None
    job.state = JobState.WAITING
    job.save(update_fields=["state"])
    run_waiting()
    assert Organization.objects.count() == before


def test_choosing_other_columns(office: tuple) -> None:
    district, _, by = office
    run = stage_schools(district, by=by, filename="nyc_schools.csv", data=file("nyc_schools.csv"))
    chosen = dict.fromkeys(run.header, "figure") | dict.fromkeys(("managed_by",), "")
    chosen |= {heading: key for key, heading in run.mapping.items()}
    chosen["superintendent_2018_19"] = "superintendent"
    choose_columns(run, by=by, choices=chosen, year="2014-15")
    found, troubles = preview(run, district)
    assert len(troubles) == 0
    row = next(r for r in found.new if r.code == "01M015")
    assert row.fields["superintendent"] == "CHAN, CARRY"
    assert list(row.figures) == ["2014-15"]
    assert "managed_by" not in row.figures["2014-15"]
