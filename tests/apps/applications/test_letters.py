"""Letters: worded by the director, tried on a school, sent, come back, sent again; nothing private in a subject."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail as outgoing
from django.urls import reverse

from intervisit.apps.applications.actions import deciding
from intervisit.apps.applications.actions.decision_release import ask_release, release_decisions
from intervisit.apps.applications.actions.letters import resend_letter, unword_letter, word_letter
from intervisit.apps.applications.bridge.letters import filled, letter_troubles, wordings
from intervisit.apps.applications.models import Application, Letter
from intervisit.apps.applications.queries.letters import undelivered_count
from intervisit.kit.access import NotAllowed
from intervisit.kit.models import BadAddress, HistoryLine, MailState, OutgoingMail
from intervisit.kit.outbox import send_due
from intervisit.kit.outbox_bounces import take_report
from intervisit.kit.refusal import BadValue, Refused, Stale
from intervisit.web.returned import read_bounces
from tests.world import World, canary

REPORTS = Path(__file__).resolve().parents[2] / "core" / "bounces" / "reports"


def fresh(application: Application) -> Application:
    return Application.objects.select_related("program__version", "school").get(pk=application.pk)


def release(world: World, number: int = 2, decision: str = "decline") -> Letter:
    deciding.decide(
        [fresh(world.applications[number])], by=world.actor("Sol"), decision=decision, reason=canary("reason")
    )
    ask_release(world.program, by=world.actor("Sol"))
    release_decisions(world.program, by=world.actor("Dana"))
    return Letter.objects.get(application=world.applications[number])


def word(world: World, subject: str, text: str, version: int = 0, by: str = "Dana") -> None:
    word_letter(
        world.program, by=world.actor(by), decision="decline", subject=subject, text=text, version=version
    )


def test_a_letter_in_the_programs_own_words_goes_out(world: World) -> None:
    word(world, "{school}: {program}", "To {principal}. {reasons} Until {appeal_until}. {focus_areas}")
    letter = release(world)
    assert letter.subject == "P.S. 2: Learning year 2026-27"
    assert letter.text.startswith(f"To Piet Abara. {canary('reason')} Until ")
    [sent] = letter.mails.all()
    assert (sent.subject, sent.body, sent.link) == (
        letter.subject,
        letter.text,
        f"/applications/{letter.application_id}/",
    )
    word(world, "Later", "Other words", version=1)
    assert Letter.objects.get().text == letter.text


def test_a_field_nobody_knows_is_named(world: World) -> None:
    for subject, text, code, told in (
        ("{School}", "x", "unknown-field", "{School} is not a field of letters"),
        ("x", "Dear {name},", "unknown-field", "{name} is not a field of letters"),
        ("About {reasons}", "x", "private-field", "{reasons} is private"),
        ("x", "Dear {principal", "broken-field", "has no partner"),
    ):
        with pytest.raises(Refused) as refused:
            word(world, subject, text)
        assert [t.code for t in refused.value.troubles] == [code]
        assert told in refused.value.message
    with pytest.raises(BadValue):
        word(world, "", "x")
    assert letter_troubles("{school}", "{principal} {appeal_until}") == []


def test_two_who_word_a_letter_see_both(world: World) -> None:
    word(world, "One", "First")
    with pytest.raises(Stale):
        word(world, "Two", "Second")
    unword_letter(world.program, by=world.actor("Dana"), decision="decline")
    assert wordings(world.program)["decline"].own is None
    with pytest.raises(Refused):
        unword_letter(world.program, by=world.actor("Dana"), decision="decline")


def test_only_the_director_words_letters(world: World) -> None:
    for name in ("Sol", "Piet", "Fay"):
        with pytest.raises(NotAllowed):
            word(world, "One", "First", by=name)
    url = reverse("letter", args=[world.program.pk, "decline"])
    assert (
        world.client("Sol").post(url, {"subject": "x", "text": "y", "version": 0, "what": "save"}).status_code
        == 403
    )
    assert world.client("Piet").get(url).status_code == 404


def test_the_page_previews_a_school_tries_and_saves(world: World) -> None:
    client, url = world.client("Dana"), reverse("letter", args=[world.program.pk, "decline"])
    page = client.get(url, {"application": str(world.applications[3].pk)})
    assert page.context["preview"].to == "Ora Delacroix <ora@delacroix.test>"
    posted = {"subject": "For {school}", "text": "Dear {principal}, {reasons}", "version": "0"}
    shown = client.post(url, posted | {"what": "preview", "application": str(world.applications[2].pk)})
    assert (shown.status_code, shown.context["preview"].subject) == (200, "For P.S. 2")
    assert wordings(world.program)["decline"].own is None
    assert client.post(url, posted | {"what": "trial"}).status_code == 303
    trial = OutgoingMail.objects.get(kind="letter.trial")
    assert (trial.to, trial.subject) == (world.people["Dana"], "Trial: For P.S. 2")
    assert client.post(url, posted | {"what": "save"}).status_code == 303
    assert wordings(world.program)["decline"].subject == "For {school}"
    bad = client.post(url, {**posted, "version": "1", "text": "{nobody}", "what": "save"})
    assert (bad.status_code, "{nobody} is not a field" in bad.content.decode()) == (422, True)
    assert client.get(url, {"application": str(world.applications[1].pk)}).status_code == 404  # a draft
    assert client.get(reverse("letter", args=[world.program.pk, "crown"])).status_code == 404


def test_nothing_a_school_is_called_is_interpreted() -> None:
    assert filled("{school} {reasons}", {"school": "{reasons}", "reasons": "{{7*7}}"}) == "{reasons} {{7*7}}"


def bounced(mail: OutgoingMail, name: str = "unknown-user.eml") -> bytes:
    """A report of tests/core/bounces about this mail."""
    text = (REPORTS / name).read_text()
    ours = f"{mail.pk}@{settings.MAIL_DOMAIN}"
    return text.replace("MAIL-ID@intervisit.test", ours).replace("nobody@school.test", mail.to.email).encode()


def test_a_mail_that_comes_back_is_marked_and_sent_to_another_address(world: World, tmp_path: Path) -> None:
    letter = release(world)
    [mail] = letter.mails.all()
    send_due()
    file = tmp_path / "report.eml"
    file.write_bytes(bounced(mail))
    assert read_bounces([str(file), str(file)]) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.problem) == (MailState.BOUNCED, "nobody has this address (5.1.1)")
    assert [(b.address, b.times) for b in BadAddress.objects.all()] == [(mail.to.email, 1)]
    assert undelivered_count(world.program) == 1
    assert "A letter has not arrived" in world.client("Sol").get("/").content.decode()
    page = world.client("Sol").get(reverse("letters_sent", args=[world.program.pk]), {"state": "bounced"})
    [row] = page.context["rows"]
    assert "nobody has this address" in row.todo
    assert row.may_resend
    again = world.client("Sol").post(row.again, {"mail": str(mail.pk), "address": "Office@PS2.test"})
    assert again.status_code == 303
    fresh_mail = letter.mails.exclude(pk=mail.pk).get()
    assert (fresh_mail.address, fresh_mail.body, fresh_mail.to) == ("office@ps2.test", mail.body, mail.to)
    send_due()
    assert outgoing.outbox[-1].to == ["office@ps2.test"]
    assert world.people["Piet"].email == mail.to.email  # the account keeps its own
    assert undelivered_count(world.program) == 0


def test_a_letter_that_holds_no_longer_is_not_sent_again(world: World) -> None:
    letter = release(world, decision="waitlist")
    send_due()
    mail = letter.mails.get()
    take_report(bounced(mail))
    deciding.decide([fresh(letter.application)], by=world.actor("Sol"), decision="accept_partner")
    ask_release(world.program, by=world.actor("Sol"))
    release_decisions(world.program, by=world.actor("Dana"))
    mail.refresh_from_db()
    with pytest.raises(Refused) as refused:
        resend_letter(letter, by=world.actor("Sol"), mail=mail, address="x@y.test")
    assert refused.value.troubles[0].code == "superseded"


def test_a_letter_waiting_for_its_turn_is_not_sent_twice(world: World) -> None:
    letter = release(world)
    with pytest.raises(Refused) as refused:
        resend_letter(letter, by=world.actor("Sol"), mail=letter.mails.get(), address="x@y.test")
    assert refused.value.troubles[0].code == "not-yet"
    for name in ("Piet", "Fay", "Ova"):
        with pytest.raises(NotAllowed):
            resend_letter(letter, by=world.actor(name), mail=letter.mails.get(), address="x@y.test")


@pytest.mark.parametrize(
    "change",
    [
        lambda report, mail: report.replace(mail.to.email.encode(), b"else@school.test"),
        lambda report, mail: report.replace(str(mail.pk).encode(), b"0" * 8 + str(mail.pk)[8:].encode()),
        lambda report, mail: report.replace(b"Action: failed", b"Action: relayed"),
        lambda report, mail: b"Subject: hello\n\nI am away until Monday.\n",
    ],
)
def test_a_forged_or_friendly_mail_marks_nothing(world: World, change: object) -> None:
    letter = release(world)
    send_due()
    mail = letter.mails.get()
    take_report(change(bounced(mail), mail))  # type: ignore[operator]
    mail.refresh_from_db()
    assert (mail.state, BadAddress.objects.count()) == (MailState.SENT, 0)


def test_the_history_holds_no_words_of_a_letter(world: World) -> None:
    word(world, "A subject", canary("wording"))
    release(world)
    for line in HistoryLine.objects.all():
        assert canary("wording") not in str(line.changes) + line.label
        assert canary("reason") not in str(line.changes) + line.label
