"""The program reads, decides, and two people release; schools learn of it then and not before."""

import datetime as dt
import re
import uuid
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intervisit.apps.applications.actions import deciding
from intervisit.apps.applications.actions.decision_release import (
    ask_release,
    release_decisions,
    take_back_release,
)
from intervisit.apps.applications.actions.handing_in import withdraw_application
from intervisit.apps.applications.bridge import checks
from intervisit.apps.applications.models import Application, Letter, PendingDecision
from intervisit.apps.applications.pages.panels import school_panel
from intervisit.apps.applications.queries import accepted_percent, count_by_state
from intervisit.apps.applications.queries.decisions import stands
from intervisit.apps.applications.states import DECIDED
from intervisit.apps.applications.states import ApplicationState as S
from intervisit.apps.people.models import SchoolYear
from intervisit.core.designs import Outcome
from intervisit.core.tables import Table, read_table
from intervisit.kit.access import NotAllowed
from intervisit.kit.models import HistoryLine, OutgoingMail
from intervisit.kit.outbox import send_due
from intervisit.kit.refusal import Refused, Stale
from tests import factories
from tests.apps.applications.conftest import open_call
from tests.world import World, canary, words_of


def fresh(application: Application) -> Application:
    return Application.objects.select_related("program__version", "school").get(pk=application.pk)


def both(world: World) -> list[Application]:
    return [fresh(world.applications[2]), fresh(world.applications[3])]


def decide(
    world: World, *numbers: int, decision: str = "accept_partner", by: str = "Sol"
) -> list[PendingDecision]:
    found = [fresh(world.applications[n]) for n in numbers]
    return deciding.decide(found, by=world.actor(by), decision=decision, reason=canary("reason"))


def test_staff_decide_and_the_school_does_not_know_yet(world: World) -> None:
    [made] = decide(world, 2)
    found = fresh(world.applications[2])
    assert (made.state, made.role, made.decided_by) == (S.ACCEPTED, "partner", world.people["Sol"])
    assert (found.state, found.role, found.reason, found.decided) == (S.SUBMITTED, "", "", None)
    url = reverse("application", args=[found.pk])
    for name in ("Piet", "Pim"):
        text = world.client(name).get(url).content.decode()
        assert canary("reason") not in text
        assert "Accepted" not in text
    assert "Accepted" in world.client("Dana").get(url).content.decode()
    rows = school_panel(world.actor("Piet"), world.schools[2])
    assert [r.note for r in rows] == ["Submitted"]
    assert [r.note for r in school_panel(world.actor("Sol"), world.schools[2])] == ["Accepted as partner"]
    assert OutgoingMail.objects.filter(kind="application.decision").count() == 0


def test_two_people_release_and_principals_get_letters(world: World) -> None:
    decide(world, 2)
    decide(world, 3, decision="decline")
    program, sol, dana = world.program, world.actor("Sol"), world.actor("Dana")
    with pytest.raises(Refused) as refused:
        release_decisions(program, by=sol)
    assert refused.value.troubles[0].code == "nothing-to-release"
    assert ask_release(program, by=sol) == 2
    with pytest.raises(Refused) as refused:
        release_decisions(program, by=sol)
    assert refused.value.troubles[0].code == "second-person"
    assert release_decisions(program, by=dana) == 2
    assert all(a.released for a in both(world))
    mails = OutgoingMail.objects.filter(kind="application.decision").order_by("to__name")
    assert [m.to.name for m in mails] == ["Ora Delacroix", "Piet Abara"]
    assert canary("reason") in mails[1].body
    assert [m.subject for m in mails] == [
        "Your application to Learning year 2026-27",
        "P.S. 2 is a partner school",
    ]
    send_due()
    assert set(OutgoingMail.objects.filter(kind="application.decision").values_list("state", flat=True)) == {
        "sent"
    }
    url = reverse("application", args=[world.applications[2].pk])
    for name in ("Piet", "Pim"):
        assert canary("reason") in world.client(name).get(url).content.decode()
    assert [r.note for r in school_panel(world.actor("Piet"), world.schools[2])] == ["Accepted as partner"]


def test_a_decision_made_after_the_proposal_waits_for_the_next(world: World) -> None:
    decide(world, 2)
    ask_release(world.program, by=world.actor("Sol"))
    decide(world, 3)
    decide(world, 2, decision="waitlist")
    with pytest.raises(Refused):
        release_decisions(world.program, by=world.actor("Dana"))


def test_decisions_are_undone_until_they_are_released(world: World) -> None:
    first = decide(world, 2, 3)
    assert {a.batch for a in first} == {first[0].batch}
    second = decide(world, 2, decision="decline")
    url = reverse("undo_decision", args=[world.program.pk, second[0].batch])
    undone = world.client("Sol").post(f"{url}?then=board")
    assert (undone.status_code, undone.headers["Location"].split("/")[-2]) == (
        303,
        "board",
    )  # where it was decided
    assert [stands(a) for a in both(world)] == [S.ACCEPTED, S.ACCEPTED]
    assert PendingDecision.objects.get(pk=world.applications[2].pk).role == "partner"
    ask_release(world.program, by=world.actor("Sol"))
    release_decisions(world.program, by=world.actor("Dana"))
    url = reverse("undo_decision", args=[world.program.pk, first[0].batch])
    assert world.client("Sol").post(url).status_code == 409
    assert [a.state for a in both(world)] == [S.ACCEPTED, S.ACCEPTED]


def test_many_are_decided_at_once_and_a_foreign_id_spoils_nothing(world: World) -> None:
    """B11: the id of a draft, of another program or of nothing answers alike, and nothing is written."""
    client, url = world.client("Sol"), reverse("program_applications", args=[world.program.pk])
    good = [str(world.applications[n].pk) for n in (2, 3)]
    other = factories.program(world.district, name="Another", year="2025-26")
    foreign = factories.application(other, world.schools[4])
    for bad in (str(world.applications[1].pk), str(foreign.pk), str(uuid.uuid4()), "1", "9" * 30):
        answer = client.post(url, {"ids": [*good, bad], "decision": "accept_partner", "reason": ""})
        assert answer.status_code == 404
        assert [stands(a) for a in both(world)] == [S.SUBMITTED, S.SUBMITTED]
    answer = client.post(url, {"ids": good, "decision": "accept_partner", "reason": "Room for both"})
    assert answer.status_code == 303
    assert [stands(a) for a in both(world)] == [S.ACCEPTED, S.ACCEPTED]
    assert client.post(url, {"decision": "accept_partner"}).status_code == 422
    assert client.post(url, {"ids": good, "decision": "crown"}).status_code == 422


@pytest.mark.parametrize("route", ["program_applications", "decision_board"])
def test_nothing_ticked_comes_back_to_the_list_with_what_was_typed(world: World, route: str) -> None:
    client, url = world.client("Sol"), reverse(route, args=[world.program.pk])
    typed = {"decision": "decline", "reason": "The team is <new>."}
    answer = client.post(f"{url}?q=p.s.&role=partner", typed)
    form, page = answer.context["form"], words_of(answer)
    assert (answer.status_code, answer.templates[0].name) == (422, client.get(url).templates[0].name)
    assert form.errors == {"__all__": ["Tick at least one school in the list first."]}
    assert page.index("Nothing is decided yet") < page.index("Tick at least one school in the list first.")
    assert form["decision"].value() == "decline"
    assert "The team is &lt;new&gt;.</textarea>" in answer.content.decode()
    assert (answer.context["filters"].text, answer.context["filters"].role) == ("p.s.", "partner")
    # The other half missing: what was ticked stays ticked.
    answer = client.post(url, {"ids": [str(world.applications[3].pk)], "reason": "Why"})
    ticked = {row.application.school.name: row.ticked for row in answer.context["rows"]}
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["decision"])
    assert ticked == {"P.S. 2": False, "P.S. 3": True}
    assert [stands(a) for a in both(world)] == [S.SUBMITTED, S.SUBMITTED]
    # And a decision leaves the list as it was narrowed.
    found = {"ids": [str(world.applications[3].pk)], **typed}
    assert client.post(f"{url}?q=p.s.", found)["Location"] == f"{url}?q=p.s."


def test_two_who_decide_the_same_school_see_both(world: World) -> None:
    found = fresh(world.applications[2])
    mark = deciding.moment_mark(None)
    deciding.decide([found], by=world.actor("Sol"), decision="decline", seen=mark)
    with pytest.raises(Stale):
        deciding.decide([fresh(found)], by=world.actor("Dana"), decision="waitlist", seen=mark)
    answer = world.client("Dana").post(reverse("application", args=[found.pk]),
                                       {"decision": "waitlist", "reason": "", "seen": mark})  # fmt: skip
    assert answer.status_code == 409
    assert (stands(fresh(found)), fresh(found).state) == (S.DECLINED, S.SUBMITTED)


@pytest.mark.parametrize("name", ["Piet", "Pim", "Hana", "Ova", "Fay", "Sue", "Ada", "Rex"])
def test_nobody_else_decides_or_lists(world: World, name: str) -> None:
    client, program = world.client(name), world.program.pk
    for route in (
        "program_applications",
        "release_applications",
        "export_applications",
        "application_imports",
    ):
        assert client.get(reverse(route, args=[program])).status_code == 404
    with pytest.raises(NotAllowed):
        deciding.decide([fresh(world.applications[2])], by=world.actor(name), decision="decline")
    answer = client.post(reverse("application", args=[world.applications[2].pk]), {"decision": "decline"})
    assert answer.status_code == (403 if name in ("Piet", "Pim") else 404)


def test_staff_without_their_second_factor_see_nothing(world: World) -> None:
    url = reverse("program_applications", args=[world.program.pk])
    assert world.client("Sol", strong=False).get(url).status_code == 404


def test_eligibility_knows_met_not_met_and_unknown(world: World) -> None:
    application, school = fresh(world.applications[1]), world.schools[1]

    def outcomes() -> dict[str, Outcome]:
        [check] = checks(fresh(application))
        return {r.rule.key: r.outcome for r in check.results}

    assert outcomes()["host_experience"] == Outcome.UNKNOWN
    assert checks(application)[0].verdict == "Not known yet"
    facts = {"principal_years_at_school": 6, "quality_review": "P", "fully_screened": False}
    year = SchoolYear.objects.create(school=school, year="2015-16", facts=facts)
    assert set(outcomes().values()) == {Outcome.MET}
    assert checks(fresh(application))[0].verdict == "Eligible"
    year.facts = {**facts, "quality_review": "D"}
    year.save()
    assert outcomes()["host_quality_review"] == Outcome.NOT_MET
    assert checks(fresh(application))[0].verdict == "Not eligible"
    text = world.client("Hana").get(reverse("application_submit", args=[application.pk])).content.decode()
    assert "on record is Developing" in text
    assert "2015-16" in text


def test_a_school_for_either_role_is_checked_for_both(world: World) -> None:
    application = fresh(world.applications[2])
    application.role_wanted = "either"
    assert [c.role for c in checks(application)] == ["host", "partner"]


def test_statistics_count_accepted_of_submitted(world: World) -> None:
    decide(world, 2)
    counts = count_by_state(world.program)
    assert (counts[S.DRAFT], counts[S.SUBMITTED], counts[S.ACCEPTED]) == (1, 1, 1)
    assert accepted_percent(counts) == 50
    assert accepted_percent({}) is None
    assert accepted_percent({S.ACCEPTED: 190, S.DECLINED: 116}) == 62


def test_lists_are_filtered_and_sorted(world: World) -> None:
    client, url = world.client("Sol"), reverse("program_applications", args=[world.program.pk])
    decide(world, 3)

    def names(**asked: str) -> list[str]:
        return [row.application.school.name for row in client.get(url, asked).context["rows"]]

    assert names() == ["P.S. 2", "P.S. 3"]
    assert names(sort="-school") == ["P.S. 3", "P.S. 2"]
    assert names(state="accepted") == ["P.S. 3"]
    assert names(q="p.s. 2") == ["P.S. 2"]
    assert names(q="01m003") == ["P.S. 3"]
    assert names(role="partner") == ["P.S. 2", "P.S. 3"]
    assert names(role="host") == []
    assert names(focus=world.applications[2].focus[0]) == ["P.S. 2", "P.S. 3"]
    assert names(focus="nothing", area="x'--") == []
    assert client.get(url, {"page": "9" * 31}).status_code == 422  # B10
    assert client.get(url, {"q": "a\x00b"}).status_code == 422  # B08


def test_query_counts_are_equal_for_3_and_30_rows(world: World) -> None:
    client, url = world.client("Sol"), reverse("program_applications", args=[world.program.pk])

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(url).status_code == 200
        return len(found)

    factories.application(world.program, world.schools[6])
    client.get(url)
    few = count()
    for number in range(20, 47):
        school = factories.school(world.district, number)
        SchoolYear.objects.create(school=school, year="2015-16", facts={"enrollment": 5})
        factories.application(world.program, school)
    many = count()
    assert few == many
    assert many <= 12


def test_the_page_of_one_application_asks_little(world: World) -> None:
    client = world.client("Sol")
    with CaptureQueriesContext(connection) as found:
        client.get(reverse("application", args=[world.applications[2].pk]))
    assert len(found) <= 15


def test_export_is_harmless_and_holds_what_may_be_read(world: World) -> None:
    """B23: a live formula is neutralised, and reading it back gives the original."""
    application = world.applications[2]
    application.answers = {**application.answers, "why": '=HYPERLINK("http://x","y")', "aim": "\n=1+1"}
    application.save()
    client, url = world.client("Sol"), reverse("export_applications", args=[world.program.pk])
    for kind in ("csv", "xlsx"):
        answer = client.get(url, {"format": kind})
        assert b'\n"=HYPERLINK' not in answer.content
        table = read_table(answer.content, f"x.{kind}")
        assert isinstance(table, Table)
        assert [row.cells[0] for row in table.rows] == ["P.S. 2", "P.S. 3"]
        assert any('=HYPERLINK("http://x","y")' in row.cells for row in table.rows)
    assert b"'=HYPERLINK" in client.get(url).content


def test_a_principal_takes_her_own_application_along_and_learns_no_decision_by_it(world: World) -> None:
    decide(world, 2)
    url = reverse("export_application", args=[world.applications[2].pk])
    answer = world.client("Piet").get(url)
    text = answer.content.decode()
    assert answer["Content-Disposition"] == 'attachment; filename="application-01M002-2026-27.csv"'
    assert canary("answer2") in text
    assert "Submitted" in text
    assert "Accepted" not in text
    assert world.schools[5].code in text  # her wishes are hers
    assert "Accepted" in world.client("Sol").get(url).content.decode()
    for name in ("Pim", "Hana", "Ova", "Fay"):
        assert world.client(name).get(url).status_code == 404


def test_reasons_and_answers_stay_out_of_the_history(world: World) -> None:
    decide(world, 2)
    for line in HistoryLine.objects.all():
        assert canary("reason") not in str(line.changes) + line.label
        assert canary("answer2") not in str(line.changes) + line.label


def test_a_design_without_hosts_is_decided_in_its_own_words(db: None) -> None:
    world = open_call(factories.equal())
    client = world.client("Sol")
    for route in ("program_applications", "release_applications"):
        text = client.get(reverse(route, args=[world.program.pk])).content.decode()
        main = text[text.index("<main") : text.index("</main")]
        assert " host" not in main.lower()
        assert "focus area" not in main.lower()
    accept = next(d for d in world.program.design.decisions if d.outcome == "accept")
    [made] = decide(world, 2, decision=accept.key)
    assert made.role == accept.role


def test_a_decided_application_is_one_of_these_states() -> None:
    assert {s.value for s in DECIDED} == {"accepted", "waitlisted", "declined"}


def test_until_the_release_an_applicant_can_do_and_see_the_same(world: World) -> None:
    """Row 4: neither buttons nor refusals nor any page of the school tell that something was decided."""
    url = reverse("application", args=[world.applications[2].pk])
    pages = [url, reverse("my_applications"), "/", reverse("school", args=[world.schools[2].pk])]

    def seen() -> list[str]:
        return [words_of(world.client(name).get(path)) for name in ("Piet", "Pim") for path in pages]

    before = seen()
    for decision in ("accept_partner", "waitlist", "decline"):
        decide(world, 2, decision=decision)
        assert seen() == before
    ask_release(world.program, by=world.actor("Sol"))
    assert seen() == before
    withdraw_application(fresh(world.applications[2]), by=world.actor("Piet"))
    assert not PendingDecision.objects.exists()
    with pytest.raises(Refused):
        release_decisions(world.program, by=world.actor("Dana"))


def test_a_second_decision_leaves_the_first_one_standing_for_the_school(world: World) -> None:
    """Promoting a school from the waiting list cannot be seen before it is released."""
    decide(world, 2, decision="waitlist")
    ask_release(world.program, by=world.actor("Sol"))
    release_decisions(world.program, by=world.actor("Dana"))
    url = reverse("application", args=[world.applications[2].pk])
    before = words_of(world.client("Piet").get(url))
    assert "waiting list" in before
    decide(world, 2)
    assert words_of(world.client("Piet").get(url)) == before
    assert fresh(world.applications[2]).state == S.WAITLISTED
    ask_release(world.program, by=world.actor("Sol"))
    release_decisions(world.program, by=world.actor("Dana"))
    assert fresh(world.applications[2]).role == "partner"
    assert [le.state for le in Letter.objects.order_by("told")] == [S.WAITLISTED, S.ACCEPTED]


def test_a_proposal_is_taken_back(world: World) -> None:
    decide(world, 2)
    ask_release(world.program, by=world.actor("Sol"))
    assert take_back_release(world.program, by=world.actor("Dana")) == 1
    with pytest.raises(Refused) as refused:
        release_decisions(world.program, by=world.actor("Dana"))
    assert refused.value.troubles[0].code == "nothing-to-release"
    with pytest.raises(Refused):
        take_back_release(world.program, by=world.actor("Dana"))


def test_one_decision_is_taken_back(world: World) -> None:
    decide(world, 2)
    url = reverse("clear_decision", args=[world.applications[2].pk])
    assert world.client("Piet").post(url).status_code == 403
    assert world.client("Sol").post(url).status_code == 303
    assert not PendingDecision.objects.exists()
    assert world.client("Sol").post(url).status_code == 409


def test_the_day_of_an_export_is_the_districts(world: World) -> None:
    """Half past eleven in New York is the next day in Greenwich."""
    application = world.applications[2]
    application.submitted = dt.datetime(2026, 12, 6, 23, 30, tzinfo=ZoneInfo("America/New_York"))
    application.save()
    text = world.client("Piet").get(reverse("export_application", args=[application.pk])).content.decode()
    assert re.findall(r"2026-12-\d\d", text) == ["2026-12-06"]
