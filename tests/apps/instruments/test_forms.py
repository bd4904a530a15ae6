"""A design's questions as fields: what is posted comes back as the same answer, and bad answers say why."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from intervisit.apps.instruments.answers import (
    answers_for_display,
    count_words,
    form_of,
    is_empty,
    mark_of,
    missing,
    questions,
)
from intervisit.apps.instruments.bridge import known_facts, shown_fact
from intervisit.apps.instruments.forms import AnswersForm, build_form
from intervisit.apps.instruments.queries import find_schools, suggestions
from intervisit.apps.people.models import Organization, SchoolYear
from intervisit.core.designs import Choice, Column, Design, Form, Question, Section
from intervisit.core.text import Trouble
from tests import factories

CHOICES = (Choice(key="a", label="Apples"), Choice(key="b", label="Bread"), Choice(key="c", label="Cheese"))
ASKED = (
    Question(key="line", kind="text", label="A line", max_chars=20),
    Question(key="essay", kind="long_text", label="An essay", max_words=5, required=True),
    Question(key="one", kind="choice", label="One of", choices=CHOICES),
    Question(key="some", kind="choices", label="Some of", choices=CHOICES, min_choices=2),
    Question(key="order", kind="ranking", label="In order", choices=CHOICES),
    Question(key="near", kind="schools", label="Schools", max_choices=3),
    Question(key="areas", kind="focus_areas", label="Areas", max_choices=2, own_words=True),
    Question(key="count", kind="number", label="How many", min_value=0, max_value=100),
    Question(key="sure", kind="yes_no", label="Sure?"),
    Question(key="day", kind="date", label="Which day"),
    Question(key="team", kind="table", label="Team", max_rows=3,
             columns=(Column(key="name", label="Name"), Column(key="age", label="Age", kind="number"))),
)  # fmt: skip
FORM = Form(
    key="f", title="Form", purpose="application", sections=(Section(key="s", title="All", questions=ASKED),)
)


@pytest.fixture
def design() -> Design:
    return factories.design(factories.hosted())


@pytest.fixture
def district(db: None) -> Organization:
    found = factories.district()
    for number in (1, 2, 12):
        factories.school(found, number)
    factories.school(found, 4, name="École Lafayette")
    return found


def posted(design: Design, district: Organization, **given_fields: str | list[str]) -> AnswersForm:
    data = QueryDict(mutable=True)
    for key, value in given_fields.items():
        data.setlist(key.replace("__", "-"), value if isinstance(value, list) else [value])
    form = build_form(FORM, design, "host", district=district, data=data)
    form.is_valid()
    return form


def test_every_kind_of_answer_is_read(design: Design, district: Organization) -> None:
    areas = [a.key for a in design.focus_areas]
    form = posted(
        design, district, q__line=" A short line ", q__essay="One two\r\nthree", q__one="b", q__some=["a", "c"],
        **{"q-order-a": "2", "q-order-b": "1", "q-order-c": "", "q-order-mine": "yes"},
        **{"q-near-0": "P.S. 12 (01M012)", "q-near-1": "01m001 ", "q-near-2": "ecole lafayette"},
        **{"q-areas-area0": areas[3], "q-areas-words0": "Reading aloud", "q-areas-area1": areas[0]},
        q__count="12.5", q__sure="no", q__day="2027-03-14",
        **{"q-team-0-name": "Hana", "q-team-2-name": "Tess", "q-team-2-age": "41"},
    )  # fmt: skip
    ids = {s.code: str(s.pk) for s in Organization.objects.all()}
    assert form.errors == {}
    assert form.answers() == {
        "line": "A short line",
        "essay": "One two\nthree",
        "one": "b",
        "some": ["a", "c"],
        "order": ["b", "a"],
        "near": [ids["01M012"], ids["01M001"], ids["01M004"]],
        "areas": [areas[3], areas[0]],
        "areas.words": ["Reading aloud", ""],
        "count": 12.5,
        "sure": False,
        "day": "2027-03-14",
        "team": [{"name": "Hana"}, {"name": "Tess", "age": 41.0}],
    }


def test_what_is_saved_comes_back_as_it_was(design: Design, district: Organization) -> None:
    """The page shown with saved answers, posted unchanged, gives the same answers: nobody “changes” by opening."""
    areas = [a.key for a in design.focus_areas]
    school = str(Organization.objects.get(code="01M002").pk)
    saved: dict[str, Any] = {
        "line": "x", "essay": "y", "one": "a", "some": ["b"], "order": ["c", "a"], "near": [school],
        "areas": [areas[1]], "count": 3.0, "sure": True, "day": "2027-03-14", "team": [{"name": "Hana", "age": 40.0}],
    }  # fmt: skip
    shown = build_form(FORM, design, "host", district=district, answers=saved)
    data = QueryDict(mutable=True)
    for name, value in _inputs(shown).items():
        data.setlist(name, value)
    again = build_form(FORM, design, "host", district=district, data=data)
    assert again.is_valid()
    got = {k: v for k, v in again.answers().items() if v is not None}
    assert {k: mark_of(v) for k, v in got.items()} == {k: mark_of(v) for k, v in saved.items()}


def _inputs(form: AnswersForm) -> dict[str, list[str]]:
    """What a browser would post of a page as it stands."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.found: dict[str, list[str]] = {}
            self.select = self.area = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            about = dict(attrs)
            name = about.get("name") or ""
            if (
                tag == "input"
                and name
                and (about.get("type") not in ("checkbox", "radio") or "checked" in about)
            ):
                self.found.setdefault(name, []).append(about.get("value") or "")
            elif tag == "select":
                self.select = name
                self.found.setdefault(name, [""])
            elif tag == "option" and "selected" in about and self.select:
                self.found[self.select] = [about.get("value") or ""]
            elif tag == "textarea":
                self.area = name
                self.found[name] = [""]

        def handle_endtag(self, tag: str) -> None:
            if tag == "textarea":
                self.found[self.area][0] = self.found[self.area][0].removeprefix("\n")
                self.area = ""
            elif tag == "select":
                self.select = ""

        def handle_data(self, data: str) -> None:
            if self.area:
                self.found[self.area][0] += data

    reader = Reader()
    reader.feed("".join(str(form[name]) for name in form.fields))
    return reader.found


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"q__line": "x" * 21}, "too-long"),  # B14
        ({"q__line": "a\u202eb"}, "invisible-character"),  # B12
        ({"q__count": "NaN"}, "not-a-finite-number"),  # B04
        ({"q__count": "101"}, "out-of-range"),
        ({"q__day": "2027-02-29"}, "no-such-date"),  # B03
        ({"q__one": "z"}, "invalid_choice"),
        ({"q-near-0": "P.S. 99"}, "unknown-school"),
        ({"q-near-0": "P.S"}, "several-schools"),
        ({"q-order-a": "1", "q-order-b": "1", "q-order-mine": "yes"}, "duplicate-rank"),
        ({"q-order-a": "99999999999999999999", "q-order-mine": "yes"}, "out-of-range"),  # B10
        ({"q-areas-area0": "no-such-area"}, "unknown-choice"),
        ({"q-team-0-age": "old"}, "not-a-number"),
    ],
)
def test_bad_answers_say_why(
    design: Design, district: Organization, fields: dict[str, str], code: str
) -> None:
    form = posted(design, district, **fields)
    codes = [e.code for errors in form.errors.as_data().values() for e in errors]
    assert codes == [code]


def test_one_school_that_nearly_fits_is_asked_about(district: Organization) -> None:
    found = find_schools(["École"], district)["École"]
    assert isinstance(found, Trouble)
    label = "École Lafayette (01M004)"
    assert found.message == f"No school is called “École”. If you mean {label}, write that."


def test_one_bad_answer_does_not_lose_the_others(design: Design, district: Organization) -> None:
    form = posted(design, district, q__line="fine", q__count="many")
    assert form.answers()["line"] == "fine"
    assert "count" not in form.answers()


def test_a_ranking_that_nobody_touched_is_no_answer(design: Design, district: Organization) -> None:
    numbered = {"q-order-a": "1", "q-order-b": "2", "q-order-c": "3"}
    assert posted(design, district, **numbered).answers()["order"] is None
    assert posted(design, district, **numbered, **{"q-order-mine": "yes"}).answers()["order"] == [
        "a",
        "b",
        "c",
    ]


def test_missing_names_each_thing_in_order() -> None:
    answers = {"essay": "one two three four five six seven", "some": ["a"]}
    assert [(m.question, m.what) for m in missing(ASKED, answers)] == [
        ("essay", "2 words too many"),
        ("some", "1 of at least 2"),
    ]
    assert [(m.question, m.what) for m in missing(ASKED, {})] == [("essay", "not answered yet")]


@given(st.text(max_size=200))
def test_a_mark_tells_answers_apart_and_empty_ones_alike(text: str) -> None:
    assert mark_of(text) == mark_of(str(text))
    assert (mark_of(text) == mark_of(None)) == is_empty(text)
    assert count_words(text) == len(text.split())


def test_answers_are_shown_as_they_were_given(design: Design, district: Organization) -> None:
    answers = {
        "essay": "{{ 7*7 }} <b>",
        "some": ["a"],
        "team": [{"name": "Hana", "age": 40.0}],
        "sure": False,
    }
    [section] = answers_for_display(design, FORM, "host", answers, schools={})
    shown = {a.key: a for a in section.answers}
    assert shown["essay"].text == "{{ 7*7 }} <b>"
    assert shown["some"].items == ("Apples",)
    assert shown["team"].rows == (("Hana", "40.0"),)
    assert shown["sure"].text == "No"
    assert shown["line"].empty


def test_questions_follow_the_role() -> None:
    for slug in (factories.hosted(), factories.equal()):
        design = factories.design(slug)
        for role in design.roles:
            form = form_of(design, role)
            keys = {q.key for q in questions(form, role)} | {
                q.key for q in questions(form, role, wishes=True)
            }
            assert keys == {q.key for q in form.questions(role)}
        every = {q.key for r in design.roles for q in design.form_for(r).questions(r)}
        either = form_of(design, "either")
        got = {q.key for q in questions(either, "either")} | {
            q.key for q in questions(either, "either", wishes=True)
        }
        assert got == every


def test_schools_are_found_by_code_name_and_both(district: Organization) -> None:
    ids = {s.code: str(s.pk) for s in Organization.objects.filter(kind="school")}
    texts = ["01M001", "P.S. 2", "p.s. 12 (01m012)", "École Lafayette", "ÉCOLE LAFAYETTE"]
    assert list(find_schools(texts, district).values()) == [
        ids["01M001"], ids["01M002"], ids["01M012"], ids["01M004"], ids["01M004"],
    ]  # fmt: skip
    assert suggestions("ecole laf", district) == ["École Lafayette (01M004)"]
    other = factories.district("Elsewhere", "EL")
    assert suggestions("ecole", other) == []


def test_facts_come_from_the_newest_year_that_has_them(design: Design, district: Organization) -> None:
    school = Organization.objects.get(code="01M001")
    SchoolYear.objects.create(school=school, year="2014-15", facts={"enrollment": 400, "quality_review": "P"})
    SchoolYear.objects.create(
        school=school, year="2015-16", facts={"enrollment": 1420}, sources={"enrollment": "snapshot.csv"}
    )
    facts = known_facts(design, school)
    assert (facts["enrollment"].value, facts["enrollment"].as_of, facts["enrollment"].source) == (
        1420, "2015-16", "snapshot.csv",
    )  # fmt: skip
    assert facts["quality_review"].as_of == "2014-15"
    assert "pct_ell" not in facts
    assert shown_fact(design, "quality_review", facts["quality_review"]) == "Proficient"
    assert shown_fact(design, "enrollment", facts["enrollment"]) == "1,420 students"
    assert facts["grades_served"].value == ["K", "1", "2", "3", "4", "5"]


def test_published_values_are_read_in_the_kind_the_design_expects(
    design: Design, district: Organization
) -> None:
    school = Organization.objects.get(code="01M001")
    published = {
        "quality_review": "well developed", "fully_screened": "No", "pct_poverty": "71.5%", "enrollment": "1,420",
        "pct_ell": "suppressed",
    }  # fmt: skip
    SchoolYear.objects.create(school=school, year="2015-16", facts=published)
    facts = {key: known.value for key, known in known_facts(design, school).items()}
    assert {key: facts[key] for key in published} == {
        "quality_review": "WD", "fully_screened": False, "pct_poverty": 71.5, "enrollment": 1420.0,
        "pct_ell": "suppressed",
    }  # fmt: skip


def test_the_sector_answers_whether_a_school_is_a_charter_school(district: Organization) -> None:
    equal = factories.design(factories.equal())
    key = next(k for k in equal.facts if k.startswith("is_"))
    school = Organization.objects.get(code="01M001")
    assert key not in known_facts(equal, school)
    for sector, answer in (("Charter", True), ("district", False)):
        school.sector = sector
        assert known_facts(equal, school)[key].value is answer


def test_the_page_never_runs_what_a_design_says(design: Design, district: Organization) -> None:
    nasty = replace(ASKED[0], label="<img src=x onerror=alert(1)>", help="<script>alert(1)</script>")
    form = replace(FORM, sections=(replace(FORM.sections[0], questions=(nasty,)),))
    made = build_form(form, design, "host", district=district)
    assert "<script" not in made.as_div()
    assert "<img" not in made.as_div()


def test_dates_are_kept_as_text(design: Design, district: Organization) -> None:
    assert posted(design, district, q__day="3/14/2027").answers()["day"] == dt.date(2027, 3, 14).isoformat()
