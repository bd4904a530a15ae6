"""A principal's note about a decision, once and in time; the answer; who reads a decision after its release."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from intervisit.apps.applications.actions import deciding
from intervisit.apps.applications.actions.decision_answers import answer_note, write_note
from intervisit.apps.applications.actions.decision_release import ask_release, release_decisions
from intervisit.apps.applications.models import Appeal, Application, Letter
from intervisit.apps.networks.models import NetworkMember
from intervisit.kit.access import NotAllowed
from intervisit.kit.models import HistoryLine, OutgoingMail
from intervisit.kit.refusal import Refused
from tests import factories
from tests.world import World, canary


def told(world: World, decision: str = "decline", number: int = 2) -> Letter:
    found = Application.objects.select_related("program__version", "school").get(
        pk=world.applications[number].pk
    )
    deciding.decide([found], by=world.actor("Sol"), decision=decision, reason=canary("reason"))
    ask_release(world.program, by=world.actor("Sol"))
    release_decisions(world.program, by=world.actor("Dana"))
    return Letter.objects.select_related("application__program", "application__school").get()


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.troubles[0].code


def test_the_principal_writes_once_and_staff_answer(world: World) -> None:
    letter = told(world)
    url = reverse("decision_note", args=[letter.pk])
    piet = world.client("Piet")
    assert (
        reverse("decision_note", args=[letter.pk])
        in piet.get(reverse("application", args=[letter.application_id])).content.decode()
    )
    assert piet.post(url, {"text": canary("note")}).status_code == 303
    assert piet.post(url, {"text": "Another"}).status_code == 422
    assert Appeal.objects.get().text == canary("note")
    written = OutgoingMail.objects.filter(kind="appeal.written")
    assert {m.to.name for m in written} == {"Dana Okafor", "Sol Rivera"}
    assert "A note about a decision waits" in world.client("Dana").get("/").content.decode()
    sol, answer = world.client("Sol"), reverse("note_answer", args=[Appeal.objects.get().pk])
    assert canary("note") in sol.get(answer).content.decode()
    assert sol.post(answer, {"text": canary("answer")}).status_code == 303
    assert sol.post(answer, {"text": "Twice"}).status_code == 422
    assert canary("answer") in piet.get(url).content.decode()
    [mail] = OutgoingMail.objects.filter(kind="appeal.answered")
    assert (mail.to.name, canary("answer") in mail.body) == ("Piet Abara", False)
    assert [
        r["state"] for r in sol.get(reverse("decision_notes", args=[world.program.pk])).context["rows"]
    ] == ["Answered"]
    for line in HistoryLine.objects.all():
        assert canary("note") not in str(line.changes) + line.label


def test_a_note_stays_between_the_principal_and_the_program(world: World) -> None:
    letter = told(world)
    write_note(letter, by=world.actor("Piet"), text=canary("note"))
    note = reverse("note_answer", args=[Appeal.objects.get().pk])
    mine = reverse("decision_note", args=[letter.pk])
    for name in ("Pim", "Hana", "Fay", "Sue", "Ova", "Ada", "Rex"):
        client = world.client(name)
        assert (client.get(note).status_code, client.get(mine).status_code) == (404, 404), name
    seen = world.client("Pim").get(reverse("application", args=[letter.application_id])).content.decode()
    assert canary("note") not in seen
    assert mine not in seen
    with pytest.raises(NotAllowed):
        write_note(letter, by=world.actor("Pim"), text="x")
    with pytest.raises(NotAllowed):
        answer_note(Appeal.objects.get(), by=world.actor("Piet"), text="x")


def test_notes_have_an_end_and_only_where_the_design_gives_days(world: World) -> None:
    letter = told(world)
    assert letter.appeal_until is not None
    assert letter.appeal_until - letter.told == dt.timedelta(days=14)
    Letter.objects.update(appeal_until=timezone.now() - dt.timedelta(minutes=1))
    letter.refresh_from_db()
    with pytest.raises(Refused) as refused:
        write_note(letter, by=world.actor("Piet"), text="Late")
    assert code(refused) == "too-late"
    Letter.objects.update(appeal_until=None)
    letter.refresh_from_db()
    with pytest.raises(Refused) as refused:
        write_note(letter, by=world.actor("Piet"), text="None")
    assert code(refused) == "no-notes"


def test_row_4_who_reads_a_released_decision(world: World) -> None:
    """Facilitator assigned now, superintendent, evaluator; not other schools, other facilitators, the office's IT."""
    world.people["Eve"] = factories.person("Eve Sandoval")
    factories.role(world.people["Eve"], "evaluator", world.program.group)
    url = reverse("decision", args=[world.applications[2].pk])
    NetworkMember.objects.create(
        network=world.networks["East"], school=world.schools[2], role="partner", joined=dt.date(2026, 9, 8)
    )
    everybody = ("Piet", "Pim", "Fay", "Sue", "Eve", "Sol", "Hana", "Finn", "Ova", "Ada", "Rex")
    assert {n: world.client(n).get(url).status_code for n in everybody} == dict.fromkeys(everybody, 404)
    told(world)
    seen = {n: world.client(n).get(url).status_code for n in everybody}
    may = ("Piet", "Pim", "Fay", "Sue", "Eve", "Sol")
    assert seen == {n: 200 if n in may else 404 for n in everybody}
    assert canary("reason") in world.client("Fay").get(url).content.decode()
    assert canary("answer2") not in world.client("Fay").get(url).content.decode()
    assert url in world.client("Fay").get(reverse("school", args=[world.schools[2].pk])).content.decode()
    NetworkMember.objects.update(left=dt.date(2027, 1, 8))
    assert world.client("Fay").get(url).status_code == 404
