"""The board of capacity against need, and the waiting list with its promotions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intervisit.apps.applications.actions import deciding
from intervisit.apps.applications.actions.decision_answers import give_up_place
from intervisit.apps.applications.actions.decision_release import ask_release, release_decisions
from intervisit.apps.applications.bridge.capacity import Candidate, board, level_of, partners_to_a_host
from intervisit.apps.applications.models import Application, PendingDecision
from intervisit.apps.applications.queries.decisions import waiting_list
from intervisit.apps.applications.states import ApplicationState as S
from intervisit.apps.people.models import Organization
from intervisit.kit.access import NotAllowed
from intervisit.kit.models import OutgoingMail
from intervisit.kit.refusal import Refused, Stale
from tests import factories
from tests.world import World

DESIGN = factories.design(factories.hosted())
LITERACY, MATHS = DESIGN.focus_areas[0].key, DESIGN.focus_areas[1].key


def one(
    wanted: str, state: str = S.SUBMITTED, role: str = "", told: bool = True, **more: object
) -> Candidate:
    fields: dict[str, object] = {"focus": (LITERACY,), "area": "Bronx", "level": "Elementary"}
    return Candidate(wanted, state, role, told, **(fields | more))  # type: ignore[arg-type]


def fresh(application: Application) -> Application:
    return Application.objects.select_related("program__version", "school").get(pk=application.pk)


def test_three_hosts_and_eleven_partners() -> None:
    """The sentence of the issue: 3 hosts for literacy, 11 partners ask for it."""
    hosts = [one("host", S.ACCEPTED, "host", told=n > 0) for n in range(3)]
    asking = [one("partner", S.ACCEPTED, "partner", told=False)] * 4 + [one("partner")] * 7
    found = board(DESIGN, [*hosts, *asking, one("either"), one("host", focus=(MATHS,))])
    literacy, maths = found.lines
    assert literacy.sentence == "3 hosts; 11 partners ask for it: room for 6."
    assert literacy.tone == "warn"
    assert maths.sentence == "no hosts and 1 undecided; no partners ask for it."
    assert [(t.accepted, t.pending, t.open) for t in literacy.tallies] == [(3, 1, 0), (4, 4, 7)]
    [single] = board(DESIGN, [one("host", S.ACCEPTED, "host"), one("partner")]).lines
    assert single.sentence == "1 host; 1 partner asks for it."
    assert (found.either, found.open, found.pending) == (1, 9, {S.ACCEPTED: 5})
    assert [(r.key, r.left, r.wanted) for r in found.roles] == [("host", 4, 4), ("partner", 10, 11)]


def test_more_accepted_than_there_is_room_for() -> None:
    rows = [one("host", S.ACCEPTED, "host")] + [one("partner", S.ACCEPTED, "partner")] * 3
    [line] = board(DESIGN, rows).lines
    assert (line.sentence, line.tone) == (
        "1 host; 3 partners ask for it, 1 more accepted than there is room for.",
        "bad",
    )


def test_by_area_and_level_what_is_not_on_record_comes_last() -> None:
    rows = [
        one("host", area="Queens"),
        one("host", area="Not on record"),
        one("partner", area="Bronx", level="High"),
    ]
    assert [line.label for line in board(DESIGN, rows, "area").lines] == ["Bronx", "Queens", "Not on record"]
    assert [line.label for line in board(DESIGN, rows, "level").lines] == ["Elementary", "High"]


def test_where_nobody_hosts_roles_are_counted_without_room() -> None:
    design = factories.design(factories.equal())
    roles = list(design.roles)
    rows = [Candidate(r, S.SUBMITTED, "", True, (design.focus_areas[0].key,)) for r in roles]
    [line] = board(design, rows).lines
    assert (partners_to_a_host(design), line.tone) == (None, "")
    assert line.sentence == ", ".join(f"1 {design.roles[r].word}" for r in roles)


@pytest.mark.parametrize(
    ("grades", "level"),
    [([], "Not on record"), ([-1, 0, 1], "Early childhood"), ([0, 5], "Elementary"), ([0, 8], "K–8"),
     ([6, 8], "Middle"), ([9, 12], "High"), ([6, 12], "6–12"), ([0, 12], "K–12")],
)  # fmt: skip
def test_levels_from_grades(grades: list[int], level: str) -> None:
    assert level_of(Organization(grades=grades)) == level
    assert level_of(Organization(grades=grades, level="As the district says")) == "As the district says"


def test_the_board_shows_what_is_decided_and_what_is_open(world: World) -> None:
    client, url = world.client("Sol"), reverse("decision_board", args=[world.program.pk])
    page = client.get(url)
    assert [row.application.school.name for row in page.context["rows"]] == ["P.S. 2", "P.S. 3"]
    answer = client.post(
        reverse("decision_board", args=[world.program.pk]),
        {"ids": [str(world.applications[2].pk)], "decision": "accept_partner", "reason": "", "then": "board"},
    )
    assert answer["Location"] == url
    page = client.get(url, {"by": "area", "q": "p.s."})
    assert [row.application.school.name for row in page.context["rows"]] == ["P.S. 3"]
    assert page.context["pending"] == [{"label": "Accepted", "value": 1, "tone": "good"}]
    assert client.get(url, {"focus": "nothing"}).context["rows"] == []
    for name in ("Piet", "Fay", "Ada", "Rex"):
        assert world.client(name).get(url).status_code == 404


def test_an_empty_board_does_not_say_that_all_are_decided(world: World) -> None:
    url = reverse("decision_board", args=[world.program.pk])
    Application.objects.filter(program=world.program).update(state=S.DRAFT)
    page = world.client("Sol").get(url).content.decode()
    assert ("Nothing submitted yet" in page, "All are decided" in page) == (True, False)


def test_the_board_asks_little_whatever_the_number_of_rows(world: World) -> None:
    client = world.client("Sol")
    for route, most in (("decision_board", 14), ("waiting_list", 12), ("statistics", 12)):
        url = reverse(route, args=[world.program.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as few:
            client.get(url)
        for number in range(20, 30):
            where = len(route) * 100 + number
            made = factories.application(world.program, factories.school(world.district, where))
            PendingDecision.objects.create(
                application=made, state=S.WAITLISTED, decision="waitlist", decided=made.created
            )
        with CaptureQueriesContext(connection) as many:
            client.get(url)
        assert len(few) == len(many), route
        assert len(many) <= most, route


def wait(world: World, *numbers: int) -> None:
    rows = [fresh(world.applications[n]) for n in numbers]
    deciding.decide(rows, by=world.actor("Sol"), decision="waitlist")


def names(world: World) -> list[str]:
    return [a.school.name for a in waiting_list(world.program.applications.all())]


def test_the_waiting_list_has_an_order_that_staff_change(world: World) -> None:
    wait(world, 2, 3)
    assert names(world) == ["P.S. 2", "P.S. 3"]
    client, url = world.client("Sol"), reverse("waiting_list", args=[world.program.pk])
    order = [str(world.applications[n].pk) for n in (2, 3)]
    assert client.post(url, {"order": order, "move": order[1], "dir": "up"}).status_code == 303
    assert names(world) == ["P.S. 3", "P.S. 2"]
    assert client.post(url, {"order": order, "move": order[1], "dir": "down"}).status_code == 409
    with pytest.raises(Stale):
        deciding.order_waiting(world.program, by=world.actor("Sol"), order=[], seen=[])
    assert names(world) == ["P.S. 3", "P.S. 2"]


def test_a_place_given_back_goes_to_the_next_when_two_people_release_it(world: World) -> None:
    sol, dana = world.actor("Sol"), world.actor("Dana")
    deciding.decide([fresh(world.applications[2])], by=sol, decision="accept_partner")
    wait(world, 3)
    ask_release(world.program, by=sol)
    release_decisions(world.program, by=dana)
    with pytest.raises(NotAllowed):
        give_up_place(fresh(world.applications[2]), by=world.actor("Pim"))
    url = reverse("give_up_place", args=[world.applications[2].pk])
    assert world.client("Pim").post(url).status_code == 403
    assert world.client("Piet").post(url).status_code == 303
    gone = fresh(world.applications[2])
    assert (gone.state, gone.role, gone.reason, gone.released) == (S.WITHDRAWN, "", "", None)
    told = OutgoingMail.objects.filter(kind="program.place_free")
    assert {m.to.name for m in told} == {"Dana Okafor", "Sol Rivera"}
    page = world.client("Sol").get(reverse("waiting_list", args=[world.program.pk]))
    [row] = page.context["rows"]
    assert row.offers == [("accept_partner", "Accept as partner")]
    deciding.decide([row.application], by=sol, decision="accept_partner", reason="A place has become free.")
    assert fresh(world.applications[3]).state == S.WAITLISTED
    ask_release(world.program, by=dana)
    with pytest.raises(Refused):
        release_decisions(world.program, by=dana)
    release_decisions(world.program, by=sol)
    assert fresh(world.applications[3]).role == "partner"
    assert names(world) == []


def test_once_networks_are_published_a_place_is_given_back_there(world: World) -> None:
    deciding.decide([fresh(world.applications[2])], by=world.actor("Sol"), decision="accept_partner")
    ask_release(world.program, by=world.actor("Sol"))
    release_decisions(world.program, by=world.actor("Dana"))
    world.program.networks_published = world.program.created
    world.program.save()
    with pytest.raises(Refused) as refused:
        give_up_place(fresh(world.applications[2]), by=world.actor("Piet"))
    assert refused.value.troubles[0].code == "networks-published"
