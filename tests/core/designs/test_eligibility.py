"""Rules over facts: three-valued, with a sentence and the evidence for each result."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intervisit.core.designs import (
    Condition,
    Evidence,
    Fact,
    Known,
    Level,
    Outcome,
    Rule,
    eligibility,
    evaluate,
)
from tests.shipped import shipped

PILOT = shipped("lpp-2014-pilot")
MET, NOT_MET, UNKNOWN = Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN


def rule(when: Condition | None, **texts: str) -> Rule:
    given_texts = {"met": "met {a}", "not_met": "not met {a}", "unknown": "unknown {a}"} | texts
    return Rule(key="r", label="r", kind="bar", when=when, **given_texts)


def outcome(when: Condition, **facts: object) -> Outcome:
    return evaluate(rule(when), facts)[0].outcome


def outcomes(role: str, facts: dict[str, object], answers: dict[str, object]) -> dict[str, Outcome]:
    return {result.rule.key: result.outcome for result in eligibility(PILOT, role, facts, answers)}


GOOD_HOST: dict[str, object] = {
    "principal_years_at_school": 3,
    "principal_years_in_district": 5,
    "quality_review": "P",
    "fully_screened": False,
}
GOOD_ANSWERS: dict[str, object] = {"focus": ["inquiry"], "practices": "We meet.", "ready": True}


def test_a_school_that_meets_all_five_conditions_for_hosts() -> None:
    assert outcomes("host", GOOD_HOST, GOOD_ANSWERS) == {
        "host_experience": MET,
        "host_quality_review": MET,
        "host_not_screened": MET,
        "host_practices": MET,
        "host_ready": MET,
    }


@pytest.mark.parametrize(
    ("fact", "value", "key", "expected"),
    [
        ("principal_years_in_district", 4.9, "host_experience", NOT_MET),
        ("principal_years_in_district", None, "host_experience", UNKNOWN),
        ("principal_years_at_school", None, "host_experience", MET),
        ("quality_review", "D", "host_quality_review", NOT_MET),
        ("quality_review", "WD", "host_quality_review", MET),
        ("quality_review", "", "host_quality_review", UNKNOWN),
        ("quality_review", "Excellent", "host_quality_review", UNKNOWN),
        ("fully_screened", True, "host_not_screened", NOT_MET),
        ("fully_screened", None, "host_not_screened", UNKNOWN),
        ("fully_screened", "no", "host_not_screened", UNKNOWN),
    ],
)
def test_one_fact_decides(fact: str, value: object, key: str, expected: Outcome) -> None:
    found = outcomes("host", {**GOOD_HOST, fact: value}, GOOD_ANSWERS)
    assert found == {**dict.fromkeys(found, MET), key: expected}


def test_the_profile_of_partners_is_a_preference() -> None:
    facts: dict[str, object] = {"principal_years_in_district": 9, "pct_poverty": 10, "pct_swd": 20}
    results = eligibility(PILOT, "partner", facts, {"did_well": False, "aim": "x"})
    assert [(r.rule.key, r.outcome, r.bars) for r in results] == [
        ("partner_new_principal", NOT_MET, False),
        ("partner_diverse_needs", MET, False),
        ("partner_specific_aim", NOT_MET, False),
    ]


def test_a_bar_that_is_unknown_does_not_bar() -> None:
    results = eligibility(PILOT, "host", {}, {})
    assert [r.rule.key for r in results if r.bars] == ["host_practices"]


def test_the_reason_holds_the_value_in_words_and_the_evidence_its_source_and_date() -> None:
    facts: dict[str, object] = {
        **GOOD_HOST,
        "quality_review": Known("D", "Quality Review file", "13 May 2013"),
    }
    result = eligibility(PILOT, "host", facts, GOOD_ANSWERS)[1]
    assert result.reason == (
        "Hosts need a most recent Quality Review of Proficient or better; on record is Developing."
    )
    assert result.evidence == (
        Evidence(
            "quality_review", "Most recent Quality Review, overall", "D", "Developing",
            "Quality Review file", "13 May 2013", False,
        ),
    )  # fmt: skip


def test_numbers_carry_their_unit_and_missing_ones_say_so() -> None:
    result = eligibility(PILOT, "partner", {"pct_poverty": 82.25, "pct_ell": 14}, {})[1]
    assert result.reason == (
        "At least one measure shows diverse needs: 82.25% in poverty, not known with disabilities, "
        "14% learning English, not known chronically absent."
    )


def test_a_value_is_never_read_as_a_template() -> None:
    found = evaluate(rule(Condition(answer="a", op="equals", value="x")), {}, {"a": "{b.__class__} {a}"})
    assert found[0].reason == "not met {b.__class__} {a}"


def test_a_rule_without_condition_waits_for_a_person() -> None:
    result = evaluate(rule(None, unknown="Staff decide."), {"a": 1})[0]
    assert (result.outcome, result.reason, result.evidence) == (UNKNOWN, "Staff decide.", ())


@pytest.mark.parametrize(
    ("op", "value", "met", "not_met"),
    [
        ("at_least", 5, 5, 4.99),
        ("at_most", 5, 5, 5.01),
        ("more_than", 5, 5.01, 5),
        ("less_than", 5, 4.99, 5),
        ("between", (2, 4), 4, 4.01),
        ("between", (2, 4), 2, 1.99),
        ("equals", 5, 5, 6),
        ("not_equals", 5, 6, 5),
        ("one_of", ("a", "b"), "b", "c"),
        ("none_of", ("a", "b"), "c", "b"),
        ("includes", "K", ["PK", "K"], ["PK"]),
        ("equals", True, True, False),
    ],
)
def test_operations(op: str, value: object, met: object, not_met: object) -> None:
    test = Condition(fact="a", op=op, value=value)  # type: ignore[arg-type]
    assert [outcome(test, a=found) for found in (met, not_met, None)] == [MET, NOT_MET, UNKNOWN]


def test_what_cannot_be_compared_is_unknown() -> None:
    at_least = Condition(fact="a", op="at_least", value=1)
    assert [outcome(at_least, a=value) for value in ("5", True, [], float("nan"))] == [UNKNOWN] * 4
    assert outcome(Condition(fact="a", op="equals", value=1), a=True) is UNKNOWN


def test_known_asks_only_whether_there_is_an_answer() -> None:
    known = Condition(answer="a", op="known")
    assert [evaluate(rule(known), {}, {"a": value})[0].outcome for value in ("x", "", None, 0, False)] == [
        MET, NOT_MET, NOT_MET, MET, MET,
    ]  # fmt: skip


def test_levels_compare_by_their_order_not_their_letters() -> None:
    levels = tuple(Level(key=key, label=key) for key in ("UD", "D", "P", "WD"))
    fact = Fact(key="a", label="a", kind="level", levels=levels)
    test = rule(Condition(fact="a", op="at_least", value="P"))
    found = [evaluate(test, {"a": level.key}, definitions={"a": fact})[0].outcome for level in levels]
    assert found == [NOT_MET, NOT_MET, MET, MET]


YES, NO = (Condition(fact=name, op="equals", value=True) for name in ("yes", "no"))
MAYBE = Condition(fact="maybe", op="equals", value=True)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition(all=(YES, MAYBE)), UNKNOWN),
        (Condition(all=(NO, MAYBE)), NOT_MET),
        (Condition(any=(YES, MAYBE)), MET),
        (Condition(any=(NO, MAYBE)), UNKNOWN),
        (Condition(no=(YES, MAYBE)), NOT_MET),
        (Condition(no=(NO, MAYBE)), UNKNOWN),
        (Condition(no=(NO,)), MET),
    ],
)
def test_what_is_missing_matters_only_where_it_could_decide(condition: Condition, expected: Outcome) -> None:
    assert outcome(condition, yes=True, no=False) is expected


NAMES = ("a", "b", "c")
LEAVES = st.sampled_from([Condition(fact=name, op="equals", value=True) for name in NAMES])
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
        lambda parts: st.sampled_from(
            [Condition(all=tuple(parts)), Condition(any=tuple(parts)), Condition(no=tuple(parts))]
        )
    ),
    max_leaves=8,
)


def two_valued(condition: Condition, facts: dict[str, bool]) -> bool:
    if condition.fact:
        return facts[condition.fact]
    if condition.all:
        return all(two_valued(part, facts) for part in condition.all)
    if condition.any:
        return any(two_valued(part, facts) for part in condition.any)
    return not any(two_valued(part, facts) for part in condition.no)


@given(CONDITIONS, st.fixed_dictionaries({name: st.sampled_from([True, False, None]) for name in NAMES}))
def test_what_is_known_holds_however_the_missing_facts_turn_out(
    condition: Condition, facts: dict[str, bool | None]
) -> None:
    """The brute-force twin: try every way to fill in what is missing."""
    missing = [name for name, value in facts.items() if value is None]
    possible = {
        two_valued(condition, {**facts, **dict(zip(missing, values, strict=True))})  # type: ignore[arg-type]
        for values in itertools.product([True, False], repeat=len(missing))
    }
    found = outcome(condition, **facts)
    if found is not UNKNOWN:
        assert possible == {found is MET}
    if not missing:
        assert found is (MET if possible == {True} else NOT_MET)
