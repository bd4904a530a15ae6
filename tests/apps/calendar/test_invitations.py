"""Invitations by mail: what is sent to whom when the calendar changes, and what comes back."""

import datetime as dt
import email
import email.policy
from pathlib import Path
from typing import Any

import icalendar
import pytest
import time_machine
import vobject
from django.core import mail as sent
from django.urls import reverse

from intervisit.apps.calendar.actions import invitation_jobs, invitations
from intervisit.apps.calendar.actions.invitation_jobs import BY_MAIL, take_answers
from intervisit.apps.calendar.models import Invitation, InvitationLetter, Visit
from intervisit.apps.calendar.queries import address_of
from intervisit.apps.networks.models import NetworkMember
from intervisit.core.invitations import read_reply
from intervisit.kit import jobs, outbox
from intervisit.kit.models import OutgoingMail
from intervisit.web.answers import read_answers
from tests import factories
from tests.world import World, canary

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 9, 14, 15, tzinfo=dt.UTC)
EAST = {"Hana", "Tess", "Piet", "Pim", "Ora", "Fay"}
MAILS = Path(__file__).parents[2] / "core" / "invitations" / "mails"


@pytest.fixture(autouse=True)
def _set(settings: Any, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.MAIL_DOMAIN = "visits.test"
    settings.ANSWERS_TO = "visits@district.test"
    # The parser's own process is tried in test_the_command_reads_files; here it would only cost time.
    if "command" not in request.node.name:
        monkeypatch.setattr(
            invitation_jobs, "read_replies_in_child", lambda mails: [read_reply(m) for m in mails]
        )
    with time_machine.travel(NOW, tick=False):
        yield


def follow(world: World, name: str = "East") -> list[tuple[str, str, int]]:
    """Bring calendars up to date, send; (who, method, sequence) of the entries that went out."""
    sent.outbox.clear()
    for network in invitations.networks_with_invitations(world.program):
        if network.name.startswith(name):
            invitations.bring_up_to_date(network, by=BY_MAIL)
    outbox.send_due()
    found = []
    for message in sent.outbox:
        parsed = email.message_from_bytes(message.message().as_bytes(), policy=email.policy.default)
        part = next(p for p in parsed.walk() if p.get_content_type() == "text/calendar")
        event = icalendar.Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")[0]
        found.append(
            (
                str(event["ATTENDEE"].params["CN"]).split()[0],
                str(part.get_param("method")),
                int(event["SEQUENCE"]),
            )
        )
    return sorted(found)


@pytest.fixture
def told(world: World) -> World:
    """The year of the world has been published."""
    Visit.objects.update(told={"x": 1})
    return world


def calendars(world: World) -> list[Any]:
    return [
        vobject.readOne(part.get_payload(decode=True).decode())
        for m in sent.outbox
        for part in email.message_from_bytes(m.message().as_bytes()).walk()
        if part.get_content_type() == "text/calendar"
    ]


def test_each_is_invited_once_with_an_entry_that_a_second_library_reads(told: World) -> None:
    assert follow(told) == sorted((n, "REQUEST", 0) for n in EAST)
    found = calendars(told)
    uid = f"{told.visits['East'].uid}@visits.test"
    assert {c.vevent.uid.value for c in found} == {uid}
    assert {c.method.value for c in found} == {"REQUEST"}
    assert {c.vevent.dtstart.value for c in found} == {dt.datetime(2026, 10, 14, 12, 30, tzinfo=dt.UTC)}
    addresses = {c.vevent.organizer.value for c in found}
    assert len(addresses) == len(EAST)  # a secret of its own for each
    assert all(a.startswith("mailto:visits+") and a.endswith("@district.test") for a in addresses)
    assert {m.reply_to[0] for m in sent.outbox} == {a.removeprefix("mailto:") for a in addresses}
    kept = " ".join(f"{m.body} {m.subject} {m.link} {m.key}" for m in OutgoingMail.objects.all())
    assert "visits+" not in kept  # the secret is in the mail and in no table
    assert follow(told) == []
    feed = icalendar.Calendar.from_ical(told.client(None).get(address_of(told.feeds["Hana"])).content)
    assert str(feed.walk("VEVENT")[0]["UID"]) == uid  # one entry, whichever way it comes


def test_subjects_name_no_school_and_nothing_private(told: World) -> None:
    follow(told)
    assert [m.subject for m in sent.outbox if "P.S." in m.subject or "East" in m.subject] == []


def test_a_move_asks_again_and_a_cancellation_calls_off(told: World) -> None:
    follow(told)
    Invitation.objects.update(answer="coming", answered=NOW)
    visit = told.visits["East"]
    Visit.objects.filter(pk=visit.pk).update(date=dt.date(2026, 10, 21), sequence=1)
    assert follow(told) == sorted((n, "REQUEST", 1) for n in EAST)
    assert set(Invitation.objects.values_list("answer", flat=True)) == {
        "none"
    }  # yes to another day is no yes
    assert "now on Wednesday, 21 October 2026" in sent.outbox[0].subject
    Visit.objects.filter(pk=visit.pk).update(state="cancelled")
    assert follow(told) == sorted((n, "CANCEL", 2) for n in EAST)
    assert {c.vevent.status.value for c in calendars(told)} == {"CANCELLED"}
    Visit.objects.filter(pk=visit.pk).update(state="planned", sequence=2)
    assert follow(told) == sorted((n, "REQUEST", 3) for n in EAST)
    assert follow(told, "West") == [("Finn", "REQUEST", 0), ("Ova", "REQUEST", 0)]


def test_a_new_number_and_a_new_row_of_the_same_entry_tell_nobody(told: World) -> None:
    follow(told)
    visit = told.visits["East"]
    Visit.objects.filter(pk=visit.pk).update(number=4)
    visit.refresh_from_db()
    visit.delete()
    visit.pk = None
    visit.id = factories.Organization._meta.pk.get_default()
    visit.save(force_insert=True)  # the year was planned again, and this visit stayed
    assert follow(told) == []


def test_who_leaves_is_called_off_and_who_comes_is_invited(told: World) -> None:
    follow(told)
    told.people["Tess"].roles.all().delete()
    factories.role(told.people["Noa"], "team", told.schools[2].group)
    assert follow(told) == [("Noa", "REQUEST", 0), ("Tess", "CANCEL", 1)]
    NetworkMember.objects.filter(school=told.schools[2]).update(left=dt.date(2026, 9, 13))
    assert {row[:2] for row in follow(told)} == {("Piet", "CANCEL"), ("Pim", "CANCEL"), ("Noa", "CANCEL")}


def test_a_mail_on_its_way_to_somebody_who_left_is_withheld(told: World) -> None:
    network = next(iter(invitations.networks_with_invitations(told.program)))
    invitations.bring_up_to_date(network, by=BY_MAIL)
    told.people["Pim"].roles.all().delete()
    outbox.send_due()
    states = {m.to.name.split()[0]: m.state for m in OutgoingMail.objects.filter(kind="visit.invitation")}
    assert states.pop("Pim") == "withheld"
    assert set(states.values()) == {"sent"}


def test_a_choice_for_addresses_only_calls_off_and_back(told: World) -> None:
    follow(told)
    hana = told.client("Hana")
    assert hana.post(reverse("my_invitations"), {"wanted": "no"}).status_code == 303
    assert jobs.Job.objects.filter(kind="send_invitations").count() == 1
    assert follow(told) == [("Hana", "CANCEL", 1)]
    hana.post(reverse("my_invitations"), {"wanted": "yes"})
    assert follow(told) == [("Hana", "REQUEST", 2)]


def test_what_is_over_is_neither_asked_nor_called_off(told: World) -> None:
    with time_machine.travel(dt.datetime(2026, 10, 15, 12, tzinfo=dt.UTC), tick=False):
        assert follow(told) == []
    follow(told)
    with time_machine.travel(dt.datetime(2026, 10, 15, 12, tzinfo=dt.UTC), tick=False):
        Visit.objects.update(state="cancelled")
        assert follow(told) == []


def test_publishing_brings_every_calendar_up_to_date_and_taking_back_calls_off(told: World) -> None:
    dana, plan = told.client("Dana"), told.plan
    Visit.objects.update(told={})
    assert dana.post(reverse("plan_publish", args=[plan.pk])).status_code == 303
    jobs.run_waiting()
    assert InvitationLetter.objects.filter(method="REQUEST").count() == len(EAST) + 2
    dana.post(reverse("plan_withdraw", args=[plan.pk]))
    jobs.run_waiting()
    assert InvitationLetter.objects.filter(method="CANCEL").count() == len(EAST) + 2


def test_without_an_inbox_no_answer_by_mail_is_asked_for(told: World, settings: Any) -> None:
    settings.ANSWERS_TO = ""
    settings.DEFAULT_FROM_EMAIL = "Intervisit <intervisit@visits.test>"
    follow(told)
    found = calendars(told)
    assert {c.vevent.attendee.params["RSVP"][0] for c in found} == {"FALSE"}
    assert {c.vevent.organizer.value for c in found} == {"mailto:intervisit@visits.test"}


# ------------------------------------------------------------------ answers


def reply(told: World, name: str, program: str = "google-declined", **changes: str) -> bytes:
    """A mail as this person's calendar program would send it."""
    invitation = Invitation.objects.get(person=told.people[name])
    text = (MAILS / f"{program}.eml").read_bytes().decode()
    swaps = {
        "7c1f.9d2e.1@visits.test": f"{invitation.uid}@visits.test",
        "visits+K3Y@district.test": invitations.reply_address(invitation),
        "hana@whitfield.t=\r\nest": told.people[name].email,
        "hana@whitfield.test": told.people[name].email,
        "SEQUENCE:0": f"SEQUENCE:{invitation.sequence}",
        **changes,
    }
    for old, new in swaps.items():
        text = text.replace(old, new)
    return text.encode()


def answers() -> dict[str, str]:
    return {i.person.name.split()[0]: i.answer for i in Invitation.objects.exclude(answer="none")}


def take(*mails: bytes) -> dict[str, int]:
    return dict(take_answers(mails, by=BY_MAIL))


def test_answers_of_two_calendar_programs_are_kept(told: World) -> None:
    follow(told)
    found = take(reply(told, "Hana"), reply(told, "Piet", "apple-tentative"))
    assert (found, answers()) == ({"kept": 2}, {"Hana": "not", "Piet": "perhaps"})


def test_forged_unknown_late_and_repeated_answers_change_nothing(
    told: World, caplog: pytest.LogCaptureFixture
) -> None:
    follow(told)
    hana = Invitation.objects.get(person=told.people["Hana"])
    piet = Invitation.objects.get(person=told.people["Piet"])
    caplog.set_level("INFO", logger="intervisit.answers")
    forged = reply(told, "Hana").replace(
        invitations.reply_address(hana).encode(), invitations.reply_address(piet).encode()
    )
    plain = reply(told, "Hana").replace(invitations.reply_address(hana).encode(), b"visits@district.test")
    unknown = reply(told, "Hana").replace(hana.uid.encode(), canary("uid").encode())
    outsider = reply(told, "Hana").replace(b"hana@whitfield.test", b"noa@feldman.test")
    other = reply(told, "Hana").replace(b"@visits.test", b"@elsewhere.test")
    late = reply(told, "Hana").replace(b"SEQUENCE:0", b"SEQUENCE:7")
    counter = reply(told, "Hana", **{"METHOD:REPLY": "METHOD:COUNTER"})
    assert take(forged, plain, unknown, outsider, other, late, b"hello", counter) == {
        "forged": 2, "unknown": 3, "late": 1, "no-answer-in-mail": 1, "not-an-answer": 1
    }  # fmt: skip
    assert answers() == {}
    codes = ("forged", "unknown", "late", "no-answer-in-mail", "not-an-answer")
    assert [c for c in codes if f"changes nothing: {c}" not in caplog.text] == []
    assert "whitfield" not in caplog.text
    assert canary("uid") not in caplog.text
    assert take(reply(told, "Hana"), reply(told, "Hana")) == {"kept": 1, "repeated": 1}
    older = reply(told, "Hana", **{"DTSTAMP:20261007": "DTSTAMP:20261006", "DECLINED": "ACCEPTED"})
    assert take(older) == {"repeated": 1}
    assert answers() == {"Hana": "not"}


def test_an_answer_to_the_old_day_does_not_count_for_the_new_one(told: World) -> None:
    follow(told)
    before = reply(told, "Hana")
    Visit.objects.filter(pk=told.visits["East"].pk).update(date=dt.date(2026, 10, 21))
    follow(told)
    assert take(before) == {"late": 1}


def test_the_command_reads_files(
    told: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    follow(told)
    file = tmp_path / "a.eml"
    file.write_bytes(reply(told, "Hana"))
    assert read_answers([str(file)]) == 0
    assert capsys.readouterr().out == "1 answers kept.\n"
    assert answers() == {"Hana": "not"}
    assert read_answers([str(tmp_path / "none.eml")]) == 2
    assert read_answers([]) == 2
    settings.ANSWERS_TO = ""
    assert read_answers([str(file)]) == 2


# ------------------------------------------------------------------ on the page


def test_one_answers_on_the_page_and_the_facilitator_reads_it(told: World) -> None:
    visit = told.visits["East"]
    page = reverse("visit_answer", args=[visit.pk])
    assert told.client("Pim").post(page, {"answer": "coming"}).status_code == 303
    assert told.client("Pim").post(page, {"answer": "maybe?"}).status_code == 422
    assert follow(told) == sorted((n, "REQUEST", 0 if n != "Pim" else 1) for n in EAST)
    assert answers() == {"Pim": "coming"}  # being invited afterwards does not undo it
    shown = told.client("Fay").get(reverse("visit_answers", args=[visit.pk]))
    assert {r.person.name.split()[0]: r.words for r in shown.context["rows"] if r.answer != "none"} == {
        "Pim": "coming"
    }
    codes = {n: told.client(n).get(reverse("visit_answers", args=[visit.pk])).status_code
             for n in ("Fay", "Sol", "Dana", "Hana", "Tess", "Finn", "Ova", "Sue", "Noa")}  # fmt: skip
    assert codes == {"Fay": 200, "Sol": 200, "Dana": 200, "Hana": 404, "Tess": 404, "Finn": 404, "Ova": 404, "Sue": 404,
                     "Noa": 404}  # fmt: skip
    assert [told.client(n).post(page, {"answer": "not"}).status_code for n in ("Ova", "Noa", "Sol")] == [
        404,
        404,
        403,
    ]
    assert "I come" in told.client("Hana").get(reverse("visit", args=[visit.pk])).content.decode()


# ------------------------------------------------------------------ addresses


def test_addresses_for_a_school_a_network_and_what_one_facilitates(told: World) -> None:
    hana, fay = told.client("Hana"), told.client("Fay")

    def made(browser: Any, **body: object) -> list[str]:
        assert browser.post(reverse("my_feeds"), body).status_code == 303
        rows = [r for r in browser.get(reverse("my_feeds")).context["rows"] if r.feed]
        return [str(r.label) for r in rows]

    assert made(hana, school=told.schools[1].pk) == ["All my visits", "P.S. 1"]
    assert made(fay, kind="guided") == ["What I facilitate"]
    for name, body in (("Hana", {"school": told.schools[2].pk}), ("Hana", {"kind": "guided"}), ("Hana", {"kind": "x"}),
                       ("Noa", {"school": told.schools[1].pk}), ("Sue", {"school": told.schools[1].pk})):  # fmt: skip
        assert told.client(name).post(reverse("my_feeds"), body).status_code == 404, (name, body)
    school = told.people["Hana"].feeds.get(school=told.schools[1])
    guided = told.people["Fay"].feeds.get(kind="guided")
    for feed, name in ((school, "P.S. 1"), (guided, "Visits that Fay Lindqvist leads")):
        text = icalendar.Calendar.from_ical(told.client(None).get(address_of(feed)).content)
        assert (len(text.walk("VEVENT")), str(text["NAME"])) == (1, name)
    told.people["Hana"].roles.all().delete()
    text = told.client(None).get(address_of(school)).content.decode()
    assert "VEVENT" not in text
    assert "P.S. 1" not in text


def test_an_address_can_be_removed_and_is_then_one_that_never_was(told: World) -> None:
    feed = told.feeds["Hana"]
    old = address_of(feed)
    assert told.client("Ova").post(reverse("my_feeds"), {"remove": feed.pk}).status_code == 404
    assert told.client("Hana").post(reverse("my_feeds"), {"remove": feed.pk}).status_code == 303
    assert told.client(None).get(old).status_code == 404
