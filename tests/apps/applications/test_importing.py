"""Applications from spreadsheets: whole or not at all, every defect with its line."""

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from intervisit.apps.applications.actions import importing
from intervisit.apps.applications.actions.deciding import decide
from intervisit.apps.applications.bridge.sheet import SheetRow, read_rows
from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.applications.states import ApplicationState as S
from intervisit.apps.people.models import Person, RoleHeld
from intervisit.core.tables import Table, read_table
from intervisit.core.text import Troubles
from intervisit.kit.jobs import run_waiting
from intervisit.kit.models import ImportRun
from intervisit.kit.refusal import Refused
from intervisit.kit.staging import job_of
from tests.world import World

HEAD = (
    "School code,Role,Learning focus area,Second learning focus area,Why these,Principal,E-mail,known,wishes"
)
ASK = "Why these, and why now?"


def table(world: World, *rows: str, head: str = "") -> bytes:
    quoted = head or f'School code,Role,Focus 1,Focus 2,"{ASK}",Principal name,Principal email,known,wishes'
    return "\n".join([quoted, *rows]).encode()


def stage(world: World, data: bytes, name: str = "applications.csv") -> ImportRun:
    return importing.stage_applications(world.program, by=world.actor("Sol"), filename=name, data=data)


def troubles(world: World, *rows: str, **more: Any) -> list[tuple[str, int | None]]:
    _, found = importing.preview(stage(world, table(world, *rows, **more)), world.program)
    return [(t.code, t.line) for t in found]


AREAS = ("teacher_growth", "Developing teacher and assistant principal leadership")
GOOD = (
    f'01M004,host,{AREAS[0]},{AREAS[1]},Because,,,01M001; P.S. 2 (01M002),01M005',
    '01M005,Partner,Using inquiry to improve student outcomes,,"Line one\nline two",Nia Clarke,Nia@Clarke.test,,',
    "01m006 ,either,inquiry,,Yes,,,,",
)  # fmt: skip


def test_good_rows_through_the_pages(world: World) -> None:
    client = world.client("Dana")
    upload = {"table": SimpleUploadedFile("apps.csv", table(world, *GOOD)), "submit_key": str(uuid.uuid4())}
    answer = client.post(reverse("application_imports", args=[world.program.pk]), upload)
    run = ImportRun.objects.get()
    assert answer["Location"] == reverse("application_import_columns", args=[run.pk])
    page = client.get(answer["Location"])
    choices = {f"c{c.place}": c.chosen for c in page.context["columns"]}
    assert list(choices.values()) == [
        "code", "role", "focus1", "focus2", "q_why", "principal", "email", "q_known", "q_wishes",
    ]  # fmt: skip
    assert client.post(answer["Location"], choices).status_code == 303
    url = reverse("application_import", args=[run.pk])
    shown = client.get(url)
    assert [s["value"] for s in shown.context["stats"]] == [3, 0, 0, 1]
    assert Application.objects.count() == 3
    assert client.post(url, {}).status_code == 303
    run_waiting()
    assert ImportRun.objects.get().state == "applied"
    assert client.get(url).status_code == 200
    made = Application.objects.get(school=world.schools[4])
    assert (made.state, made.role_wanted, made.focus) == (
        S.SUBMITTED,
        "host",
        ["teacher_growth", "leadership"],
    )
    assert made.answers == {"focus": ["teacher_growth", "leadership"], "why": "Because"}
    wishes = Wishes.objects.get(pk=made.pk)
    assert (wishes.known, wishes.schools) == (
        [str(world.schools[1].pk), str(world.schools[2].pk)], [str(world.schools[5].pk)],
    )  # fmt: skip
    nia = Person.objects.get(email="nia@clarke.test")
    assert RoleHeld.objects.get(person=nia).group == world.schools[5].group
    assert Application.objects.get(school=world.schools[6]).role_wanted == "either"
    world.people["Nia"] = nia
    assert "Line one" in world.client("Nia").get(
        reverse("application", args=[Application.objects.get(school=world.schools[5]).pk])
    ).content.decode()  # fmt: skip


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("99X999,host,inquiry,,,,,,", "unknown-school"),
        ("01M004,king,inquiry,,,,,,", "unknown-role"),
        ("01M004,host,alchemy,,,,,,", "unknown-focus-area"),
        ("01M004,host,inquiry; leadership; culture,,,,,,", "too-many"),
        ("01M004,host,inquiry,,,Nia,not-an-address,,", "not-an-email"),
        ("01M004,host,inquiry,,,,nia@clarke.test,,", "missing"),
        ("01M004,partner,inquiry,,,,,No such school,", "unknown-school"),
        ("1.2E+35,host,inquiry,,,,,,", "changed-by-spreadsheet"),  # B20
        (",host,inquiry,,,,,,", "missing"),
        ("01M001,host,inquiry,,,,,,", "has-application"),
        ("01M002,partner,inquiry,,,,,,", "has-application"),
        ("01M004,host,inquiry,,a\u202eb,,,,", "invisible-character"),  # B12
    ],
)
def test_a_bad_row_is_named_by_its_line_and_nothing_is_applied(world: World, row: str, code: str) -> None:
    assert troubles(world, GOOD[2], row) == [(code, 3)]
    run = ImportRun.objects.get()
    importing.start_import(run, world.program, by=world.actor("Sol"), confirmed=True)
    run_waiting()
    assert ImportRun.objects.get().state == "refused"
    assert Application.objects.count() == 3


def test_a_school_twice_names_both_lines(world: World) -> None:
    """B19."""
    run = stage(world, table(world, "01M004,host,inquiry,,,,,,", "01m004 ,host,inquiry,,,,,,"))
    _, found = importing.preview(run, world.program)
    assert [(t.code, t.line) for t in found] == [("duplicate-in-file", 3)]
    assert "lines 2 and 3" in found.items[0].message


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"School code,Role\n01M004,host,extra\n", "row-length"),
        (b'School code,Role\n"01M004,host\n01M005,partner\n', "unclosed-quote"),  # B18
        (b"%PDF-1.7 x", "wrong-kind-of-file"),
        (b"PK\x03\x04 nonsense", "broken-archive"),  # B24, B28
    ],
)
def test_bad_files_are_refused_at_the_door(world: World, data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        stage(world, data)
    found = refused.value.troubles[0].code
    assert found == code or (code == "row-length" and "cell" in refused.value.message)
    assert ImportRun.objects.count() == 0


def test_other_encodings_and_separators_are_shown_for_confirmation(world: World) -> None:
    """B21."""
    data = "School code;Role;Focus 1;Principal name;Principal email\n01M005;host;inquiry;Zoë O’Brien;z@obrien.test\n"
    run = stage(world, data.encode("cp1252"))
    assert any(note["confirm"] for note in run.notes)
    with pytest.raises(Refused) as refused:
        importing.start_import(run, world.program, by=world.actor("Dana"), confirmed=False)
    assert refused.value.troubles[0].code == "not-confirmed"
    importing.start_import(run, world.program, by=world.actor("Dana"), confirmed=True)
    run_waiting()
    assert Person.objects.get(email="z@obrien.test").name == "Zoë O’Brien"


def test_the_same_file_again_changes_nothing_and_a_changed_one_only_that(world: World) -> None:
    for number, rows in enumerate((GOOD, GOOD, (GOOD[0].replace("Because", "Since then"), *GOOD[1:]))):
        run = stage(world, table(world, *rows))
        plan, found = importing.preview(run, world.program)
        assert not found
        expected = ({"new": 3, "changed": 0, "same": 0}, {"new": 0, "changed": 0, "same": 3},
                    {"new": 0, "changed": 1, "same": 2})[number]  # fmt: skip
        assert {k: plan.counts[k] for k in expected} == expected
        importing.apply_plan(run, world.program, plan, by=world.actor("Dana"))
    assert Application.objects.get(school=world.schools[4]).answers["why"] == "Since then"


def test_a_refusal_of_the_database_leaves_nothing_and_names_the_line(world: World, monkeypatch: Any) -> None:
    """B25: a rule that only the database knows."""
    run = stage(world, table(world, *GOOD))
    plan, _ = importing.preview(run, world.program)
    plan.new[1].school = plan.new[0].school
    before = (Application.objects.count(), Person.objects.count(), Wishes.objects.count())
    with pytest.raises(Refused) as refused:
        importing.apply_plan(run, world.program, plan, by=world.actor("Dana"))
    assert (refused.value.troubles[0].code, refused.value.troubles[0].line) == ("not-stored", 3)
    assert (Application.objects.count(), Person.objects.count(), Wishes.objects.count()) == before
    assert ImportRun.objects.get().state != "applied"


def test_the_job_run_twice_applies_once(world: World) -> None:
    run = stage(world, table(world, *GOOD))
    importing.start_import(run, world.program, by=world.actor("Dana"), confirmed=True)
    run_waiting()
    lines = Application.objects.count()
    queued = job_of(ImportRun.objects.get())
    assert queued is not None
    queued.state, queued.leased_until = "waiting", None
    queued.save()
    run_waiting()
    assert Application.objects.count() == lines


def test_our_own_export_comes_back_unchanged(world: World) -> None:
    run = stage(world, table(world, *GOOD))
    plan, _ = importing.preview(run, world.program)
    importing.apply_plan(run, world.program, plan, by=world.actor("Dana"))
    client = world.client("Dana")
    Application.objects.filter(imported=False).delete()
    for kind in ("csv", "xlsx"):
        data = client.get(reverse("export_applications", args=[world.program.pk]), {"format": kind}).content
        again = stage(world, data, f"export.{kind}")
        plan, found = importing.preview(again, world.program)
        assert not found
        assert plan.counts == {"new": 0, "changed": 0, "same": 3, "people": 0}


def test_a_file_of_another_program_is_not_there(world: World) -> None:
    run = stage(world, table(world, *GOOD))
    for name in ("Hana", "Ova", "Fay", "Rex"):
        client = world.client(name)
        for route in ("application_import", "application_import_columns"):
            assert client.get(reverse(route, args=[run.pk])).status_code == 404
            assert client.post(reverse(route, args=[run.pk])).status_code == 404


def test_only_the_districts_office_makes_a_principal_at_once(world: World) -> None:
    for name, counts in (("Sol", False), ("Dana", True)):
        row = f"01M00{5 if name == 'Sol' else 6},partner,inquiry,,,Nia {name},nia@{name}.test,,"
        run = stage(world, table(world, row))
        plan, found = importing.preview(run, world.program)
        assert not found
        importing.apply_plan(run, world.program, plan, by=world.actor(name))
        person = Person.objects.get(email=f"nia@{name.lower()}.test")
        assert (
            ("principal", str(RoleHeld.objects.get(person=person).group_id)) in person.roles_held()
        ) == counts


def test_a_form_tools_time_stamps_and_lists_with_commas(world: World) -> None:
    """Google Forms writes the second of a submission, and puts commas between choices that hold commas themselves."""
    program = world.program
    labels = [a.label for a in program.design.focus_areas]
    with_comma = next(label for label in labels if "," in label)
    other = next(label for label in labels if "," not in label)
    head = "Timestamp,School DBN,Wants to be,Focus area\n"
    rows = [
        f'2016/05/02 10:21:33 AM GMT-4,01M004,Host,"{with_comma}, {other}"\n',
        f'2016-05-03T23:59:59,01M005,Host,"{other}"\n',
    ]
    read, troubles = _read(world, head + "".join(rows))
    assert [str(t) for t in troubles.messages()] == []
    assert [r.submitted for r in read] == [dt.date(2016, 5, 2), dt.date(2016, 5, 3)]
    keys = {a.label: a.key for a in program.design.focus_areas}
    assert [r.focus for r in read] == [[keys[with_comma], keys[other]], [keys[other]]]
    _, troubles = _read(world, head + f'2 May,01M004,Host,"{with_comma}, alchemy"\n')
    assert len(list(troubles.messages())) == 2


def test_one_day_after_the_twelfth_tells_how_a_column_is_written(world: World) -> None:
    label = world.program.design.focus_areas[0].label
    head = "Timestamp,School DBN,Wants to be,Focus area\n"
    first = f'11/3/2026 9:15:22,01M004,Host,"{label}"\n'
    read, troubles = _read(world, head + first + f'11/13/2026 9:15:22,01M005,Host,"{label}"\n')
    assert [str(t) for t in troubles.messages()] == []
    assert [r.submitted for r in read] == [dt.date(2026, 11, 3), dt.date(2026, 11, 13)]
    for other in ("", f'13/11/2026,01M005,Host,"{label}"\n12/13/2026,01M006,Host,"{label}"\n'):
        _, troubles = _read(world, head + first + other)
        assert "can be Tuesday 3 November 2026 or Wednesday 11 March 2026" in next(iter(troubles.messages()))


def test_dates_that_do_not_tell_are_asked_about_once_and_the_answer_stays_with_the_file(world: World) -> None:
    label = world.program.design.focus_areas[0].label
    head = "Timestamp,School DBN,Wants to be,Focus area\n"
    rows = f'3/4/2026 9:15:22,01M004,Host,"{label}"\n05/06/2026 8:00,01M005,Host,"{label}"\n'
    run, client = stage(world, (head + rows).encode()), world.client("Sol")
    url = reverse("application_import_columns", args=[run.pk])
    page = client.get(url)
    assert [(o.key, o.readings, o.chosen) for o in page.context["orders"]] == [
        ("month-first", ["3/4/2026 is Wednesday 4 March 2026", "05/06/2026 is Wednesday 6 May 2026"], False),
        ("day-first", ["3/4/2026 is Friday 3 April 2026", "05/06/2026 is Friday 5 June 2026"], False),
    ]
    assert "3/4/2026 is Friday 3 April 2026" in page.content.decode()
    columns = {f"c{c.place}": c.chosen for c in page.context["columns"]}
    asked = client.post(url, columns)
    assert (asked.status_code, asked.context["problems"][0]["text"]) == (
        422, "Say below whether the month or the day comes first in this file: it does not tell itself."
    )  # fmt: skip
    assert "order" not in ImportRun.objects.get().options
    assert client.post(url, {**columns, "order": "day-first"}).status_code == 303
    assert [o.chosen for o in client.get(url).context["orders"]] == [False, True]
    plan, found = importing.preview(ImportRun.objects.get(), world.program)
    assert not found
    assert [r.submitted for r in plan.new] == [dt.date(2026, 4, 3), dt.date(2026, 6, 5)]
    assert client.post(reverse("application_import", args=[run.pk])).status_code == 303
    run_waiting()
    assert ImportRun.objects.get().state == "applied"
    made = Application.objects.get(school=world.schools[4]).submitted
    assert made is not None
    assert made.astimezone(ZoneInfo(world.program.zone)).date() == dt.date(2026, 4, 3)


def test_what_another_column_tells_is_proposed_and_a_file_that_tells_asks_nothing(world: World) -> None:
    label = world.program.design.focus_areas[0].label
    head = "Timestamp,School DBN,Wants to be,Focus area,Day of birth of the file\n"
    run = stage(world, (head + f'3/4/2026,01M004,Host,"{label}",13/4/2026\n').encode())
    page = world.client("Sol").get(reverse("application_import_columns", args=[run.pk]))
    assert [(o.key, o.chosen) for o in page.context["orders"]] == [
        ("month-first", False),
        ("day-first", True),
    ]
    for dates in ("3/14/2026", "2026-03-04", "May 3"):
        run = stage(world, (head + f'{dates},01M004,Host,"{label}",\n').encode())
        url = reverse("application_import_columns", args=[run.pk])
        page = world.client("Sol").get(url)
        assert page.context["orders"] == []
        columns = {f"c{c.place}": c.chosen for c in page.context["columns"]}
        assert world.client("Sol").post(url, columns).status_code == 303


def test_what_is_not_known_is_answered_in_the_words_of_the_program(world: World) -> None:
    head = "Timestamp,School DBN,Wants to be,Focus area\n"
    _, troubles = _read(world, head + "2026-11-03,01M004,King,Alchemy\n")
    said = " ".join(troubles.messages())
    labels = [a.label for a in world.program.design.focus_areas]
    assert f"Use one of: {'; '.join(labels[:12])}" in said
    assert not [a.key for a in world.program.design.focus_areas if "_" in a.key and a.key in said]


def _read(world: World, text: str) -> tuple[list[SheetRow], Troubles]:
    found = read_table(text.encode(), "answers.csv")
    assert isinstance(found, Table)
    mapping = {"submitted": "Timestamp", "code": "School DBN", "role": "Wants to be", "focus1": "Focus area"}
    return read_rows(world.program, found, mapping)


def test_a_file_changes_nothing_that_is_decided_on_its_way(world: World) -> None:
    application = Application.objects.select_related("program__version", "school").get(
        pk=world.applications[2].pk
    )
    Application.objects.filter(pk=application.pk).update(
        imported=True, call=world.program.design.calls[0].key
    )
    decide([application], by=world.actor("Sol"), decision="decline")
    assert troubles(world, "01M002,partner,inquiry,,,,,,") == [("has-application", 2)]
    _, found = importing.preview(stage(world, table(world, "01M002,partner,inquiry,,,,,,")), world.program)
    assert "has been decided already" in " ".join(found.messages())
