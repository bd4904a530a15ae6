"""Who rates whom: set, ended, read from a list."""

import datetime as dt

import pytest

from intervisit.apps.people.actions.rates import end_rating, import_ratings, set_rating
from intervisit.apps.people.models import District, Rates
from intervisit.kit.access import NotAllowed
from intervisit.kit.refusal import Refused
from tests.world import World

DAY = dt.date(2026, 9, 1)


@pytest.fixture
def district(world: World) -> District:
    return District.objects.get(pk=world.district.pk)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [t.code for t in refusal.value.troubles]


def test_who_rates_whom_is_data(world: World, district: District) -> None:
    dana = world.actor("Dana")
    made = set_rating(district, by=dana, rater=world.people["Piet"], rated=world.people["Pim"], starts=DAY)
    assert str(world.people["Pim"].pk) in world.people["Piet"].people_rated()
    with pytest.raises(Refused) as known:
        set_rating(district, by=dana, rater=world.people["Piet"], rated=world.people["Pim"], starts=DAY)
    with pytest.raises(Refused) as own:
        set_rating(district, by=dana, rater=world.people["Pim"], rated=world.people["Pim"], starts=DAY)
    assert codes(known) + codes(own) == ["already-known", "rates-oneself"]
    end_rating(made, district, by=dana, on=DAY)
    assert world.people["Piet"].people_rated() == []
    with pytest.raises(NotAllowed):
        set_rating(
            district,
            by=world.actor("Hana"),
            rater=world.people["Hana"],
            rated=world.people["Tess"],
            starts=DAY,
        )


def test_ratings_come_in_whole_or_not_at_all(world: World, district: District) -> None:
    emails = {name: world.people[name].email for name in ("Piet", "Pim", "Hana", "Tess")}
    before = Rates.objects.count()
    bad = [(2, emails["Piet"], emails["Pim"]), (3, "nobody@x.test", emails["Pim"]), (4, "x", emails["Pim"])]
    with pytest.raises(Refused) as refused:
        import_ratings(district, by=world.actor("Dana"), pairs=bad, starts=DAY, source="list.csv")
    assert [(t.code, t.line) for t in refused.value.troubles] == [("unknown", 3), ("not-an-email", 4)]
    assert Rates.objects.count() == before
    good = [(2, emails["Piet"], emails["Pim"]), (3, emails["Hana"].upper(), emails["Tess"])]
    assert import_ratings(district, by=world.actor("Dana"), pairs=good, starts=DAY, source="list.csv") == 1
    assert Rates.objects.count() == before + 1
