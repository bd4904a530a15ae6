"""A network that is founded during the year: what it is owed, its days, who sees them when, and who is told."""

import re
from collections import Counter

import pytest
from django.urls import reverse

from intervisit.apps.applications.models import Application
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.calendar import actions, bridge
from intervisit.apps.calendar.models import Change, FeedAddress, YearPlan
from intervisit.apps.calendar.queries import address_of, visits_for
from intervisit.apps.networks.actions import (
    join_network,
    place_school,
    publish_networks,
    set_facilitator,
)
from intervisit.apps.networks.bridge.living import living
from intervisit.apps.networks.bridge.ways import comes, ways_on
from intervisit.apps.networks.models import Network
from intervisit.core.scheduling import violations
from intervisit.kit import jobs
from intervisit.kit.models import OutgoingMail
from intervisit.kit.refusal import Refused
from tests import factories
from tests.apps.calendar.published import TODAY, told
from tests.world import World

pytestmark = pytest.mark.django_db


def _accepted(world: World, number: int, like: int) -> Application:
    """An accepted school without a network, with a principal called after its number."""
    school = factories.school(world.district, number)
    factories.role(factories.person(f"P{number} Late"), "principal", school.group)
    role = world.applications[like].role
    return factories.application(
        world.program, school, role_wanted=role, role=role, state=ApplicationState.ACCEPTED, submitted=None
    )


def _founded(world: World) -> Network:
    """Two schools join the East; then a host comes, and takes one of the East and the two along."""
    by = world.actor("Dana")
    for number in (8, 9):
        join_network(world.networks["East"], _accepted(world, number, 2), by=by)
    host = _accepted(world, 10, 1)
    now = living(world.program, host)
    assert now is not None
    ways = ways_on(now, comes(host))
    way = next(
        w
        for w in ways
        if any(p.network is None and "P.S. 3" in p.schools and "P.S. 9" in p.schools for p in w.puts)
    )
    assert way.moved == ("P.S. 3", "P.S. 8", "P.S. 9")  # as the networks will be, the host's keeps its name
    return place_school(world.program, host, by=by, way=way.key)


def _owed(plan: YearPlan, network: Network) -> dict[str, int]:
    rows = plan.visits.filter(network=network, state="owed").values_list("school__name", flat=True)
    return dict(Counter(name.removesuffix(" Elementary") for name in rows))


def test_it_is_owed_the_rest_of_the_year_and_only_the_office_knows(world: World, year: YearPlan) -> None:
    before = year.visits.filter(
        network=world.networks["East"], date__gte=TODAY.date(), state="planned"
    ).count()
    gone = year.visits.filter(school=world.schools[3], date__gte=TODAY.date()).count()
    made = _founded(world)
    times = {r.role: r.times for r in world.program.design.visits.rules}
    had = year.visits.filter(school=world.schools[3], state="planned", date__lt=TODAY.date()).count()
    partner, host = (
        times[world.applications[2].role],
        4,
    )  # of five: a share of the days that are left, rounded up
    assert set(_owed(year, made)) == {"P.S. 10", "P.S. 3", "P.S. 8", "P.S. 9"}
    assert _owed(year, made)["P.S. 3"] == partner - had
    assert (_owed(year, made)["P.S. 8"], _owed(year, made)["P.S. 10"]) == (partner, host)
    assert _owed(year, world.networks["East"]) == {}  # what the two were owed there is owed no more
    assert (
        year.visits.filter(network=world.networks["East"], date__gte=TODAY.date(), state="planned").count()
        == before - gone
    )
    ledger = bridge.ledger_of(year, TODAY.date())
    assert {line.name: (line.owed, line.missed) for line in ledger.lines}[made.name] == (
        host + 3 * partner - had,
    ) * 2
    new = set(year.visits.filter(state="owed"))
    for name in ("Dana", "Fay", "Ora"):
        assert not new & set(visits_for(world.actor(name)))
    assert told() == Counter()
    page = world.client("Dana").get(reverse("program_year", args=[world.program.pk])).content.decode()
    assert made.name in page


def test_its_days_are_found_drafted_and_released_once_its_people_know_each_other(
    world: World, year: YearPlan
) -> None:
    made, dana = _founded(world), world.actor("Dana")
    set_facilitator(made, world.people["Finn"], by=dana)  # who also leads the West, and is not in two places
    actions.find_days(year, by=dana)
    jobs.run_waiting()
    found = year.happenings.get()
    assert found.ways, found.refused
    actions.choose_way(found, "fewest", by=dana)
    lines = Change.objects.filter(visit__network=made)
    assert lines.count() == sum(_owed(year, made).values())
    at = bridge.standing(year)
    assert (tuple(violations(at.drafted, at.then)), at.waiting) == ((), ())
    with pytest.raises(Refused, match="Publish the networks first"):
        actions.publish_plan(year, by=dana)
    assert Change.objects.filter(visit__network=made).count() == lines.count()  # nothing is half applied
    publish_networks(world.program, by=dana)
    OutgoingMail.objects.all().delete()
    actions.publish_plan(year, by=dana, name="P.S. 10 has come")
    assert _owed(year, made) == {}
    mine = year.visits.filter(network=made, state="planned")
    for name in ("Ora", "Finn"):
        assert set(mine) <= set(visits_for(world.actor(name)))
    assert not set(mine) & set(visits_for(world.actor("Ova")))
    assert {"Ora", "P10", "P8", "P9", "Finn"} <= set(told())
    body = OutgoingMail.objects.get(to__name="P10 Late", kind__startswith="visits.").body
    assert body.count("\n- ") == mine.count()
    feed = FeedAddress.objects.create(person=world.people["Ora"])
    told_by_feed = world.client(None).get(address_of(feed)).content.decode()
    assert {v.uid for v in mine} <= set(re.findall(r"UID:([^@\r\n]+)", told_by_feed.replace("\r\n ", "")))
    days = bridge.ledger_of(year, TODAY.date(), [made.pk])
    assert (days.total.missed, days.conflicts) == (0, ())
