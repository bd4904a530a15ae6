"""The draft, its release, and what happens to a year: who is told of what, and nobody else."""

import datetime as dt
from collections import Counter

import pytest
from django.urls import reverse
from django.utils import timezone

from intervisit.apps.calendar import actions, bridge
from intervisit.apps.calendar.models import Change, Happening, Loss, NamedDays, Release, Visit, YearPlan
from intervisit.apps.calendar.states import HappeningState, VisitState
from intervisit.apps.networks.actions import leave_network
from intervisit.apps.networks.bridge.releases import being
from intervisit.core.scheduling import accounts, violations
from intervisit.kit import jobs
from intervisit.kit.access import NotAllowed
from intervisit.kit.models import OutgoingMail
from intervisit.kit.refusal import Refused
from tests import factories
from tests.apps.calendar.published import EAST, TODAY, next_visit, told
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_move_of_the_office_waits_in_the_draft_and_is_released_by_name(
    world: World, year: YearPlan
) -> None:
    visit = next_visit(year, world, "East", after=14)
    was, by = visit.date, world.actor("Dana")
    to = bridge.free_days(visit, drafted=True)[-1]
    actions.move_visit(visit, to, by=by)
    visit.refresh_from_db()
    assert (visit.date, visit.change.date, told()) == (was, to, Counter())
    assert (
        actions.publish_plan(year, by=by, name="After the principals' meeting", note="The gym is back.") == 6
    )
    visit.refresh_from_db()
    assert (visit.date, visit.sequence, Change.objects.count()) == (to, 1, 0)
    assert told() == Counter(EAST)
    body = OutgoingMail.objects.first().body
    assert "The gym is back." in body
    assert body.count("\n- ") == 1
    last, first = Release.objects.all()
    assert [(r.number, r.name, r.new, r.moved, r.cancelled, r.told) for r in (first, last)] == [
        (1, "The year", 22, 0, 0, 8),
        (2, "After the principals' meeting", 0, 1, 0, 6),
    ]
    (before, after) = actions.difference(first, last.entries).moved[0]
    assert (before.date, after.date, after.uid) == (was, to, visit.uid)
    actions.publish_plan(year, by=by)
    assert Release.objects.count() == 2


def test_somebody_in_two_networks_is_one_person_with_two_mails(world: World, year: YearPlan) -> None:
    by = world.actor("Dana")
    factories.role(world.people["Fay"], "facilitator", world.networks["West"].group)
    for name in ("East", "West"):
        visit = next_visit(year, world, name, after=14)
        actions.put_change(visit, bridge.free_days(visit, drafted=True)[-1], by=by)
    answer = world.client("Dana").post(
        reverse("plan_release", args=[year.pk]), {"name": "Both", "note": ""}, follow=True
    )
    mails = told()
    assert (mails["Fay"], set(mails.values()), len(mails)) == (2, {1, 2}, 8)  # everybody else has one
    assert "Released. 8 people are being told." in answer.content.decode()
    assert Release.objects.latest("number").told == 8
    assert being(1) == "One person is being told."


def test_a_near_day_is_not_released_before_its_schools_were_asked(world: World, year: YearPlan) -> None:
    visit, by = next_visit(year, world, "East"), world.actor("Dana")
    Visit.objects.filter(pk=visit.pk).update(date=TODAY.date() + dt.timedelta(days=6))
    visit.refresh_from_db()
    to = bridge.free_days(visit, drafted=True)[2]
    actions.put_change(visit, to, by=by)
    with pytest.raises(Refused, match="have to be asked"):
        actions.publish_plan(year, by=by)
    proposal = actions.ask_schools(visit, to, by=by, reason="The host has a fire drill.")
    assert told() == Counter(EAST)
    for key, number in (("Hana", 1), ("Piet", 2), ("Ora", 3)):
        actions.answer_proposal(proposal, by=world.actor(key), school=world.schools[number], yes=True)
    proposal.refresh_from_db()
    visit.refresh_from_db()
    assert (proposal.state, visit.date) == ("agreed", TODAY.date() + dt.timedelta(days=6))
    actions.publish_plan(year, by=by)
    visit.refresh_from_db()
    assert visit.date == to


def test_a_school_that_closes_calls_off_its_own_visit_and_tells_those_concerned_only(
    world: World, year: YearPlan
) -> None:
    visit = next_visit(year, world, "East")
    hit = actions.close_school(
        world.schools[3], by=world.actor("Ora"), first=visit.date, last=visit.date, reason="Snow"
    )
    assert [v.pk for v in hit] == [visit.pk]
    visit.refresh_from_db()
    assert (visit.state, visit.sequence, Loss.objects.get().date) == (VisitState.CANCELLED, 1, visit.date)
    assert told() == Counter(EAST) - Counter(["Ora"])
    mail = OutgoingMail.objects.first()
    assert "P.S. 3" not in mail.subject
    assert "called off" in mail.subject
    assert "A new day follows" in mail.body
    assert NamedDays.objects.get(organization=world.schools[3]).name == "Snow"
    with pytest.raises(NotAllowed):
        actions.close_school(
            world.schools[3], by=world.actor("Hana"), first=visit.date, last=visit.date, reason="Snow"
        )


def test_ways_are_weighed_chosen_and_released(world: World, year: YearPlan) -> None:
    visit, by = next_visit(year, world, "East"), world.actor("Dana")
    actions.close_school(
        world.schools[1], by=world.actor("Hana"), first=visit.date, last=visit.date, reason="Flood"
    )
    OutgoingMail.objects.all().delete()
    jobs.run_waiting()
    happening = Happening.objects.select_related("plan__program__version", "plan__program__district").get()
    assert (happening.state, happening.refused) == (HappeningState.READY, [])
    way = happening.ways[0]
    assert (way["key"], way["fewest"], [m[0] for m in way["moves"]]) == ("fewest", 1, [str(visit.pk)])
    assert actions.choose_way(happening, "fewest", by=by) == 0
    assert actions.publish_plan(year, by=by) == 6
    visit.refresh_from_db()
    assert (visit.state, visit.date.isoformat()) == (VisitState.PLANNED, way["moves"][0][1])
    at = bridge.standing(YearPlan.objects.get(pk=year.pk))
    assert violations(at.problem, at.now) == ()
    again = [bridge.as_planned(x.visit) for x in Loss.objects.all()]
    lines = accounts(at.problem, at.now, today=TODAY.date(), off=at.off, made_up=again)
    assert [(sum(line.owed for line in lines), sum(line.missed for line in lines))] == [(22, 0)]
    assert sum(line.made_up for line in lines) == 1


def test_a_visit_that_is_given_up_is_missed_in_the_ledger(world: World, year: YearPlan) -> None:
    visit, by = next_visit(year, world, "East"), world.actor("Dana")
    actions.close_school(
        world.schools[1], by=world.actor("Hana"), first=visit.date, last=visit.date, reason="Flood"
    )
    jobs.run_waiting()
    actions.choose_way(Happening.objects.get(), "given_up", by=by)
    actions.publish_plan(year, by=by)
    at = bridge.standing(YearPlan.objects.get(pk=year.pk))
    lines = accounts(at.problem, at.now, today=TODAY.date(), off=at.off)
    missed = {line.school: line.missed for line in lines if line.missed}
    assert missed == {str(visit.school_id): 1}


def test_a_facilitator_moves_a_visit_of_her_own_and_those_concerned_hear_of_it(
    world: World, year: YearPlan
) -> None:
    visit = next_visit(year, world, "East", after=14)
    to = bridge.free_days(visit, drafted=False)[3]
    actions.move_visit(visit, to, by=world.actor("Fay"))
    visit.refresh_from_db()
    assert (visit.date, told()) == (to, Counter(EAST) - Counter(["Fay"]))
    assert Release.objects.first().kind == "facilitator"
    for key in ("Finn", "Hana", "Ova"):
        with pytest.raises(NotAllowed):
            actions.move_visit(visit, to, by=world.actor(key))
    YearPlan.objects.update(facilitators_move=False)
    visit = next_visit(year, world, "East", after=14)
    with pytest.raises(NotAllowed):
        actions.move_visit(visit, to, by=world.actor("Fay"))


def test_a_day_closed_for_everybody_concerns_every_network(world: World, year: YearPlan) -> None:
    one, other = (next_visit(year, world, n) for n in ("East", "West"))
    day = min(one.date, other.date)
    actions.close_days(year, by=world.actor("Dana"), first=day, last=day, reason="Snow day")
    hit = [v for v in (one, other) if v.date == day]
    assert set(told()) <= {*EAST, "Ova", "Finn"}
    assert Visit.objects.filter(state=VisitState.CANCELLED).count() == len(hit)
    with pytest.raises(NotAllowed):
        actions.close_days(year, by=world.actor("Hana"), first=day, last=day, reason="x")


def test_a_facilitator_who_is_away_is_worked_around(world: World, year: YearPlan) -> None:
    visit, by = next_visit(year, world, "East", after=10), world.actor("Dana")
    made = actions.facilitator_away(
        year, by=by, facilitator=world.people["Fay"], first=visit.date, last=visit.date, reason="Jury duty"
    )
    assert told() == Counter()
    jobs.run_waiting()
    made.refresh_from_db()
    assert [m[0] for m in made.ways[0]["moves"]] == [str(visit.pk)]
    with pytest.raises(Refused, match="present at no visit"):
        actions.facilitator_away(
            year, by=by, facilitator=world.people["Rex"], first=visit.date, last=visit.date, reason="x"
        )


def swap_of(plan: YearPlan, world: World) -> tuple[Visit, dt.date]:
    visit = next_visit(plan, world, "East", after=14)
    return visit, bridge.free_days(visit, drafted=False)[1]


def test_schools_agree_on_another_day_and_the_visit_moves(world: World, year: YearPlan) -> None:
    visit, to = swap_of(year, world)
    made = actions.propose_day(visit, to, by=world.actor("Hana"), school=world.schools[1], reason="Choir")
    assert told() == Counter(["Piet", "Pim", "Ora", "Fay"])
    assert "Choir" not in "".join(OutgoingMail.objects.values_list("subject", flat=True))
    with pytest.raises(Refused, match="open proposal"):
        actions.propose_day(visit, to, by=world.actor("Piet"), school=world.schools[2])
    OutgoingMail.objects.all().delete()
    actions.answer_proposal(made, by=world.actor("Pim"), school=world.schools[2], yes=True)
    assert told() == Counter()
    with pytest.raises(Refused, match="answered already"):
        actions.answer_proposal(made, by=world.actor("Piet"), school=world.schools[2], yes=False)
    actions.answer_proposal(made, by=world.actor("Ora"), school=world.schools[3], yes=True)
    visit.refresh_from_db()
    assert (visit.date, told()) == (to, Counter(EAST) - Counter(["Ora"]))
    assert Release.objects.first().kind == "schools"
    with pytest.raises(NotAllowed):
        actions.answer_proposal(made, by=world.actor("Ova"), school=world.schools[4], yes=True)


def test_one_no_ends_it_and_a_late_answer_changes_nothing(
    world: World, year: YearPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit, to = swap_of(year, world)
    was = visit.date
    made = actions.propose_day(visit, to, by=world.actor("Hana"), school=world.schools[1])
    OutgoingMail.objects.all().delete()
    actions.answer_proposal(made, by=world.actor("Piet"), school=world.schools[2], yes=False)
    made.refresh_from_db()
    assert (made.state, told()) == ("declined", Counter(["Hana", "Tess", "Pim", "Ora"]))
    again = actions.propose_day(visit, to, by=world.actor("Hana"), school=world.schools[1])
    monkeypatch.setattr(timezone, "now", lambda: TODAY + dt.timedelta(days=6))
    with pytest.raises(Refused, match="no longer open"):
        actions.answer_proposal(again, by=world.actor("Piet"), school=world.schools[2], yes=True)
    OutgoingMail.objects.all().delete()
    assert actions.expire_proposals(by=world.actor("Dana")) == 1
    again.refresh_from_db()
    visit.refresh_from_db()
    assert (again.state, visit.date) == ("expired", was)
    assert told() == Counter(EAST) - Counter(["Fay"])


def test_two_visits_change_their_days(world: World, year: YearPlan) -> None:
    rows = list(
        year.visits.filter(network=world.networks["East"], date__gt=dt.date(2026, 12, 1))
        .select_related("school", "network", "plan__program__version", "plan__program__district")
        .order_by("date")
    )
    one, other = next((a, b) for a in rows for b in rows if a.date < b.date and a.school_id != b.school_id)
    days = (one.date, other.date)
    made = actions.propose_day(one, other.date, by=world.actor("Hana"), school=world.schools[1], swap=other)
    for key, number in (("Piet", 2), ("Ora", 3)):
        actions.answer_proposal(made, by=world.actor(key), school=world.schools[number], yes=True)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.date, other.date) == days[::-1]


def test_an_agreed_day_that_is_gone_meanwhile_is_overtaken(world: World, year: YearPlan) -> None:
    visit, to = swap_of(year, world)
    made = actions.propose_day(visit, to, by=world.actor("Hana"), school=world.schools[1])
    actions.answer_proposal(made, by=world.actor("Piet"), school=world.schools[2], yes=True)
    actions.close_days(year, by=world.actor("Dana"), first=to, last=to, reason="Heat")
    made = type(made).objects.select_related("visit__plan__program__version").get(pk=made.pk)
    actions.answer_proposal(made, by=world.actor("Ora"), school=world.schools[3], yes=True)
    made.refresh_from_db()
    visit.refresh_from_db()
    assert made.state == "overtaken"
    assert visit.date != to


def test_nobody_proposes_where_the_design_does_not_let_schools(world: World, year: YearPlan) -> None:
    YearPlan.objects.update(schools_propose=False)
    visit, to = swap_of(year, world)
    with pytest.raises(NotAllowed):
        actions.propose_day(visit, to, by=world.actor("Hana"), school=world.schools[1])


def test_a_postponed_visit_stays_until_a_new_day_is_released_and_is_made_up(
    world: World, year: YearPlan
) -> None:
    visit, by = next_visit(year, world, "East", after=14), world.actor("Dana")
    was = visit.date
    made = actions.postpone_visit(visit, by=by, reason="Boiler")
    jobs.run_waiting()
    visit.refresh_from_db()
    assert (visit.date, visit.state, told()) == (was, VisitState.PLANNED, Counter())
    made.refresh_from_db()
    assert {m[0] for m in made.ways[0]["moves"]} == {str(visit.pk)}
    assert actions.choose_way(made, "fewest", by=by) == 0
    assert actions.publish_plan(year, by=by) == 6
    visit.refresh_from_db()
    assert visit.date.isoformat() == made.ways[0]["moves"][0][1] != was.isoformat()
    assert [(x.visit_id, x.date) for x in Loss.objects.all()] == [(visit.pk, was)]


def test_a_visit_to_a_school_that_has_left_is_owed_no_more(world: World, year: YearPlan) -> None:
    """Neither the ledger nor the draft nor a way out after a closed day looks for another day for it."""
    visit = next_visit(year, world, "East")
    before = bridge.ledger_of(year, TODAY.date()).total
    leave_network(visit.network.members.get(school=visit.school), by=world.actor("Dana"))
    gone = year.visits.filter(state="cancelled").count()
    assert gone > 0
    ledger = bridge.ledger_of(year, TODAY.date())
    assert ledger.waiting == ()
    assert (ledger.total.owed, ledger.total.missed) == (before.owed - gone, before.missed)
    at = bridge.standing(year)
    assert (at.waiting, len(at.given_up)) == ((), gone)
