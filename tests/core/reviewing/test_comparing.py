"""Scores, severity, agreement: against numbers worked out by hand or published."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intervisit.core.reviewing import Judged, agreement, calibrate, score, unanswered

# ------------------------------------------------------------------ what one review counts

STRONG, READY = Judged("strong", (1, 2, 3, 4), 4), Judged("ready", (1, 2, 3), 2)
NOTED = Judged("noted", (0, 9), 0, False)


def test_levels_are_weighted() -> None:
    """4 · ⅔ + 2 · ½ of 6, in percent."""
    assert score([STRONG, READY, NOTED], {"strong": 3, "ready": 2, "noted": 9}) == pytest.approx(
        100 * 11 / 18
    )
    assert score([STRONG, READY], {"strong": 1, "ready": 1}) == 0
    assert score([STRONG, READY], {"strong": 4, "ready": 3}) == 100


def test_what_is_left_open_weighs_nothing() -> None:
    assert score([STRONG, READY], {"strong": 4}) == 100
    assert score([NOTED], {"noted": 9}) is None
    assert score([STRONG], {}) is None
    assert unanswered([STRONG, READY, NOTED], {"ready": 1}) == ["strong"]


# ------------------------------------------------------------------ severity

MARKS = [
    ("x", "Ann", 8.0), ("x", "Bob", 6.0), ("y", "Ann", 7.0), ("y", "Cay", 4.0),
    ("z", "Bob", 5.0), ("z", "Cay", 4.0), ("w", "Ann", 9.0), ("w", "Bob", 7.0), ("w", "Cay", 6.0),
]  # fmt: skip


def test_severity_worked_out_by_hand() -> None:
    """Without x, y, z, w the normal equations are, for leniencies a, b, c with 3a + 3b + 3c = 0:

    5/3 a − 5/6 b − 5/6 c = 25/6, −5/6 a + 5/3 b − 5/6 c = −5/6, −5/6 a − 5/6 b + 5/3 c = −10/3, so that each is its
    right side divided by 5/2: a = 5/3, b = −1/3, c = −4/3.
    """
    found = calibrate(MARKS)
    severity = {r.id: r.severity for r in found.raters}
    assert severity == {
        "Ann": pytest.approx(-5 / 3), "Bob": pytest.approx(1 / 3), "Cay": pytest.approx(4 / 3)
    }  # fmt: skip
    assert found.scores["x"] == pytest.approx((8 - 5 / 3 + 6 + 1 / 3) / 2)
    assert found.scores["w"] == pytest.approx(22 / 3)
    assert found.groups == 1
    assert {r.id: r.spread for r in found.raters} == {
        "Ann": 1,
        "Bob": 1,
        "Cay": pytest.approx((4 / 3) ** 0.5),
    }


def exact(marks: list[tuple[str, str, int]]) -> dict[str, Fraction]:
    """Leniencies by exact elimination on the full normal equations: one column an application, one a reviewer."""
    applications, raters = sorted({a for a, _, _ in marks}), sorted({r for _, r, _ in marks})
    columns = [("a", a) for a in applications] + [("r", r) for r in raters]
    place = {c: n for n, c in enumerate(columns)}
    size = len(columns)
    rows = [[Fraction(0)] * (size + 1) for _ in range(size + 1)]
    for a, r, mark in marks:
        for i in (place["a", a], place["r", r]):
            rows[i][size] += mark
            for j in (place["a", a], place["r", r]):
                rows[i][j] += 1
    for _, r, _ in marks:
        rows[size][place["r", r]] += 1
    for done in range(size):
        pivot = next(n for n in range(done, size + 1) if rows[n][done])
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [v / rows[done][done] for v in rows[done]]
        for n in range(size + 1):
            if n != done and rows[n][done]:
                rows[n] = [v - rows[n][done] * w for v, w in zip(rows[n], rows[done], strict=True)]
    return {r: rows[place["r", r]][size] for r in raters}


@given(st.data())
def test_the_same_as_exact_elimination(data: st.DataObject) -> None:
    """Every application is read by r0, so that all are linked."""
    marks = []
    for a in range(data.draw(st.integers(1, 5))):
        others = data.draw(st.sets(st.sampled_from(["r1", "r2", "r3"])))
        marks += [(f"a{a}", r, data.draw(st.integers(0, 10))) for r in ("r0", *sorted(others))]
    wanted = exact(marks)
    found = calibrate([(a, r, float(m)) for a, r, m in marks])
    given_by = {a: [(r, m) for b, r, m in marks if b == a] for a, _, _ in marks}
    for rater in found.raters:
        if rater.severity is not None:
            assert rater.severity == pytest.approx(-float(wanted[rater.id]), abs=1e-9)
    for a, rows in given_by.items():
        mean = sum(Fraction(m) - wanted[r] for r, m in rows) / len(rows)
        assert found.scores[a] == pytest.approx(float(mean), abs=1e-9)


def test_a_severe_reviewer_is_found_and_taken_out() -> None:
    """Everybody reads five of ten; one gives 20 less. Severities and true qualities come back exactly."""
    quality = {f"a{n}": 40.0 + 5 * n for n in range(10)}
    severe = {"Ann": 0.0, "Bob": 20.0, "Cay": 0.0, "Dee": 0.0}
    names = list(severe)
    marks = []
    for n, a in enumerate(quality):
        for r in (names[n % 4], names[(n + 1) % 4]):
            marks.append((a, r, quality[a] - severe[r]))
    found = calibrate(marks)
    gap = {r.id: r.severity for r in found.raters}
    assert gap["Bob"] - gap["Ann"] == pytest.approx(20)
    shift = found.scores["a0"] - quality["a0"]
    assert all(found.scores[a] - q == pytest.approx(shift) for a, q in quality.items())


def test_little_is_not_judged_and_strangers_are_not_compared() -> None:
    found = calibrate([("x", "Ann", 5.0), ("x", "Bob", 7.0), ("y", "Cay", 1.0)])
    assert [(r.id, r.severity, r.spread, r.group) for r in found.raters] == [
        ("Ann", None, None, 0), ("Bob", None, None, 0), ("Cay", None, None, 1)
    ]  # fmt: skip
    assert found.groups == 2
    assert found.scores == {"x": pytest.approx(6), "y": pytest.approx(1)}


def test_nothing_read() -> None:
    found = calibrate([])
    assert (found.raters, dict(found.scores), found.groups, found.spread_of_all) == ((), {}, 0, None)


def test_two_scores_of_one_reviewer_are_refused() -> None:
    with pytest.raises(ValueError):
        calibrate([("x", "Ann", 5.0), ("x", "Ann", 6.0)])


# ------------------------------------------------------------------ agreement

KRIPPENDORFF = {  # the four observers and twelve units of Krippendorff (2011), section D; 0: not observed
    "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
    "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
    "C": [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
    "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
}


def test_the_published_alpha() -> None:
    marks = [(str(n), float(v)) for row in KRIPPENDORFF.values() for n, v in enumerate(row) if v]
    found = agreement(marks)
    assert found.alpha is not None
    assert round(found.alpha, 3) == 0.849
    assert (found.applications, found.scores) == (11, 40)


def test_nothing_to_tell() -> None:
    assert agreement([]).alpha is None
    assert agreement([("x", 3.0), ("y", 4.0)]).alpha is None
    assert agreement([("x", 0.1), ("x", 0.1), ("x", 0.1)]).alpha is None
    assert agreement([("x", 1.0), ("x", 1.0), ("y", 2.0), ("y", 2.0)]).alpha == 1


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.integers(0, 20)), max_size=12))
def test_alpha_as_its_definition_says(marks: list[tuple[str, int]]) -> None:
    """The ratio of observed to expected disagreement, counted pair by pair."""
    of = {k: [m for j, m in marks if j == k] for k in "xyz"}
    units = [v for v in of.values() if len(v) > 1]
    every = [m for v in units for m in v]
    n = len(every)
    apart = sum((x - y) ** 2 for i, x in enumerate(every) for j, y in enumerate(every) if i != j)
    found = agreement([(k, float(m)) for k, m in marks]).alpha
    if not apart:
        assert found is None
        return
    seen = 0.0
    for v in units:
        pairs = sum((x - y) ** 2 for i, x in enumerate(v) for j, y in enumerate(v) if i != j)
        seen += pairs / (len(v) - 1)
    assert found == pytest.approx(1 - (seen / n) / (apart / (n * (n - 1))))
