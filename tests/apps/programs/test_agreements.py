"""The memorandum: published by the director, accepted by name and date by each one it concerns, and by nobody else."""

import csv
import datetime as dt
import io
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from intervisit.apps.programs.actions.agreements import (
    accept_agreement,
    prepare_agreement,
    publish_agreement,
    remind_of_agreement,
    withdraw_acceptance,
    write_agreement,
)
from intervisit.apps.programs.models import Acceptance, Agreement
from intervisit.apps.programs.queries.agreements import accepted, owed, standings
from intervisit.core.access import system_actor
from intervisit.kit.access import Hidden, NotAllowed
from intervisit.kit.models import HistoryLine, OutgoingMail
from intervisit.kit.refusal import Refused, Stale
from tests.world import World, canary

pytestmark = pytest.mark.django_db


def published(world: World, *, note: str = "", clause: str = "") -> Agreement:
    """A version in force; `clause` goes into what every school promises."""
    by = world.actor("Dana")
    draft = prepare_agreement(world.program, by=by)
    first, *others = draft.memorandum.parts
    if clause:
        first = replace(first, clauses=(*first.clauses, clause))
    memorandum = replace(draft.memorandum, parts=(first, *others))
    write_agreement(draft, by=by, memorandum=memorandum, note=note, seen=1)
    publish_agreement(draft, by=by)
    return draft


def accept(world: World, agreement: Agreement, who: str, school: int | None = None) -> Acceptance:
    key = world.schools[school].pk if school else world.people[who].pk
    return accept_agreement(agreement, by=world.actor(who), party=str(key), name=world.people[who].name)


def states(world: World, agreement: Agreement) -> dict[str, str]:
    return {one.party.name: one.state for one in standings(world.program, agreement)}


def mails(kind: str) -> list[str]:
    rows = OutgoingMail.objects.filter(kind=kind).order_by("to__name", "created")
    return [row.to.name.split()[0] for row in rows.select_related("to")]


def test_from_the_design_to_everybodys_answer(world: World) -> None:
    agreement = published(world)
    assert mails("agreement.asked") == [
        "Fay",
        "Finn",
        "Hana",
        "Ora",
        "Ova",
        "Piet",
    ]  # P.S. 5 and 6 have no principal
    everybody = {f"P.S. {n}": "owes" for n in range(1, 7)} | {
        "Fay Lindqvist": "owes",
        "Finn Castellanos": "owes",
    }
    assert states(world, agreement) == everybody  # P.S. 7 has only a draft, so it is not asked
    accept(world, agreement, "Hana", 1)
    accept(world, agreement, "Fay")
    assert states(world, agreement) == everybody | {"P.S. 1": "accepted", "Fay Lindqvist": "accepted"}
    assert remind_of_agreement(agreement, by=world.actor("Sol")) == 4
    assert mails("agreement.due") == ["Finn", "Ora", "Ova", "Piet"]
    assert remind_of_agreement(agreement, by=world.actor("Sol")) == 0  # once a day


def test_the_query_for_attendance(world: World) -> None:
    assert accepted(world.schools[1], world.program) is None
    agreement = published(world)
    made = accept(world, agreement, "Hana", 1)
    found = accepted(world.schools[1], world.program)
    assert found is not None
    assert (found.state, found.last, found.party.role) == ("accepted", made, "host")
    assert accepted(world.schools[7], world.program) is None  # it does not take part
    assert getattr(accepted(world.schools[2], world.program), "state", None) == "owes"


@pytest.mark.parametrize(
    ("who", "party"),
    [
        ("Hana", "school 2"),  # another principal's school
        ("Hana", "person Fay"),
        ("Fay", "school 1"),  # she facilitates it; she does not lead it
        ("Fay", "person Finn"),
        ("Fay", "person Hana"),
        ("Lea", "school 7"),
    ],
)
def test_nobody_accepts_for_another(world: World, who: str, party: str) -> None:
    agreement = published(world)
    kind, _, name = party.partition(" ")
    thing = world.schools[int(name)] if kind == "school" else world.people[name]
    if who == "Lea":
        who = "Ora"  # leads P.S. 3
    with pytest.raises(Hidden):
        accept_agreement(agreement, by=world.actor(who), party=str(thing.pk), name=world.people[who].name)
    assert not Acceptance.objects.exists()


@pytest.mark.parametrize("who", ["Dana", "Sol", "Sue", "Ada", "Tess", "Noa", "Rex"])
def test_office_and_team_cannot_accept(world: World, who: str) -> None:
    agreement = published(world)
    with pytest.raises(NotAllowed):
        accept_agreement(
            agreement, by=world.actor(who), party=str(world.schools[1].pk), name="Hana Whitfield"
        )


def test_not_even_the_system_accepts(world: World) -> None:
    with pytest.raises(NotAllowed):
        accept_agreement(
            published(world), by=system_actor("nightly"), party=str(world.schools[1].pk), name="x"
        )


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Piet Abara", "not-your-name"), ("Hana", "not-your-name"), ("", "missing"), ("hana  WHITFIELD", "")],
)
def test_the_name_is_ones_own(world: World, typed: str, code: str) -> None:
    agreement, browser = published(world), world.client("Hana")
    answer = browser.post(
        reverse("agreement", args=[agreement.pk]), {"for": world.schools[1].pk, "name": typed}
    )
    if not code:
        assert (answer.status_code, Acceptance.objects.get().person.name) == (303, "Hana Whitfield")
        return
    assert (answer.status_code, Acceptance.objects.count()) == (422, 0)
    (mine,) = (one for one in answer.context["mine"] if one.party.school == world.schools[1])
    assert [e.code for e in mine.form.errors.as_data()["name"]] in ([code], ["required"])
    assert f'value="{typed}"' in answer.content.decode() or not typed


def test_accepted_once(world: World) -> None:
    agreement = published(world)
    accept(world, agreement, "Hana", 1)
    with pytest.raises(Refused, match="accepted already"):
        accept(world, agreement, "Hana", 1)
    assert Acceptance.objects.count() == 1


def test_a_new_version_asks_again_and_shows_what_changed(world: World) -> None:
    first = published(world)
    accept(world, first, "Hana", 1)
    withdraw_acceptance(accept(world, first, "Piet", 2), by=world.actor("Piet"), note="Too much this year.")
    second = published(world, note="One promise more.", clause="Tell the others what came of it.")
    assert states(world, second)["P.S. 1"] == "earlier"
    assert states(world, second)["P.S. 2"] == "owes"
    assert [party.name for _, party in owed(world.actor("Hana"))] == ["P.S. 1"]
    with pytest.raises(NotAllowed, match="not the one in force"):
        accept(world, first, "Ora", 3)
    page = world.client("Hana").get(reverse("agreement", args=[second.pk]))
    assert page.context["news_title"] == "What is new since you accepted it"
    assert [
        piece.text.strip()
        for change in page.context["news"]
        for piece in change.pieces
        if piece.mark == "ins"
    ] == ["– Tell the others what came of it."]
    accept(world, second, "Hana", 1)
    assert owed(world.actor("Hana")) == []
    assert [
        a.agreement.number for a in Acceptance.objects.filter(school=world.schools[1]).order_by("at")
    ] == [1, 2]


def test_the_same_words_are_no_new_version(world: World) -> None:
    published(world)
    draft = prepare_agreement(world.program, by=world.actor("Dana"))
    with pytest.raises(Refused, match="says the same as version 1"):
        publish_agreement(draft, by=world.actor("Dana"))
    with pytest.raises(Refused, match="being written already"):
        prepare_agreement(world.program, by=world.actor("Dana"))


def test_withdrawn_with_a_note_and_never_undone(world: World) -> None:
    agreement = published(world)
    made = accept(world, agreement, "Hana", 1)
    note = canary("withdrawal")
    for who in ("Piet", "Tess", "Dana", "Fay"):
        with pytest.raises(NotAllowed):
            withdraw_acceptance(made, by=world.actor(who), note=note)
    withdraw_acceptance(made, by=world.actor("Hana"), note=note)
    with pytest.raises(Refused, match="withdrawn already"):
        withdraw_acceptance(made, by=world.actor("Hana"), note="again")
    made.refresh_from_db()
    assert (made.name, made.note, made.withdrawn is None) == ("Hana Whitfield", note, False)
    assert states(world, agreement)["P.S. 1"] == "withdrawn"
    assert mails("agreement.withdrawn") == ["Dana"]
    mail = OutgoingMail.objects.get(kind="agreement.withdrawn")
    told = [mail.subject, mail.body, *map(str, HistoryLine.objects.values_list("label", "changes"))]
    assert [text for text in told if note in text] == []
    remind_of_agreement(agreement, by=world.actor("Sol"))
    assert "Hana" not in mails("agreement.due")  # she has answered
    accept(world, agreement, "Hana", 1)  # and may change her mind
    assert states(world, agreement)["P.S. 1"] == "accepted"


def test_two_directors_writing_lose_nothing(world: World) -> None:
    draft = prepare_agreement(world.program, by=world.actor("Dana"))
    mine = replace(draft.memorandum, intro="What Dana wrote.")
    write_agreement(draft, by=world.actor("Dana"), memorandum=mine, seen=1)
    with pytest.raises(Stale) as stale:
        write_agreement(draft, by=world.actor("Dana"), memorandum=replace(mine, intro="Late."), seen=1)
    assert "Late." in stale.value.mine["text"]
    assert "What Dana wrote." in stale.value.theirs["text"]
    with pytest.raises(Stale):
        publish_agreement(Agreement.objects.get(), by=world.actor("Dana"), seen=1)


def test_the_director_writes_and_publishes_in_the_browser(world: World) -> None:
    dana, program = world.client("Dana"), world.program
    assert (
        "Begin with the text of the design"
        in dana.get(reverse("program_agreement", args=[program.pk])).content.decode()
    )
    dana.post(reverse("prepare_agreement", args=[program.pk]))
    here = reverse("agreement_draft", args=[program.pk])
    form = dana.get(here).context["form"]
    data = {"seen": "1", **{name: form[name].value() or "" for name in form.fields}}
    data |= {
        "title": "Our promise",
        "text-0": "**Come** every time.\n\n- on time",
        "clauses-0": "One\n\n  Two  ",
        "due": "",
    }
    assert dana.post(here, data).status_code == 303
    text = dana.get(here).content.decode()
    assert "<strong>Come</strong> every time.</p><ul" in text
    assert "<li>One</li><li>Two</li>" in text
    answer = dana.post(here, {**data, "title": "", "intro": "kept in the form"})
    assert (answer.status_code, "kept in the form" in answer.content.decode()) == (422, True)
    dana.post(reverse("publish_agreement", args=[program.pk]), {"seen": "2"})
    made = Agreement.objects.get()
    assert (made.state, made.memorandum.title, made.published_by) == (
        "published",
        "Our promise",
        world.people["Dana"],
    )
    sol = world.client("Sol")
    assert (
        sol.post(reverse("prepare_agreement", args=[program.pk])).status_code == 404
    )  # the director's alone


def test_a_past_day_is_refused(world: World) -> None:
    draft = prepare_agreement(world.program, by=world.actor("Dana"))
    write_agreement(
        draft, by=world.actor("Dana"), memorandum=draft.memorandum, due=dt.date(2020, 1, 1), seen=1
    )
    with pytest.raises(Refused, match="is past"):
        publish_agreement(draft, by=world.actor("Dana"))


def test_the_list_is_narrowed_and_taken_along(world: World) -> None:
    agreement = published(world)
    accept(world, agreement, "Hana", 1)
    sol, here = world.client("Sol"), reverse("program_agreement", args=[world.program.pk])
    names = lambda **asked: [row.name for row in sol.get(here, asked).context["rows"]]  # noqa: E731
    assert names(state="accepted") == ["P.S. 1"]
    assert names(role="facilitator") == ["Fay Lindqvist", "Finn Castellanos"]
    assert names(q="01M003") == ["P.S. 3"]
    assert names(q="whitfield") == ["P.S. 1"]
    body = sol.get(reverse("export_agreement", args=[world.program.pk]), {"state": "accepted"}).content
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    day = timezone.localtime(Acceptance.objects.get().at, world_zone(world)).date().isoformat()
    assert [(r["Name"], r["Role"], r["Accepted by"], r["Accepted on"], r["Version"]) for r in rows] == [
        ("P.S. 1", "Host", "Hana Whitfield", day, "1")
    ]


def world_zone(world: World) -> dt.tzinfo:
    from zoneinfo import ZoneInfo

    return ZoneInfo(world.program.zone)


def test_where_it_is_shown(world: World) -> None:
    """On the school's page, on the network's for its facilitator; another school's line is not a partner's to read."""
    agreement = published(world)
    accept(world, agreement, "Hana", 1)
    school = world.client("Hana").get(reverse("school", args=[world.schools[1].pk])).content.decode()
    assert "Accepted by Hana Whitfield on" in school
    assert (
        "Accepted by Hana"
        not in world.client("Piet").get(reverse("school", args=[world.schools[1].pk])).content.decode()
    )
    here = reverse("network", args=[world.networks["East"].pk])

    def shown(who: str) -> list[str]:
        panels = world.client(who).get(here).context["panels"]
        return [
            row.party.name
            for p in panels
            if getattr(p, "rows", None) and "agreement" in p.template
            for row, _ in p.rows
        ]

    assert shown("Fay") == ["P.S. 1", "P.S. 2", "P.S. 3"]
    assert shown("Piet") == ["P.S. 2"]


def test_a_host_reads_what_a_host_promises(world: World) -> None:
    agreement = published(world)
    titles = lambda who: [p.title for p in world.client(who).get(  # noqa: E731
        reverse("agreement", args=[agreement.pk])).context["promises"]]  # fmt: skip
    assert titles("Tess") == ["What every school promises", "What a host school does"]
    assert titles("Piet") == ["What every school promises", "What a partner school does"]
    assert titles("Fay") == ["What a facilitator does"]
    assert len(titles("Dana")) == 4


def test_a_draft_is_the_directors(world: World) -> None:
    draft = prepare_agreement(world.program, by=world.actor("Dana"))
    found = {
        who: world.client(who).get(reverse("agreement", args=[draft.pk])).status_code
        for who in ("Hana", "Fay", "Dana")
    }
    assert found == {"Hana": 404, "Fay": 404, "Dana": 200}


def test_lists_ask_the_database_as_often_for_many_as_for_few(
    world: World, django_assert_max_num_queries: object
) -> None:
    published(world)
    sol = world.client("Sol")
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        sol.get(reverse("program_agreement", args=[world.program.pk]))
