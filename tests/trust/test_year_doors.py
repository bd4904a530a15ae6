"""Side doors of the year under way: subjects, feeds, paper and history hold nothing of drafts, notes and reasons."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from intervisit.apps.calendar import actions
from intervisit.apps.calendar.models import Change, FeedAddress, Visit
from intervisit.apps.calendar.queries import address_of
from intervisit.kit.models import HistoryLine, OutgoingMail
from tests.trust.canaries import FOUND
from tests.trust.places import Places
from tests.world import IN_THE_YEAR, World, canary

pytestmark = pytest.mark.django_db


@time_machine.travel(IN_THE_YEAR, tick=True)
def test_subjects_history_feeds_and_paper_hold_no_reason_no_note_and_no_draft(
    places: Places, world: World
) -> None:
    visit = Visit.objects.select_related(
        "plan__program__version", "plan__program__district", "network", "school"
    ).get(pk=world.visits["East"].pk)
    last = dt.date(2027, 6, 1)
    Visit.objects.filter(pk=visit.pk).update(date=last - dt.timedelta(days=60))
    visit.refresh_from_db()
    visit.proposals.all().delete()
    actions.propose_day(
        visit, last, by=world.actor("Hana"), school=world.schools[1], reason=canary("reason-of-a-proposal")
    )
    secret = dt.date(2027, 5, 18)
    Change.objects.create(visit=visit, date=secret, person=world.people["Dana"])
    asked = OutgoingMail.objects.filter(kind__startswith="proposal.")
    assert {m.to.name.split()[0] for m in asked} == {"Piet", "Pim", "Ora", "Fay"}
    doors = [
        m.subject
        for m in OutgoingMail.objects.exclude(to=world.people["Lou"])
        if m.kind.startswith("proposal.")
    ]
    doors += [f"{line.label} {line.changes}" for line in HistoryLine.objects.filter(kind="proposal")]
    for name in ("Hana", "Ova"):
        feed, _ = FeedAddress.objects.get_or_create(
            person=world.people[name], kind="mine", network=None, school=None
        )
        doors.append(world.client(None).get(address_of(feed)).content.decode())
    for page in (
        reverse("school_wall", args=[world.schools[1].pk]),
        reverse("network_sheet", args=[world.networks["East"].pk]),
    ):
        doors.append(world.client("Hana").get(page).content.decode())
    assert [FOUND.findall(door) for door in doors] == [[] for _ in doors]
    told = f"{secret:%Y%m%d} {secret.day} {secret:%B} {secret:%a} {secret.day}".split()
    assert all(told[0] not in door for door in doors)
    assert f"{secret.day} {secret:%B}" not in "".join(doors)


def test_an_answer_is_not_open_to_whoever_has_left(places: Places, world: World) -> None:
    page = reverse("proposal_answer", args=[places.near("proposal").pk])
    assert world.client("Rex").post(page, {"reply": "yes"}).status_code == 404
    world.networks["East"].members.filter(school=world.schools[1]).update(left=dt.date(2026, 11, 1))
    assert world.client("Hana").post(page, {"reply": "yes"}).status_code == 404
