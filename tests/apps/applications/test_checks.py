"""Eligibility: each result with fact, source and date; “unknown” is an answer; a person's word can be taken back."""

import pytest
from django.urls import reverse

from intervisit.apps.applications.actions import checking
from intervisit.apps.applications.bridge import checks
from intervisit.apps.applications.models import Application, RuleWord
from intervisit.apps.applications.states import ApplicationState as S
from intervisit.apps.people.models import SchoolYear
from intervisit.core.designs import Outcome
from intervisit.kit.access import Hidden, NotAllowed
from intervisit.kit.history import lines_about
from intervisit.kit.refusal import Refused
from tests.apps.applications.test_writing import fresh
from tests.world import World, canary

HOST = ["host_experience", "host_quality_review", "host_not_screened", "host_practices", "host_ready"]
FACTS = {
    "principal_years_at_school": 6,
    "principal_years_in_district": 9,
    "quality_review": "WD",
    "fully_screened": False,
}


def host(world: World, **facts: object) -> Application:
    mine = fresh(world.applications[1])
    Application.objects.filter(pk=mine.pk).update(state=S.SUBMITTED)
    sources = dict.fromkeys(facts, "School Quality Report, 3 May 2016")
    SchoolYear.objects.update_or_create(
        school=mine.school, year="2015-16", defaults={"facts": facts, "sources": sources}
    )
    return fresh(mine)


def outcomes(application: Application) -> dict[str, Outcome]:
    [check] = checks(application)
    return {r.rule.key: r.outcome for r in check.results}


def test_the_five_criteria_for_hosts_one_by_one(world: World) -> None:
    assert outcomes(host(world, **FACTS)) == dict.fromkeys(HOST, Outcome.MET)
    for key, fact, value in (
        (
            "host_experience",
            {"principal_years_at_school": 4, "principal_years_in_district": 4},
            Outcome.NOT_MET,
        ),
        ("host_quality_review", {"quality_review": "D"}, Outcome.NOT_MET),
        ("host_quality_review", {"quality_review": "P"}, Outcome.MET),
        ("host_not_screened", {"fully_screened": True}, Outcome.NOT_MET),
        (
            "host_experience",
            {"principal_years_at_school": None, "principal_years_in_district": None},
            Outcome.UNKNOWN,
        ),
        ("host_quality_review", {"quality_review": None}, Outcome.UNKNOWN),
        ("host_quality_review", {"quality_review": "A+"}, Outcome.UNKNOWN),
    ):
        found = outcomes(host(world, **{**FACTS, **fact}))
        assert found == {**dict.fromkeys(HOST, Outcome.MET), key: value}


def test_a_result_names_fact_source_and_date_and_unknown_is_not_no(world: World) -> None:
    [check] = checks(host(world, **FACTS))
    [evidence] = next(r for r in check.results if r.rule.key == "host_quality_review").evidence
    assert (evidence.label, evidence.shown, evidence.source, evidence.as_of) == (
        "Most recent Quality Review, overall", "Well Developed", "School Quality Report, 3 May 2016", "2015-16"
    )  # fmt: skip
    assert check.verdict == "Eligible"
    [check] = checks(host(world, **{**FACTS, "quality_review": None}))
    assert (check.verdict, check.unknown, check.barred) == ("Not known yet", 1, False)
    text = world.client("Hana").get(reverse("application", args=[world.applications[1].pk])).content.decode()
    assert "No Quality Review of this school is on record" in text


def post(world: World, by: str = "Sol", **data: str) -> int:
    url = reverse("application_check", args=[world.applications[1].pk])
    given = {
        "rule": "host_quality_review",
        "met": "yes",
        "reason": "I have read the report of 4 May.",
        **data,
    }
    return int(world.client(by).post(url, given).status_code)


def test_a_persons_word_counts_is_named_and_dated_and_is_taken_back(world: World) -> None:
    mine = host(world, **{**FACTS, "quality_review": None})
    assert post(world) == 303
    assert outcomes(fresh(mine))["host_quality_review"] is Outcome.MET
    text = world.client("Hana").get(reverse("application", args=[mine.pk])).content.decode()
    assert "Checked by Sol Rivera" in text
    assert "I have read the report of 4 May." in text
    assert "it would be not known" in text
    assert post(world, by="Dana", met="no", reason="It was withdrawn.") == 303
    assert outcomes(fresh(mine))["host_quality_review"] is Outcome.NOT_MET
    word = RuleWord.objects.get(taken_back=None)
    url = reverse("application_uncheck", args=[mine.pk, word.pk])
    assert world.client("Sol").post(url).status_code == 303
    assert world.client("Sol").post(url).status_code == 409
    assert outcomes(fresh(mine))["host_quality_review"] is Outcome.UNKNOWN
    told = str(list(lines_about(mine).values_list("changes", flat=True)))
    assert "report of 4 May" not in told
    assert RuleWord.objects.count() == 2


def test_what_is_no_word_on_a_rule(world: World) -> None:
    host(world, **FACTS)
    for data in ({"rule": "nothing"}, {"rule": "partner_new_principal"}, {"met": "perhaps"}, {"reason": ""},
                 {"reason": "x" * 1001}, {"reason": "a\x00b"}, {"reason": "a\u202eb"}):  # fmt: skip
        assert post(world, **data) == 422
    assert not RuleWord.objects.exists()
    for name, status in (
        ("Hana", 404),
        ("Tess", 404),
        ("Fay", 404),
        ("Sue", 404),
        ("Ada", 404),
        ("Ova", 404),
    ):
        assert post(world, by=name) == status
    with pytest.raises(NotAllowed):
        checking.say_rule(
            fresh(world.applications[1]), by=world.actor("Hana"), rule="host_ready", met=True, reason="x"
        )
    post(world)
    word = RuleWord.objects.get()
    with pytest.raises(Hidden):
        checking.take_back_rule(fresh(world.applications[2]), by=world.actor("Sol"), word=word.pk)
    Application.objects.filter(pk=world.applications[1].pk).update(state=S.DRAFT)
    with pytest.raises(NotAllowed):
        checking.say_rule(
            fresh(world.applications[1]), by=world.actor("Sol"), rule="host_ready", met=True, reason="x"
        )
    with pytest.raises(Refused):
        checking.say_rule(
            fresh(world.applications[2]), by=world.actor("Sol"), rule="host_ready", met=True, reason="x"
        )


def test_superintendents_see_that_an_application_is_there_and_no_word_of_it(world: World) -> None:
    """Row 2, column V: status and nothing else. A draft is not there, a decision when the school knows it."""
    url = reverse("application_statuses")
    Application.objects.filter(pk=world.applications[3].pk).update(
        state=S.ACCEPTED, reason=canary("reason"), role="partner"
    )
    text = world.client("Sue").get(url).content.decode()
    assert world.schools[2].name in text
    assert world.schools[1].name not in text  # a draft
    assert "Accepted" not in text
    for word in ("answer1", "answer2", "answer3", "reason"):
        assert canary(word) not in text
    assert world.client("Sue").get(reverse("application", args=[world.applications[2].pk])).status_code == 404
    for name in ("Hana", "Sol", "Fay", "Ada", "Rex"):
        assert world.client(name).get(url).status_code == 404
