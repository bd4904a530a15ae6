"""What a school does about a decision: its principal gives the place up, or writes one note, and gets an answer."""

from intervisit.apps.applications.events import PlaceGivenUp
from intervisit.apps.applications.models import Appeal, Application, Letter, PendingDecision, WaitingPlace
from intervisit.apps.applications.queries.decisions import staff_of
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.people.models import RoleHeld, in_force
from intervisit.apps.programs.queries import moment_words, said, sentence
from intervisit.core.access import Actor
from intervisit.core.text import clean
from intervisit.kit.access import person_of, require
from intervisit.kit.clock import now
from intervisit.kit.events import emit
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused

PLACE_FREE_MAIL = mail_kind("program.place_free", "program.work")
NOTE_MAIL = mail_kind("appeal.written", "appeal.view")
ANSWER_MAIL = mail_kind("appeal.answered", "appeal.view")
LIMIT = 4000


@action("application.give_up")
def give_up_place(application: Application, *, by: Actor) -> Application:
    """The principal gives back a place, or one on the waiting list. The program hears of it at once.

    Raises Refused: networks-published, changed-meanwhile.
    """
    require(by, "application.give_up", application)
    program, school = application.program, application.school
    if program.networks_published:
        message = said("The {networks} are published. Ask the program to take your school out of its {network}.",
                       program.design)  # fmt: skip
        raise Refused("networks-published", message, status=409)
    was = application.state
    gone = Application.objects.filter(pk=application.pk, state=was).update(
        state=ApplicationState.WITHDRAWN,
        role="",
        decision="",
        reason="",
        decided=None,
        decided_by=None,
        released=None,
    )
    if not gone:
        raise Refused("changed-meanwhile", "Somebody has just changed this application.", status=409)
    PendingDecision.objects.filter(pk=application.pk).delete()
    WaitingPlace.objects.filter(pk=application.pk).delete()
    application.refresh_from_db()
    record(by, "application.give_up", application, changes={"state": (was, application.state)},
           group=school.group_id)  # fmt: skip
    if was == ApplicationState.ACCEPTED:
        _tell_staff(application)
    emit(PlaceGivenUp(application))
    return application


def _tell_staff(application: Application) -> None:
    program, school = application.program, application.school
    for person in staff_of(program):
        send_later(
            PLACE_FREE_MAIL,
            person,
            subject=f"{program.name}: a place has become free",
            body=f"Dear {person.name},\n\n{school} has given its place back. The waiting list shows who could take "
            "it; two people release the decision, as ever:",
            link=f"/programs/{program.pk}/applications/waiting/",
            about=program,
            key=f"free:{application.pk}:{application.version}:{now():%Y%m%d%H%M%S}:{person.pk}",
        )


@action("letter.appeal")
def write_note(letter: Letter, *, by: Actor, text: str) -> Appeal:
    """The principal's one note about a decision. Raises Refused: no-notes, too-late, written-already; BadValue."""
    require(by, "letter.appeal", letter)
    words = clean(text, field="text", max_length=LIMIT, kind="long", required=True)
    refused = why_no_note(letter)
    if refused is not None:
        raise refused
    application, moment = letter.application, now()
    appeal, made = Appeal.objects.get_or_create(
        letter=letter, defaults={"text": words, "written": moment, "written_by": person_of(by)}
    )
    if not made:
        raise _written(appeal)
    record(by, "letter.appeal", letter, group=application.program.group_id)
    program = application.program
    for person in staff_of(program):
        send_later(
            NOTE_MAIL,
            person,
            subject=f"{program.name}: a note about a decision",
            body=f"Dear {person.name},\n\nthe principal of {application.school} has written a note about the "
            "decision. Read it and answer here:",
            link=f"/notes/{appeal.pk}/",
            about=appeal,
            key=f"note:{appeal.pk}:{person.pk}",
        )
    return appeal


def why_no_note(letter: Letter) -> Refused | None:
    """Why the principal cannot write a note about this letter (any more); None: she can."""
    if letter.appeal_until is None:
        return Refused("no-notes", "No notes are taken about this decision.", status=409)
    if letter.application.released != letter.told:
        return Refused("superseded", "This decision no longer holds.", status=409)
    written = Appeal.objects.filter(letter=letter).first()
    if written is not None:
        return _written(written)
    if now() > letter.appeal_until:
        until = moment_words(letter.appeal_until, letter.application.program.zone)
        return Refused(
            "too-late", sentence(f"Notes about this decision were taken until {until}"), status=409
        )
    return None


def _written(appeal: Appeal) -> Refused:
    who = appeal.written_by or "The principal"
    return Refused(
        "written-already", f"{who} has written a note already; there is one for each decision.", status=409
    )


@action("appeal.answer")
def answer_note(appeal: Appeal, *, by: Actor, text: str) -> Appeal:
    """Answer a principal's note, once. Raises Refused: answered-already; BadValue."""
    require(by, "appeal.answer", appeal)
    words = clean(text, field="text", max_length=LIMIT, kind="long", required=True)
    answered = Appeal.objects.filter(pk=appeal.pk, answered=None).update(
        answer=words, answered=now(), answered_by=person_of(by)
    )
    appeal.refresh_from_db()
    if not answered:
        message = f"{appeal.answered_by or 'Somebody'} has answered already. Your text is still here."
        raise Refused("answered-already", message, status=409)
    application = appeal.letter.application
    record(by, "appeal.answer", appeal, label=str(appeal), group=application.program.group_id)
    held = RoleHeld.objects.filter(in_force(), role="principal", group=application.school.group_id)
    for one in held.select_related("person"):
        send_later(
            ANSWER_MAIL,
            one.person,
            subject=f"{application.program.name}: an answer to your note",
            body=f"Dear {one.person.name},\n\nthe program has answered the note about its decision:",
            link=f"/letters/{appeal.letter_id}/note/",
            about=appeal,
            key=f"answer:{appeal.pk}:{one.person_id}",
        )
    return appeal


__all__ = ["answer_note", "give_up_place", "why_no_note", "write_note"]
