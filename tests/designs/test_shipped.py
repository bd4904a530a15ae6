"""The shipped designs say what their sources say."""

import csv
import re

import pytest

from intervisit.core.designs import Design
from tests.shared_data import shared
from tests.shipped import DESIGNS, SLUGS, shipped, texts

HOSTED = ("lpp-2014-15", "lpp-2014-pilot")


def facts(name: str) -> list[dict[str, str]]:
    with shared("data", name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fact(words: str, year: str) -> str:
    found = [
        row["value"] for row in facts("lpp_program_facts.csv") if row["fact"] == words and row["year"] == year
    ]
    assert len(found) == 1
    return found[0]


def schools(design: Design) -> int:
    return sum(role.places or 0 for role in design.roles.values())


@pytest.mark.parametrize("slug", SLUGS)
def test_a_shipped_design_has_the_name_of_its_folder_and_cites_its_sources(slug: str) -> None:
    assert shipped(slug).slug == slug
    assert "001:" in texts(slug)["SOURCES.md"]


def test_every_folder_of_designs_is_a_design() -> None:
    assert sorted(path.name for path in DESIGNS.iterdir() if path.is_dir()) == list(SLUGS)


def test_the_pilot_has_seven_hosts_and_fourteen_partners_in_triads() -> None:
    design = shipped("lpp-2014-pilot")
    places = {key: str(role.places) for key, role in design.roles.items()}
    assert places == {
        "host": fact("pilot host schools", "spring 2014 pilot"),
        "partner": fact("pilot partner schools", "spring 2014 pilot"),
    }
    assert str(schools(design)) == fact("schools in program", "spring 2014 pilot")
    assert [
        (shape.key, shape.min_size, shape.max_size, shape.max_count) for shape in design.shapes.values()
    ] == [("triad", 3, 3, int(fact("networks: triads", "spring 2014 pilot")))]


def test_the_first_full_year_has_23_triads_and_a_quad_for_73_schools() -> None:
    design = shipped("lpp-2014-15")
    counts = {key: shape.max_count for key, shape in design.shapes.items()}
    assert counts == {"triad": 23, "quad": int(fact("networks: groups of four", "2014-15"))}
    assert sum(shape.max_size * shape.max_count for shape in design.shapes.values()) == schools(design)
    assert str(schools(design)) == fact("schools in program", "2014-15")


@pytest.mark.parametrize("slug", HOSTED)
def test_a_triad_has_eleven_days(slug: str) -> None:
    design = shipped(slug)
    times = {rule.role: str(rule.times) for rule in design.visits.rules}
    assert times == {
        "host": fact("visits by each partner school to its host", "2014-15"),
        "partner": fact("visits by each host school to its partners", "2014-15"),
    }
    assert design.visits.days({"host": 1, "partner": 2}) == 11


@pytest.mark.parametrize("slug", HOSTED)
def test_the_marks_of_need_are_those_of_the_memo(slug: str) -> None:
    rule = next(rule for rule in shipped(slug).eligibility if rule.key == "partner_diverse_needs")
    assert rule.when is not None
    marks = sorted(str(test.value) for test in rule.when.tests())
    rows = [row for row in facts("lpp_program_facts.csv") if row["fact"].startswith("partner need criterion")]
    assert marks == sorted(row["value"] for row in rows)


def test_sixteen_learning_focus_areas_in_the_order_of_the_list() -> None:
    areas = shipped("lpp-2014-15").focus_areas
    labels = [row["label"] for row in facts("lpp_learning_focus_areas.csv") if row["year"] == "2014-15"]
    assert len(areas) == len(labels) == 16
    alike = [label for area, label in zip(areas, labels, strict=True) if _words(area.label) & _words(label)]
    assert alike == labels


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z-]{5,}", text.lower()))


def test_schools_ranked_five_criteria() -> None:
    matching = shipped("lpp-2014-15").matching
    ranked = [row for row in facts("lpp_matching_criteria.csv") if row["ranked_by_applicants_2014_15"] == "1"]
    assert len(matching.criteria) == len(ranked) == 5
    assert matching.ranked_by_schools
    assert not shipped("lpp-2014-pilot").matching.ranked_by_schools


def test_only_the_first_full_year_asks_for_a_ranking() -> None:
    asked = {
        slug: [
            question.feeds for question in shipped(slug).form_for("host").questions("host") if question.feeds
        ]
        for slug in HOSTED
    }
    assert asked == {
        "lpp-2014-pilot": ["focus", "prefers_new", "known", "wishes", "avoid"],
        "lpp-2014-15": ["focus", "prefers_new", "ranking", "known", "wishes", "avoid"],
    }


def test_money_of_both_years() -> None:
    amounts = {slug: [(amount.amount, amount.at_most) for amount in shipped(slug).money] for slug in HOSTED}
    assert amounts == {"lpp-2014-pilot": [(10_000, True)], "lpp-2014-15": [(15_000, False)]}


def test_the_collaborative_has_equals_only_and_its_own_words() -> None:
    design = shipped("district-charter-collaborative")
    assert [role.hosts for role in design.roles.values()] == [False, False]
    assert [shape.hosted for shape in design.shapes.values()] == [False, False]
    assert all(seat.min >= 1 for shape in design.shapes.values() for seat in shape.seats)
    assert len({(rule.times, rule.part) for rule in design.visits.rules}) == 1
    assert design.visits.starts_at == ""
    assert (design.words["focus_area"].one, design.words["focus_area"].many) == (
        "problem of practice",
        "problems of practice",
    )
    assert design.words["facilitator"].one == "facilitator"
    assert [expectation.for_roles for expectation in design.expectations] == [()] * 4


def test_partners_and_hosts_see_their_own_questions_and_promises() -> None:
    design = shipped("lpp-2014-pilot")
    form = design.form_for("host")
    host = {question.key for question in form.questions("host")}
    partner = {question.key for question in form.questions("partner")}
    assert host - partner == {"practices", "adult_learning", "improvement", "ready", "welcomes_new"}
    assert partner - host == {"aim", "tried", "did_well"}
    assert {e.key for e in design.expectations_for("host")} - {
        e.key for e in design.expectations_for("partner")
    } == {
        "host_visits",
        "host_lead",
    }


def test_where_hosts_are_chosen_first_there_are_two_calls() -> None:
    """M13, the wish of 001:4376-4380: hosts, then partners, who may name one of them."""
    design = shipped("hosts-first-triads")
    assert [(c.key, c.for_roles, c.after, c.may_name_host, c.intake) for c in design.calls] == [
        ("hosts", ("host",), "", False, "fixed"), ("partners", ("partner",), "hosts", True, "rolling"),
    ]  # fmt: skip
    form = design.form_for("partner")
    asked = {
        role: [q.key for q in form.questions(role) if q.choices_from == "hosts"] for role in design.roles
    }
    assert asked == {"host": [], "partner": ["host_wished"]}
    named = next(q for q in form.questions("partner") if q.key == "host_wished")
    assert (named.private, named.feeds, named.max_choices) == (True, "wishes", 2)
    pilot = shipped("lpp-2014-pilot")
    assert (design.shapes, design.visits, design.eligibility) == (
        pilot.shapes,
        pilot.visits,
        pilot.eligibility,
    )


@pytest.mark.parametrize("slug", SLUGS)
def test_what_schools_write_in_confidence_is_private_and_never_a_reason(slug: str) -> None:
    design = shipped(slug)
    for form in design.forms.values():
        for question in form.questions():
            if question.feeds in ("wishes", "avoid"):
                assert question.private
    assert {"wishes", "avoid", "known"} & set(design.matching.shown_to_schools) == set()
