"""What is told of all reviews together: floors, whole breakdowns, and an attacker who reckons."""

from hypothesis import given
from hypothesis import strategies as st

from intervisit.core.reviewing import Mark, enough, publish, share_words
from intervisit.core.reviewing.totals import FEWEST_REVIEWERS, FEWEST_SCHOOLS

LEVELS = (1, 2, 3)


def marks(schools: int, reviewers: int, group: str = "host", level: int = 2) -> list[Mark]:
    return [Mark(f"{group}{n}", f"r{n % reviewers}", group, level) for n in range(schools)]


def test_ten_schools_and_three_reviewers() -> None:
    assert enough(marks(10, 3))
    assert not enough(marks(9, 3))
    assert not enough(marks(40, 2))
    assert not enough([Mark("one", f"r{n}", "host", 2) for n in range(30)])
    assert (FEWEST_SCHOOLS, FEWEST_REVIEWERS) == (10, 3)


def test_shares_in_words() -> None:
    assert [share_words(n, 20) for n in (0, 1, 2, 7, 18, 19, 20)] == [
        "under 10 %", "under 10 %", "10 %", "35 %", "90 %", "over 90 %", "over 90 %",
    ]  # fmt: skip


def test_a_breakdown_is_whole_or_not_there() -> None:
    both = marks(12, 3) + marks(10, 3, "partner", 3)
    told = publish(both, LEVELS)
    assert told.overall is not None
    assert told.overall.shares == ("under 10 %", "55 %", "45 %")
    assert {k: (s.shares, s.schools) for k, s in told.groups.items()} == {
        "host": (("under 10 %", "over 90 %", "under 10 %"), 12),
        "partner": (("under 10 %", "under 10 %", "over 90 %"), 10),
    }
    assert publish(both[:-1], LEVELS).groups == {}
    assert publish(marks(9, 3), LEVELS).overall is None
    assert publish(marks(12, 3), LEVELS).groups == {}


@given(
    st.lists(
        st.builds(
            Mark,
            st.sampled_from([f"s{n}" for n in range(14)]),
            st.sampled_from(["a", "b", "c", "d"]),
            st.sampled_from(["host", "partner", "either"]),
            st.sampled_from(LEVELS),
        ),
        max_size=70,
    )
)
def test_nothing_reckoned_from_what_is_told_falls_under_the_floor(found: list[Mark]) -> None:
    """The attacker subtracts shown groups from the total: what is left is nobody, or stands over the floor itself."""
    told = publish(found, LEVELS)
    if told.overall is None:
        assert told.groups == {}
        return
    assert enough(found)
    left = [m for m in found if m.group not in told.groups]
    assert not told.groups or left == []
    for key, spread in told.groups.items():
        part = [m for m in found if m.group == key]
        assert enough(part)
        assert (spread.reviews, spread.schools) == (len(part), len({m.school for m in part}))
