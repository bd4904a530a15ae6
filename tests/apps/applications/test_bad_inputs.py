"""Bad inputs at every form, upload and import of applications; `COVERED` says which test shows which number.

Each refusal: the code of the contract, a message that names the place and what to do, the text still in the form, every
table as it was, within a second.
"""

import ast
import re
import time
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from intervisit.apps.applications.models import AnswerText, Application
from intervisit.apps.instruments import actions as editing
from intervisit.apps.programs.models import Program
from intervisit.kit.models import HistoryLine
from tests.apps.applications.test_writing import fields_of, fresh, page_of, save
from tests.world import World

ROOT = Path(__file__).resolve().parents[3]
HERE = "tests/apps/applications"
# Number of bad-inputs.md → the tests that show it at forms, uploads and imports of applications.
COVERED: dict[str, tuple[str, ...]] = {
    "B01": (f"{HERE}/test_calls.py::test_days_are_set_in_the_time_of_the_district",),
    "B02": (f"{HERE}/test_calls.py::test_days_are_set_in_the_time_of_the_district",),
    "B03": (f"{HERE}/test_bad_inputs.py::test_a_bad_answer_is_refused_beside_its_question",
            f"{HERE}/test_calls.py::test_days_are_set_in_the_time_of_the_district"),
    "B04": (f"{HERE}/test_bad_inputs.py::test_a_bad_answer_is_refused_beside_its_question",
            "tests/apps/instruments/test_editor.py::test_bad_input_keeps_what_was_typed_and_changes_nothing"),
    "B06": (f"{HERE}/test_writing.py::test_submitting_twice_gives_one_application_and_one_receipt",
            f"{HERE}/test_together.py::test_a_refused_file_says_why_and_nothing_of_the_rest_is_lost_or_half_applied"),
    "B07": (f"{HERE}/test_writing.py::test_two_people_on_one_question_see_both_versions",
            f"{HERE}/test_together.py::test_named_questions_open_again_and_the_principal_sends_them",
            "tests/apps/instruments/test_editor.py::test_two_who_edit_the_same_form_see_it"),
    "B08": (f"{HERE}/test_bad_inputs.py::test_what_is_no_text_is_refused_everywhere",
            "tests/kit/test_files.py::test_bad_files_are_refused_with_a_reason_and_in_time"),
    "B09": ("tests/kit/test_files.py::test_bad_files_are_refused_with_a_reason_and_in_time",),
    "B10": (f"{HERE}/test_bad_inputs.py::test_numbers_out_of_range_in_addresses_and_bodies",),
    "B11": (f"{HERE}/test_bad_inputs.py::test_a_foreign_id_is_an_unknown_id",
            "tests/trust/test_bodies.py::test_b11_a_foreign_id_is_an_unknown_id"),
    "B12": (f"{HERE}/test_bad_inputs.py::test_what_is_no_text_is_refused_everywhere",
            "tests/kit/test_files.py::test_names_are_names"),
    "B14": (f"{HERE}/test_bad_inputs.py::test_a_bad_answer_is_refused_beside_its_question",
            "tests/kit/test_files.py::test_bad_files_are_refused_with_a_reason_and_in_time"),
    "B15": (f"{HERE}/test_writing.py::test_what_is_typed_is_never_interpreted",
            f"{HERE}/test_papers.py::test_what_is_typed_is_never_interpreted_and_letters_are_there"),
    "B18": ("tests/core/tables/test_delimited.py", f"{HERE}/test_importing.py"),
    "B19": (f"{HERE}/test_importing.py",),
    "B20": ("tests/core/tables", f"{HERE}/test_importing.py"),
    "B21": ("tests/core/tables/test_delimited.py",),
    "B22": ("tests/core/tables/test_delimited.py", "tests/kit/test_files.py"),
    "B23": (f"{HERE}/test_papers.py::test_everything_is_there_with_fingerprints_and_formulas_are_none",
            f"{HERE}/test_importing.py"),
    "B24": ("tests/kit/test_files.py::test_bad_files_are_refused_with_a_reason_and_in_time",
            "tests/core/tables/test_workbooks.py"),
    "B25": (f"{HERE}/test_importing.py",),
    "B27": ("tests/kit/test_files.py::test_bad_files_are_refused_with_a_reason_and_in_time",),
    "B28": ("tests/kit/test_files.py::test_bad_files_are_refused_with_a_reason_and_in_time",),
    "B29": ("tests/core/designs/test_problems.py",),
}  # fmt: skip
# No surface of applications: shown where it has one.
COVERED |= {
    "B05": ("tests/core/text/test_amounts.py",
            "tests/apps/budget/test_budget.py::test_b05_money_is_read_or_refused_and_never_rounded"),
    "B13": ("tests/core/text/test_names.py", "tests/core/tables/test_mapping.py"),
    "B17": ("tests/core/access/test_decide.py",
            "tests/apps/people/test_roles.py::test_b17_two_overlapping_roles_of_one_kind_in_one_school",
            "tests/apps/reviews/test_reviewing.py::test_conflicts_on_record"),
    "B26": ("tests/core/days/test_days.py", "tests/apps/calendar/test_availability.py"),
}  # fmt: skip
# No surface anywhere yet: there is no API (B16) and no editing socket (B30).
ELSEWHERE = {"B16", "B30"}
TABLE = ROOT / "docs/reference/bad-inputs.md"


def test_every_number_is_covered_or_elsewhere_and_every_named_test_is_there() -> None:
    assert set(COVERED) | ELSEWHERE == {f"B{n:02}" for n in range(1, 31)}
    assert set(COVERED) & ELSEWHERE == set()
    gone = []
    for place in {p for places in COVERED.values() for p in places}:
        path, _, name = place.partition("::")
        file = ROOT / path
        if not file.exists() or (name and name not in _functions(file)):
            gone.append(place)
    assert gone == []


def test_the_table_for_readers_names_the_same_tests() -> None:
    """docs/reference/bad-inputs.md: one line a number, with what shows it."""
    rows = re.findall(r"^\| (B\d\d) \| [^|]+ \| (.+) \|$", TABLE.read_text(), re.MULTILINE)
    assert {
        number: tuple(re.findall(r"`([^`]+)`", places)) for number, places in rows
    } == COVERED | dict.fromkeys(ELSEWHERE, ())


def test_every_sentence_of_admissions_names_a_test_that_is_there() -> None:
    """docs/reference/admissions.md says of each thing promised which page has it and which test shows it."""
    text = (ROOT / "docs/reference/admissions.md").read_text()
    places = re.findall(r"`(tests/[^`]+)`", text)
    assert len(places) > 60
    gone = []
    for place in set(places):
        path, _, name = place.partition("::")
        if not (ROOT / path).exists() or (name and name not in _functions(ROOT / path)):
            gone.append(place)
    assert sorted(gone) == []


def _functions(path: Path) -> set[str]:
    return {n.name for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.FunctionDef)}


ASKED = (
    {"key": "how_many", "kind": "number", "label": "How many?", "min_value": 0, "max_value": 99},
    {"key": "since", "kind": "date", "label": "Since when?"},
    {"key": "which", "kind": "choice", "label": "Which?",
     "choices": [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}]},
    {"key": "some", "kind": "choices", "label": "Which ones?", "choices": [{"key": "a", "label": "A"}]},
    {"key": "order", "kind": "ranking", "label": "In which order?",
     "choices": [{"key": "a", "label": "A"}, {"key": "b", "label": "B"}]},
    {"key": "people", "kind": "table", "label": "Who?", "max_rows": 2,
     "columns": [{"key": "name", "label": "Name"}, {"key": "age", "label": "Age", "kind": "number"}]},
    {"key": "line", "kind": "text", "label": "In a line?", "max_chars": 20},
)  # fmt: skip


@pytest.fixture
def asked(world: World) -> World:
    """A form with one question of every kind that takes a value, and Hana's draft on it."""
    program = Program.objects.select_related("version", "district").get(pk=world.program.pk)
    for number, question in enumerate(ASKED):
        editing.put_question(program, by=world.actor("Dana"), key="application", version=number, section="focus",
                             question=question)  # fmt: skip
    made = editing.publish_form(program, by=world.actor("Dana"), key="application", version=len(ASKED))
    Application.objects.filter(pk=world.applications[1].pk).update(form=made)
    return world


def rows() -> tuple[int, ...]:
    return (Application.objects.count(), AnswerText.objects.count(), HistoryLine.objects.count())


BAD = (
    ("B04", "how_many", "NaN", "number"),
    ("B04", "how_many", "Infinity", "number"),
    ("B04", "how_many", "-inf", "number"),
    ("B04", "how_many", "1e400", "number"),
    ("B04", "how_many", "100", "99"),
    ("B04", "how_many", "-1", "0"),
    ("B03", "since", "2027-02-29", "29"),
    ("B03", "since", "9999-12-31", "2100"),
    ("B03", "since", "0001-01-01", "2000"),
    ("B03", "since", "yesterday", "date"),
    ("B14", "line", "x" * 21, "20"),
    ("B14", "why", "word " * 41_000, "20,000"),
    ("", "which", "c", "valid choice"),
    ("", "some", "zz", "valid choice"),
    ("B10", "order-a", "10000000000000000000000000000000", "1, 2, 3"),
    ("B10", "order-a", "-1", "1, 2, 3"),
    ("B04", "people-0-age", "nan", "Row 1, Age"),
    ("B12", "people-0-name", "a\u202eb", "U+202E"),
    ("B12", "line", "\u200b\u200b", "U+200B"),
    ("B12", "line", "a" + "\u0301" * 200, "mark"),
    ("", "focus-area0", "none-such", "list"),
)


@pytest.mark.parametrize(
    ("number", "name", "value", "said"), BAD, ids=[f"{b[0]}-{b[1]}-{n}" for n, b in enumerate(BAD)]
)
def test_a_bad_answer_is_refused_beside_its_question(
    asked: World, number: str, name: str, value: str, said: str
) -> None:
    draft, client = asked.applications[1], asked.client("Tess")
    loaded, before, stood = page_of(client, draft), rows(), fresh(draft).answers
    began = time.monotonic()
    answer = save(client, draft, loaded, **{**fields_of(fresh(draft)), "practices": "Kept text", name: value})
    text = answer.content.decode()
    assert time.monotonic() - began < 1.5
    assert answer.status_code == 422
    assert said in text
    assert "Kept text" in text
    if value.isascii() and name not in ("which", "some", "order-a", "focus-area0"):
        assert value.strip() in text
    assert (rows(), fresh(draft).answers) == (before, stood)


@pytest.mark.parametrize("bad", ["a\x00b", "a\x07b", "a\ud800b"], ids=["NUL", "bell", "half a pair"])
def test_what_is_no_text_is_refused_everywhere(asked: World, bad: str) -> None:
    """B08, B09, B12 at each page that takes text: before any database."""
    draft, before = asked.applications[1], rows()
    pages = (
        ("Tess", "application_write", draft.pk, {"q-why": bad}),
        ("Tess", "application_autosave", draft.pk, {"q-why": bad}),
        ("Hana", "application_writers", draft.pk, {"people": bad}),
        ("Tess", "application_earlier", draft.pk, {"of": bad}),
        ("Sol", "application_ask_changes", asked.applications[2].pk, {"note": bad, "questions": "why"}),
        ("Pim", "application_changes", asked.applications[2].pk, {"q-why": bad}),
        ("Sol", "application_check", asked.applications[2].pk, {"reason": bad, "rule": "x", "met": "yes"}),
        ("Dana", "program_papers", asked.program.pk, {"what": "full", "purpose": bad}),
    )
    for who, route, key, data in pages:
        body = "&".join(f"{k}={_quoted(v)}" for k, v in data.items())
        answer = asked.client(who).post(
            reverse(route, args=[key]), body, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code in (400, 404, 409, 422), (
            route
        )  # 409: read as another character, not written
        found = asked.client(who).get(
            reverse(route, args=[key]) + "?of=" + _quoted(bad) + "&role=" + _quoted(bad)
        )
        assert found.status_code in ((404, 405, 422) if bad.isascii() else (200, 303, 404, 405, 422)), route
    assert rows() == before


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def test_numbers_out_of_range_in_addresses_and_bodies(asked: World) -> None:
    """B10."""
    huge, client = "9" * 30, asked.client("Hana")
    draft = asked.applications[1]
    for text in (huge, "-1", "1e9", "٣", ""):
        answer = client.post(reverse("application_earlier", args=[draft.pk]), {"of": "why", "text": text})
        assert answer.status_code == 404
        answer = client.post(reverse("application_wishes", args=[draft.pk]), {"version": text})
        assert answer.status_code in (303, 409)
        url = reverse("change_form", args=[asked.program.pk, "application"])
        assert (
            asked.client("Dana").post(url, {"what": "up", "key": "why", "version": text}).status_code == 409
        )
    assert client.get(f"/applications/{huge}/receipt/").status_code == 404
    assert client.get("/attachments/1/").status_code == 404


def test_a_foreign_id_is_an_unknown_id(asked: World) -> None:
    """B11 at the fields of these pages that take an id."""
    never = "00000000-0000-4000-8000-000000000000"
    draft, people = asked.applications[1], asked.people
    foreign = (
        ("Hana", "application_writers", draft.pk, "people", str(people["Pim"].pk), {"only_named": "yes"}),
        (
            "Hana",
            "application_write",
            draft.pk,
            "remove",
            str(asked.applications[2].pk),
            {"base": "", "tab": ""},
        ),
    )
    for who, route, key, field, value, more in foreign:
        client, before = asked.client(who), rows()
        one = client.post(reverse(route, args=[key]), {field: value, **more})
        other = client.post(reverse(route, args=[key]), {field: never, **more})
        assert (one.status_code, other.status_code) == (404, 404)
        assert rows() == before
    assert connection.vendor in ("sqlite", "postgresql")
