"""Mail that came back and answers to invitations, read from a real IMAP server in another process (Dovecot)."""

import datetime as dt
import email.message
import email.policy
import imaplib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from intervisit.apps.calendar.actions import invitation_jobs, invitations
from intervisit.apps.calendar.models import Invitation, Visit
from intervisit.core.bounces import MOST_BYTES
from intervisit.core.invitations import read_reply
from intervisit.kit import outbox, outbox_bounces
from intervisit.kit.clock import now
from intervisit.kit.models import BadAddress, MailState, OutgoingMail
from intervisit.kit.outbox_bounces import NoMailbox, read_mailbox, unread_mails
from intervisit.web.answers import read_answers
from intervisit.web.returned import read_bounces
from tests import imap
from tests.world import World, canary

REPORTS = Path(__file__).parents[1] / "core" / "bounces" / "reports"
MAILS = Path(__file__).parents[1] / "core" / "invitations" / "mails"
GARBAGE = b"\x00\xff\xfe From nobody\r\n\r\nContent-Type: multipart/report; boundary=\r\n--\r\n" + bytes(
    range(256)
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(imap.program() is None, reason="Dovecot is not on this machine"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[imap.Server]:
    with imap.running() as found:
        yield found


@pytest.fixture
def box(server: imap.Server, settings: Any, monkeypatch: pytest.MonkeyPatch) -> imap.Server:
    """The server with an empty mailbox, named in the settings, its certificate trusted."""
    if server.process is None:
        server.start()
    server.empty()
    settings.BOUNCES = settings.ANSWERS = server.plain
    settings.ANSWERS_TO, settings.MAIL_DOMAIN = imap.USER, "visits.test"
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    return server


def gone_out(world: World, name: str, number: int = 0) -> OutgoingMail:
    """A mail of ours that was sent."""
    return OutgoingMail.objects.create(
        key=f"{name}-{number}", kind="role.granted", to=world.people[name], subject="A subject", body="Words",
        state=MailState.SENT, sent=now(),
    )  # fmt: skip


def report(mail: OutgoingMail, more: bytes = b"") -> bytes:
    text = (REPORTS / "unknown-user.eml").read_text()
    text = text.replace("MAIL-ID@intervisit.test", f"{mail.pk}@visits.test").replace(
        "nobody@school.test", mail.to.email
    )
    return text.encode().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + more


def large(size: int) -> bytes:
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = "Holiday pictures"
    message.set_content("x" * 70 + "\n")
    data = message.as_bytes()
    return data + (b"y" * 70 + b"\r\n") * ((size - len(data)) // 72 + 1)


def bounced() -> set[str]:
    return {m.key for m in OutgoingMail.objects.filter(state=MailState.BOUNCED)}


def test_reports_garbage_and_a_mail_too_large_are_read_once_and_none_is_lost(
    box: imap.Server, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    mails = [gone_out(world, name) for name in ("Hana", "Piet")]
    box.put(
        report(mails[0]),
        GARBAGE,
        large(MOST_BYTES + 500_000),
        b"Subject: hello\r\n\r\nI am away.\r\n",
        report(mails[1]),
    )
    assert box.unread() == 5
    assert read_bounces([]) == 0
    assert capsys.readouterr().out == "2 came back, 0 late, 0 about no mail of ours, 3 other mails.\n"
    assert bounced() == {"Hana-0", "Piet-0"}
    assert (BadAddress.objects.count(), box.unread()) == (2, 0)
    assert read_bounces([]) == 0
    assert capsys.readouterr().out == "0 came back, 0 late, 0 about no mail of ours, 0 other mails.\n"


def test_a_report_of_two_megabytes_that_holds_the_whole_mail_is_read(box: imap.Server, world: World) -> None:
    mail = gone_out(world, "Hana")
    whole = report(mail, more=b"z" * 70 + b"\r\n")
    padding = (b"z" * 70 + b"\r\n") * ((MOST_BYTES - len(whole) - 10_000) // 72)
    box.put(whole + padding)
    assert str(read_mailbox(box.plain)).startswith("1 came back")


def test_over_tls_the_certificate_is_checked(
    box: imap.Server, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(report(gone_out(world, "Hana")))
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    with pytest.raises(NoMailbox, match="SSLCertVerificationError"):
        read_mailbox(box.secure)
    with pytest.raises(NoMailbox):  # the certificate names localhost
        read_mailbox(box.secure.replace("localhost", "127.0.0.1"))
    assert box.unread() == 1
    monkeypatch.setenv("SSL_CERT_FILE", str(box.certificate))
    assert read_mailbox(box.secure).bounced == 1


def test_a_server_that_goes_away_in_the_middle_costs_nothing(box: imap.Server, world: World) -> None:
    mails = [gone_out(world, "Hana", n) for n in range(4)]
    box.put(*map(report, mails))
    taken = []
    found = unread_mails(box.plain)
    for _ in range(2):
        taken.append(next(found))
        outbox_bounces.take_report(taken[-1])
    box.stop()
    with pytest.raises((OSError, imaplib.IMAP4.error)):
        next(found)
    assert len(taken) == 2
    assert bounced() == {"Hana-0", "Hana-1"}
    with pytest.raises(NoMailbox, match="cannot be read"):
        read_mailbox(box.plain)
    box.start()
    # The second had been taken and could not be marked: it comes again, and changes nothing again.
    assert box.unread() == 3
    told = read_mailbox(box.plain)
    assert (told.bounced, told.unknown, told.other) == (2, 0, 0)
    assert bounced() == {f"Hana-{n}" for n in range(4)}
    assert BadAddress.objects.get().times == 4
    assert box.unread() == 0


def test_a_worker_that_dies_over_a_mail_leaves_it_unread(
    box: imap.Server, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(report(gone_out(world, "Hana")))

    def dies(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(outbox_bounces, "_mark", dies)
        with pytest.raises(RuntimeError):
            read_mailbox(box.plain)
    assert box.unread() == 1
    assert read_mailbox(box.plain).bounced == 1


def test_somebody_emptying_the_folder_meanwhile_moves_no_number(box: imap.Server, world: World) -> None:
    """By sequence numbers the third mail would be marked in place of the fourth, and one would be lost."""
    mails = [gone_out(world, "Hana", n) for n in range(4)]
    box.put(*map(report, mails))
    way = box.client()
    for n, data in enumerate(unread_mails(box.plain)):
        outbox_bounces.take_report(data)
        if n == 0:
            way.store("1", "+FLAGS", r"(\Deleted)")
            way.expunge()
    way.logout()
    assert bounced() == {f"Hana-{n}" for n in range(4)}
    assert box.unread() == 0


def test_after_a_restore_everything_is_read_again_and_nothing_counts_twice(
    box: imap.Server, world: World
) -> None:
    """Another UIDVALIDITY: the numbers mean nothing any more, and no mark of before is left."""
    before = box.validity()
    box.put(report(gone_out(world, "Hana")), report(gone_out(world, "Piet")))
    assert read_mailbox(box.plain).bounced == 2
    box.begin_anew()
    assert box.validity() > before
    assert box.unread() == 2
    assert read_mailbox(box.plain).bounced == 0
    assert [b.times for b in BadAddress.objects.all()] == [1, 1]
    assert box.unread() == 0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda a: a.replace("%26rd", "wrong"), "error"),
        (lambda a: a.replace("/INBOX", "/Nowhere"), "ValueError"),
        (lambda a: a.replace("/INBOX", "/Zur%C3%BCck"), "UnicodeEncodeError"),
        (lambda a: a.replace("imap://", "pop://"), "ValueError"),
        (lambda _: "imap://127.0.0.1:1/INBOX", "ConnectionRefusedError"),
    ],
    ids=["password", "folder", "letters", "scheme", "nobody there"],
)
def test_what_stands_against_reading_is_said_without_the_password(
    box: imap.Server, change: Any, why: str
) -> None:
    with pytest.raises(NoMailbox) as refused:
        read_mailbox(change(box.plain))
    assert str(refused.value) == f"The mailbox for returned mail cannot be read ({why})."
    assert "rd" not in str(refused.value).replace("read", "")


def test_another_folder_of_the_mailbox(box: imap.Server, world: World) -> None:
    mail = gone_out(world, "Hana")
    box.put(report(mail), folder="Came back")
    assert read_mailbox(box.plain.replace("/INBOX", "/Came%20back")).bounced == 1
    assert read_mailbox(box.plain.replace("/INBOX", "/Came%20back")).bounced == 0


# ------------------------------------------------------------------ answers to invitations


def reply(world: World, name: str, program: str = "google-declined", **changes: str) -> bytes:
    """A mail as this person's calendar program would send it."""
    invitation = Invitation.objects.get(person=world.people[name])
    text = (MAILS / f"{program}.eml").read_bytes().decode()
    swaps = {
        "7c1f.9d2e.1@visits.test": f"{invitation.uid}@visits.test",
        "visits+K3Y@district.test": invitations.reply_address(invitation),
        "hana@whitfield.t=\r\nest": world.people[name].email,
        "hana@whitfield.test": world.people[name].email,
        "SEQUENCE:0": f"SEQUENCE:{invitation.sequence}",
        **changes,
    }
    for old, new in swaps.items():
        text = text.replace(old, new)
    return text.encode().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@pytest.fixture
def invited(
    box: imap.Server, world: World, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[World]:
    """Invitations to October's visits went out in September."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    # The parser's own process is tried in tests/kit/test_parsing.py; here it would only cost time.
    monkeypatch.setattr(
        invitation_jobs, "read_replies_in_child", lambda mails: [read_reply(m) for m in mails]
    )
    with time_machine.travel(dt.datetime(2026, 9, 14, 15, tzinfo=dt.UTC), tick=True):
        Visit.objects.update(told={"x": 1})
        for network in invitations.networks_with_invitations(world.program):
            invitations.bring_up_to_date(network, by=invitation_jobs.BY_MAIL)
        outbox.send_due()
        yield world


def test_answers_are_kept_once_whatever_lies_between_them(
    box: imap.Server, invited: World, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = reply(invited, "Hana").replace(b"SEQUENCE:0", b"SEQUENCE:7")
    box.put(
        reply(invited, "Hana"), GARBAGE, large(MOST_BYTES + 500_000), forged, report(gone_out(invited, "Ora")),
        reply(invited, "Piet", "apple-tentative"), reply(invited, "Hana"),
    )  # fmt: skip
    assert read_answers([]) == 0
    said = capsys.readouterr().out
    assert said.startswith("2 answers kept; left alone: ")
    assert sorted(said.strip(".\n").partition("alone: ")[2].split(", ")) == [
        "1 late", "1 repeated", "3 no-answer-in-mail",
    ]  # fmt: skip
    answers = {i.person.name.split()[0]: i.answer for i in Invitation.objects.exclude(answer="none")}
    assert answers == {"Hana": "not", "Piet": "perhaps"}
    assert box.unread() == 0
    assert read_answers([]) == 0
    assert capsys.readouterr().out == "0 answers kept.\n"


def test_answers_and_a_server_that_goes_away(
    box: imap.Server, invited: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    box.put(reply(invited, "Hana"), reply(invited, "Piet", "apple-tentative"))
    keep = invitations.keep_answer

    def keep_and_stop(*args: Any, **kwargs: Any) -> Any:
        kept = keep(*args, **kwargs)
        box.stop()
        return kept

    with monkeypatch.context() as patch:
        patch.setattr(invitation_jobs, "keep_answer", keep_and_stop)
        assert read_answers([]) == 1
    assert "The mailbox for answers cannot be read" in capsys.readouterr().err
    box.start()
    assert read_answers([]) == 0
    assert capsys.readouterr().out == "1 answers kept; left alone: 1 repeated.\n"
    assert Invitation.objects.exclude(answer="none").count() == 2


def test_nothing_of_a_mail_reaches_the_log(
    box: imap.Server, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    box.put(f"Subject: {canary('subject')}\r\n\r\n{canary('body')}\r\n".encode())
    read_mailbox(box.plain)
    assert "canary-" not in caplog.text
    assert imap.PASSWORD not in caplog.text
