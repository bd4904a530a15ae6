"""Lists of schools that must not get in: on the screen and in the importer, with one code, nothing changed."""

import io
import zipfile

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from intervisit.apps.people.actions import imports
from intervisit.apps.people.actions.imports import (
    choose_columns,
    preview,
    stage_schools,
    start_import,
)
from intervisit.apps.people.bridge.school_file import year_in
from intervisit.apps.people.models import District, Group, Organization, SchoolYear
from intervisit.core.tables import write_csv, write_xlsx
from intervisit.kit.jobs import LEASE, run_waiting
from intervisit.kit.models import ImportRun, ImportState, Job
from intervisit.kit.refusal import Refused
from tests import factories
from tests.world import World

HEAD = "code,name,borough,grades\n"


def rows(*lines: str) -> bytes:
    return (HEAD + "".join(f"{line}\n" for line in lines)).encode()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 90_000_000)
    return out.getvalue()


# id, file name, content, code, a part of what is said
UNREADABLE = [
    ("B18", "s.csv", rows('01M001,"P.S. 1,Bronx,K-5', *["01M002,P.S. 2,Bronx,K-5"] * 400), "quote", "Line 2"),
    ("B21", "s.csv", rows("01M001,O\x92Brien,Bronx,K-5").replace(b"\xc2\x92", b"\x81"), "encoding", ""),
    ("B22-empty", "s.csv", b"", "empty", "empty"),
    ("B22-no-row", "s.csv", HEAD.encode(), "no-rows", "Line 1"),
    ("B22-twice", "s.csv", b"code,name,code\n1,a,2\n", "repeated-column", "twice"),
    ("B22-longer", "s.csv", rows("01M001,P.S. 1,Bronx,K-5,extra"), "row-too-long", "Line 2"),
    ("B22-shorter", "s.csv", rows("01M001,P.S. 1"), "row-too-short", "Line 2"),
    ("B22-cell", "s.csv", rows(f"01M001,{'x' * 200_000},Bronx,K-5"), "cell-too-long", "Line 2"),
    ("B08", "s.csv", rows("01M001,P.S.\x00 1,Bronx,K-5"), "control-character", ""),
    ("B24", "s.xlsx", bomb(), "too-large-unpacked", ""),
    ("B28", "s.xlsx", b"PK\x03\x04 no archive at all", "archive", ""),
]  # fmt: skip

# files that can be read, and whose rows cannot be schools
REFUSED = [
    (
        "B19",
        rows("01M001,P.S. 1,Bronx,K-5", "01m001 ,P.S. 1 again,Bronx,K-5"),
        "duplicate-in-file",
        "lines 2 and 3",
    ),
    ("B20", rows("1.2E+35,P.S. 1,Bronx,K-5", "01M002,P.S. 2,Bronx,K-5"), "changed-by-spreadsheet", "line 2"),
    ("B20-band", rows("01M001,P.S. 1,Bronx,5-Mar"), "changed-by-spreadsheet", "line 2"),
    ("B12", rows("01M001,P.S.\u202e 1,Bronx,K-5"), "invisible-character", "Line 2"),
    ("B14", rows(f"01M001,{'x' * 161},Bronx,K-5"), "too-long", "161"),
    ("B22-no-code", rows(",P.S. 1,Bronx,K-5"), "missing", "Line 2"),
    ("B22-no-name", rows("90X001,,Bronx,K-5"), "missing", "Line 2"),
    ("grades", rows("01M001,P.S. 1,Bronx,K-99"), "unknown-grade", "Line 2"),
    ("B04", b"code,name,latitude,longitude\n1,A,NaN,1\n2,B,1e400,1\n", "not-a-finite-number", "Line 2"),
    ("place", b"code,name,latitude,longitude\n1,A,91,1\n", "out-of-range", "Line 2"),
]


def counts() -> tuple[int, ...]:
    return tuple(m._default_manager.count() for m in (Organization, SchoolYear, Group))


def office(world: World) -> District:
    return District.objects.get(pk=world.district.pk)


@pytest.mark.parametrize(
    ("name", "data", "code", "said"), [u[1:] for u in UNREADABLE], ids=[u[0] for u in UNREADABLE]
)
def test_a_file_that_cannot_be_read(world: World, name: str, data: bytes, code: str, said: str) -> None:
    before = counts()
    with pytest.raises(Refused) as refused:
        stage_schools(office(world), by=world.actor("Dana"), filename=name, data=data)
    trouble = refused.value.troubles[0]
    assert code in trouble.code
    assert said.lower() in trouble.message.lower()
    upload = SimpleUploadedFile(name, data)
    answer = world.client("Dana").post(
        "/schools/import/", {"file": upload, "district": str(world.district.pk)}
    )
    assert answer.status_code == 422
    found = answer.context["form"].errors.as_data()
    assert trouble.code in [e.code for errors in found.values() for e in errors]
    assert (counts(), ImportRun.objects.count()) == (before, 0)


@pytest.mark.parametrize(("data", "code", "said"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_rows_that_cannot_be_schools(world: World, data: bytes, code: str, said: str) -> None:
    before = counts()
    run = stage_schools(office(world), by=world.actor("Dana"), filename="s.csv", data=data)
    _, troubles = preview(run, office(world))
    assert code in troubles.codes
    assert said.lower() in " ".join(troubles.messages()).lower()
    browser = world.client("Dana")
    page = browser.get(f"/schools/import/{run.pk}/")
    assert page.context["can_apply"] is False
    assert troubles.messages()[0] in page.context["troubles"]
    browser.post(f"/schools/import/{run.pk}/")  # pressed all the same
    run_waiting()
    run.refresh_from_db()
    assert run.state == ImportState.REFUSED
    assert code in [t["code"] for t in run.troubles]
    assert counts() == before
    assert "No school was changed" in browser.get(f"/schools/import/{run.pk}/").content.decode()


def test_b19_codes_are_compared_without_case_and_blanks_with_what_stands(world: World) -> None:
    run = stage_schools(
        office(world), by=world.actor("Dana"), filename="s.csv", data=rows(" 01m001 ,P.S. 1,Manhattan,K-5")
    )
    found, _ = preview(run, office(world))
    assert (found.new, found.same, len(found.missing)) == ([], 1, 6)


@pytest.mark.parametrize(
    ("text", "encoding", "separator"),
    [
        ("École", "utf-8-sig", ","),
        ("École", "utf-16", ","),
        ("O’Brien", "cp1252", ","),
        ("École", "utf-8", ";"),
        ("École", "utf-8", "\t"),
    ],
)
def test_b21_encodings_and_separators_are_recognised_and_shown(
    world: World, text: str, encoding: str, separator: str
) -> None:
    data = rows(f"90X001,{text},Bronx,K-5").decode().replace(",", separator).encode(encoding)
    run = stage_schools(office(world), by=world.actor("Dana"), filename="s.csv", data=data)
    found, troubles = preview(run, office(world))
    assert len(troubles) == 0
    assert [r.fields["name"] for r in found.new] == [text]
    assert run.header[0] == "code"


def test_b21_what_was_guessed_is_confirmed_before_anything_is_applied(world: World) -> None:
    data = rows("90X001,O’Brien,Bronx,K-5").decode().encode("cp1252")
    run = stage_schools(office(world), by=world.actor("Dana"), filename="s.csv", data=data)
    assert any(note["confirm"] for note in run.notes)
    with pytest.raises(Refused) as refused:
        start_import(run, by=world.actor("Dana"), confirmed=False)
    assert refused.value.troubles[0].code == "not-confirmed"
    start_import(run, by=world.actor("Dana"), confirmed=True)
    run_waiting()
    assert Organization.objects.get(code="90X001").name == "O’Brien"


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_b23_our_own_export_comes_back_as_it_was(world: World, write) -> None:
    name = "=HYPERLINK(1)"
    data = write(("code", "name", "latitude", "longitude"), [("90X001", name, 40.5, -73.5)])
    run = stage_schools(
        office(world),
        by=world.actor("Dana"),
        filename=f"s.{'csv' if write is write_csv else 'xlsx'}",
        data=data,
    )
    start_import(run, by=world.actor("Dana"), confirmed=True)
    run_waiting()
    school = Organization.objects.get(code="90X001")
    assert (school.name, school.longitude) == (name, -73.5)


def test_a_mistaken_choice_of_columns_is_named_and_kept(world: World) -> None:
    run = stage_schools(office(world), by=world.actor("Dana"), filename="s.csv", data=rows("1,A,B,K-5"))
    browser = world.client("Dana")
    typed = {"c0": "name", "c1": "name", "c2": "borough", "c3": "grades", "year": "2016-18"}
    answer = browser.post(f"/schools/import/{run.pk}/columns/", typed)
    assert answer.status_code == 422
    said = " ".join(p["text"] for p in answer.context["problems"])
    assert "The columns code and name cannot both be the school name" in said
    assert "Choose the column that holds the school code" in said
    assert [c.chosen for c in answer.context["columns"]] == ["name", "name", "borough", "grades"]
    assert answer.context["year"] == "2016-18"
    run.refresh_from_db()
    assert run.state == ImportState.READ


def test_figures_without_a_year_ask_for_it(world: World) -> None:
    run = stage_schools(
        office(world), by=world.actor("Dana"), filename="s.csv", data=b"code,rooms\n01M001,12\n"
    )
    choices = {"code": "code", "rooms": "figure"}
    choose_columns(run, by=world.actor("Dana"), choices=choices, year="")
    assert preview(run, office(world))[1].codes == ("missing-year",)
    choose_columns(run, by=world.actor("Dana"), choices=choices, year="2016-17")
    found, troubles = preview(run, office(world))
    assert (len(troubles), [(d.what, d.after) for d in found.changed[0].differences]) == (
        0,
        [("Figures of 2016-17", "1 figures")],
    )


def test_a_second_import_shows_what_differs_and_deletes_nothing(world: World) -> None:
    before = Organization.objects.count()
    run = stage_schools(
        office(world),
        by=world.actor("Dana"),
        filename="s.csv",
        data=rows("01M001,P.S. 1 Renamed,,K-5", "01M002,P.S. 2,Bronx,K-5"),
    )
    found, _ = preview(run, office(world))
    assert [(c.school.code, [(d.what, d.before, d.after) for d in c.differences]) for c in found.changed] == [
        ("01M001", [("Name", "P.S. 1", "P.S. 1 Renamed")]),
        ("01M002", [("Area", "Manhattan", "Bronx")]),
    ]
    assert len(found.missing) == 5
    start_import(run, by=world.actor("Dana"), confirmed=True)
    run_waiting()
    school = Organization.objects.get(code="01M001")
    assert (school.name, school.area, school.group.name, school.search_key) == (
        "P.S. 1 Renamed", "Manhattan", "P.S. 1 Renamed", "p.s. 1 renamed 01m001",
    )  # fmt: skip
    assert Organization.objects.count() == before


def test_b25_a_row_that_only_the_database_refuses(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody adds the school of line 3 between reading and writing: no row is applied, the line is named."""
    data = rows(*(f"90X{n:03d},School {n},Bronx,K-5" for n in range(1, 6)))
    run = stage_schools(office(world), by=world.actor("Dana"), filename="s.csv", data=data)
    start_import(run, by=world.actor("Dana"), confirmed=True)
    real = imports.compare

    def late(district, found):
        result = real(district, found)
        if not Organization.objects.filter(code_key="90X002").exists():
            factories.school(district, 999, code="90X002", name="Came first")
        return result

    monkeypatch.setattr(imports, "compare", late)
    run_waiting()
    run.refresh_from_db()
    assert (run.state, [(t["code"], t["line"]) for t in run.troubles]) == (
        ImportState.REFUSED,
        [("not-stored", 3)],
    )
    assert sorted(Organization.objects.filter(code__startswith="90X").values_list("code", flat=True)) == []


def test_b25_after_a_kill_nothing_or_all_and_the_page_says_which(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = rows(*(f"90X{n:03d},School {n},Bronx,K-5" for n in range(500)))
    run = stage_schools(office(world), by=world.actor("Dana"), filename="s.csv", data=data)
    start_import(run, by=world.actor("Dana"), confirmed=True)
    browser, path = world.client("Dana"), f"/schools/import/{run.pk}/"
    assert browser.get(path).context["running"] is True

    def killed(*_: object) -> None:
        raise KeyboardInterrupt  # the process dies here: nothing after this line runs

    with monkeypatch.context() as patch:
        patch.setattr(imports, "_write_figures", killed)
        with pytest.raises(KeyboardInterrupt):
            run_waiting()
    assert not Organization.objects.filter(code__startswith="90X").exists()
    assert "Nothing of the file counts until all of it is written" in browser.get(path).content.decode()
    with time_machine.travel(timezone.now() + 2 * LEASE):
        run_waiting()  # the lease has run out: the next worker takes the job over
    assert Organization.objects.filter(code__startswith="90X").count() == 500
    assert "Applied, whole" in browser.get(path).content.decode()


def test_a_job_that_failed_lets_the_file_be_applied_again(world: World) -> None:
    run = stage_schools(
        office(world), by=world.actor("Dana"), filename="s.csv", data=rows("90X001,A,Bronx,K-5")
    )
    job = start_import(run, by=world.actor("Dana"), confirmed=True)
    with pytest.raises(Refused) as twice:
        start_import(run, by=world.actor("Dana"), confirmed=True)
    assert twice.value.troubles[0].code == "already-running"
    Job.objects.filter(pk=job.pk).update(state="failed", message="Something went wrong on our side.")
    browser = world.client("Dana")
    page = browser.get(f"/schools/import/{run.pk}/")
    assert (page.context["stumbled"], page.context["can_apply"]) == (True, True)
    browser.post(f"/schools/import/{run.pk}/")
    run_waiting()
    assert Organization.objects.filter(code="90X001").exists()


def test_an_applied_file_is_refused_a_second_time(world: World) -> None:
    run = stage_schools(
        office(world), by=world.actor("Dana"), filename="s.csv", data=rows("90X001,A,Bronx,K-5")
    )
    browser = world.client("Dana")
    browser.post(f"/schools/import/{run.pk}/")
    run_waiting()
    again = browser.post(f"/schools/import/{run.pk}/")
    assert again.status_code == 403
    assert "applied already" in again.content.decode()


def test_progress_part_refreshes_the_page_when_it_is_over(world: World) -> None:
    run = stage_schools(
        office(world), by=world.actor("Dana"), filename="s.csv", data=rows("90X001,A,Bronx,K-5")
    )
    browser, path = world.client("Dana"), f"/schools/import/{run.pk}/?part=progress"
    start_import(run, by=world.actor("Dana"), confirmed=True)
    during = browser.get(path, headers={"HX-Request": "true"})
    assert ("hx-get" in during.content.decode(), "<html" in during.content.decode()) == (True, False)
    run_waiting()
    assert browser.get(path, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("name", ["Hana", "Fay", "Ada", "Sue", "Rex", "Sol", None])
def test_import_is_for_the_office(world: World, name: str | None) -> None:
    run = stage_schools(office(world), by=world.actor("Dana"), filename="s.csv", data=rows("1,A,B,K-5"))
    browser, expected = world.client(name), 302 if name is None else 404
    for path in ("/schools/import/", f"/schools/import/{run.pk}/", f"/schools/import/{run.pk}/columns/"):
        assert browser.get(path).status_code == expected
        assert browser.post(path).status_code == expected
    assert not Job.objects.exists()


def test_import_page_queries_do_not_grow(world: World, django_assert_max_num_queries) -> None:
    browser, found = world.client("Dana"), []
    for number in (3, 30):
        data = rows(*(f"90X{n:03d},School {n},Bronx,K-5" for n in range(number)))
        run = stage_schools(office(world), by=world.actor("Dana"), filename="s.csv", data=data)
        with django_assert_max_num_queries(15) as taken:
            browser.get(f"/schools/import/{run.pk}/")
        found.append(len(taken))
    assert found[0] == found[1]


def test_writing_takes_few_queries_whatever_the_rows(world: World, django_assert_max_num_queries) -> None:
    data = rows(*(f"90X{n:03d},School {n},Bronx,K-5" for n in range(200)))
    run = stage_schools(office(world), by=world.actor("Dana"), filename="s.csv", data=data)
    start_import(run, by=world.actor("Dana"), confirmed=True)
    with django_assert_max_num_queries(40):
        run_waiting()
    assert connection.vendor in ("sqlite", "postgresql")


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("nyc_2016-17.csv", "2016-17"),
        ("ma_2017.csv", "2016-17"),
        ("x_2014_2017.csv", "2016-17"),
        ("list.csv", ""),
        ("n120170.csv", ""),
    ],
)
def test_the_year_in_a_files_name(name: str, year: str) -> None:
    assert year_in(name) == year
