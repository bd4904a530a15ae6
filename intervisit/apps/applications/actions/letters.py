"""The program's own wording of its letters, letters on trial, and letters sent again."""

from intervisit.apps.applications.actions.deciding import decision_of
from intervisit.apps.applications.bridge.letters import letter_troubles, wordings
from intervisit.apps.applications.models import Application, Letter, LetterTemplate
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.text import clean, clean_email
from intervisit.kit.access import person_of, require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.models import MailState, OutgoingMail
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused, Stale

DECISION_MAIL = mail_kind("application.decision", "application.read_decision")
TRIAL_MAIL = mail_kind("letter.trial", "program.work")
SUBJECT_LIMIT, TEXT_LIMIT = 160, 8000


def checked(subject: str, text: str) -> tuple[str, str]:
    """A template that every letter can be made of. Raises Refused naming each field nobody knows; BadValue."""
    head = clean(subject, field="subject", max_length=SUBJECT_LIMIT, required=True)
    body = clean(text, field="text", max_length=TEXT_LIMIT, kind="long", required=True)
    troubles = letter_troubles(head, body)
    if troubles:
        raise Refused.of(troubles)
    return head, body


@action("program.word_letter")
def word_letter(
    program: Program, *, by: Actor, decision: str, subject: str, text: str, version: int
) -> LetterTemplate:
    """Write the letter of a decision in the program's own words. `version`: of the wording on the page, 0: none.

    Raises Refused: unknown-decision, unknown-field, private-field, broken-field; Stale; BadValue.
    """
    require(by, "program.manage", program)
    decision_of(program.design, decision)
    head, body = checked(subject, text)
    stands = wordings(program)[decision]
    if stands.version != version:
        raise _worded_meanwhile(program, decision, head, body)
    fields = {"subject": head, "text": body, "version": version + 1, "changed_by": person_of(by)}
    mine = LetterTemplate.objects.filter(program=program, decision=decision)
    if stands.own is None:
        _, first = mine.get_or_create(program=program, decision=decision, defaults=fields)
    else:
        first = bool(mine.filter(version=version).update(changed=now(), **fields))
    if not first:  # between our reading and our writing
        raise _worded_meanwhile(program, decision, head, body)
    record(by, "program.word_letter", program, changes={"letter": (None, decision)}, group=program.group_id)
    return mine.get()


def _worded_meanwhile(program: Program, decision: str, subject: str, text: str) -> Stale:
    stands = wordings(program)[decision]
    who = str(stands.own.changed_by or "") if stands.own else ""
    return Stale({"subject": subject, "text": text}, {"subject": stands.subject, "text": stands.text}, who)


@action("program.unword_letter")
def unword_letter(program: Program, *, by: Actor, decision: str) -> None:
    """Go back to the wording of the design."""
    require(by, "program.manage", program)
    gone, _ = LetterTemplate.objects.filter(program=program, decision=decision).delete()
    if not gone:
        raise Refused("nothing-to-undo", "This letter is as the design has it.", status=409)
    record(by, "program.unword_letter", program, changes={"letter": (decision, None)}, group=program.group_id)


@action("program.try_letter")
def try_letter(program: Program, *, by: Actor, subject: str, text: str) -> None:
    """Send a letter, filled in as it would be, to oneself."""
    require(by, "program.work", program)
    note = "This is a trial, sent to you alone. Nobody has been told anything.\n\n"
    send_later(TRIAL_MAIL, person_of(by), subject=f"Trial: {subject}"[:200], body=note + text, about=program)
    record(by, "program.try_letter", program, group=program.group_id)


_AGAIN = (MailState.BOUNCED, MailState.FAILED, MailState.SENT, MailState.WITHHELD)


@action("letter.resend")
def resend_letter(letter: Letter, *, by: Actor, mail: OutgoingMail, address: str) -> OutgoingMail:
    """Send one mail of a letter again, to an address that works. The account keeps its own address.

    Raises Refused: not-yet, superseded; BadValue for what is no address.
    """
    require(by, "letter.resend", letter)
    to = clean_email(address, field="address", required=True)
    if mail.state not in _AGAIN:
        raise Refused("not-yet", "This mail is still on its way. Look again in a few minutes.", status=409)
    application = Application.objects.select_related("program", "school").get(pk=letter.application_id)
    if application.released != letter.told:
        message = "This letter no longer holds: the school has been told something else since."
        raise Refused("superseded", message, status=409)
    number = letter.mails.count() + 1
    again = send_later(
        DECISION_MAIL,
        mail.to,
        subject=mail.subject,
        body=mail.body,
        link=mail.link,
        about=application,
        key=f"decision:{letter.pk}:{mail.to_id}:{number}",
        address=to if to != mail.to.email else "",
    )
    if again is None:
        raise Refused("not-yet", "Somebody has just sent it again.", status=409)
    letter.mails.add(again)
    record(by, "letter.resend", letter, group=application.program.group_id)
    return again


__all__ = ["DECISION_MAIL", "checked", "resend_letter", "try_letter", "unword_letter", "word_letter"]
