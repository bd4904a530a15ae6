"""The principal hands an application in, takes it back, opens it again."""

import hashlib
import json

from intervisit.apps.applications.actions.starting import call_for, check_call
from intervisit.apps.applications.bridge import missing_in
from intervisit.apps.applications.models import Application, LateAllowed, PendingDecision, Wishes
from intervisit.apps.applications.queries.people import principals_of_school
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.programs.queries import CallNow, moment_words, sentence
from intervisit.core.access import Actor
from intervisit.kit import prepared
from intervisit.kit.access import require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused

RECEIPT_MAIL = mail_kind("application.receipt", "application.view")


def receipt_number(application: Application) -> str:
    """A fingerprint of what was submitted, short enough to read out: the same answers give the same one."""
    what = [str(application.pk), application.role_wanted, application.answers, str(application.submitted)]
    text = json.dumps(what, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12].upper()
    return f"{digest[:4]}-{digest[4:8]}-{digest[8:]}"


@action("application.submit")
def submit_application(application: Application, *, by: Actor) -> Application:
    """Hand the application in and write a receipt to the principal.

    Raises Refused: call-not-open, deadline-passed (after the grace), incomplete; NotAllowed for the team.
    """
    require(by, "application.submit", application)
    call = call_for(application)
    late = check_call(application.program, call, application.school)
    wishes = prepared.one(Wishes, application.pk)
    about, wished = missing_in(application, wishes)
    if about or wished:
        first = [*about, *wished][0]
        many = len(about) + len(wished)
        things = "1 thing is" if many == 1 else f"{many} things are"
        raise Refused("incomplete", f"{things} missing, first: {first.label} ({first.what}).", status=409)
    moment = now()
    done = Application.objects.filter(pk=application.pk, state=ApplicationState.DRAFT).update(
        state=ApplicationState.SUBMITTED, submitted=moment, submitted_by=by.person
    )
    if not done:
        raise Refused("submitted-already", "It has been submitted already.", status=409)
    application.refresh_from_db()
    changes: dict[str, tuple[object, object]] = {"state": ("draft", "submitted")}
    if late is not None:
        changes["more_time"] = (call.closes, late.until)
    changes |= _grace(call, late)
    record(by, "application.submit", application, changes=changes, group=application.school.group_id)
    _receipt(application)
    return application


def _grace(call: CallNow, late: LateAllowed | None) -> dict[str, tuple[object, object]]:
    """What the history notes of a submission in the seconds after the deadline (R12)."""
    closes = late.until if late is not None else call.closes
    seconds = (now() - closes).total_seconds() if closes else 0
    return {"seconds_of_grace": (0, round(seconds))} if seconds > 0 else {}


def _receipt(application: Application) -> None:
    program, school = application.program, application.school
    when, number = moment_words(application.submitted, program.zone), receipt_number(application)
    for person in principals_of_school(school):
        body = (
            f"Dear {person.name},\n\n"
            + sentence(f"the application of {school} to {program} has arrived on {when}")
            + f" Its number is {number}. You can read it, and withdraw it until it has been decided:"
        )
        send_later(RECEIPT_MAIL, person, subject=f"We have received the application to {program.name}", body=body,
                   link=f"/applications/{application.pk}/receipt/", about=application,
                   key=f"receipt:{application.pk}:{application.version}:{person.pk}")  # fmt: skip


def _move(
    application: Application, *, by: Actor, verb: str, frm: ApplicationState, to: ApplicationState
) -> None:
    require(by, verb, application)
    if not Application.objects.filter(pk=application.pk, state=frm).update(state=to):
        raise Refused("changed-meanwhile", "Somebody has just changed this application.", status=409)
    application.refresh_from_db()
    record(by, verb, application, changes={"state": (frm, to)}, group=application.school.group_id)


@action("application.withdraw")
def withdraw_application(application: Application, *, by: Actor) -> Application:
    """Take it back before it is decided. It stays with the school and can be opened again."""
    _move(application, by=by, verb="application.withdraw", frm=ApplicationState.SUBMITTED,
          to=ApplicationState.WITHDRAWN)  # fmt: skip
    PendingDecision.objects.filter(
        pk=application.pk
    ).delete()  # what was decided and never told is of nobody now
    return application


@action("application.reopen")
def reopen_application(application: Application, *, by: Actor) -> Application:
    """Write on at a withdrawn application. Raises Refused: call-not-open, deadline-passed."""
    require(by, "application.reopen", application)
    check_call(application.program, call_for(application), application.school)
    _move(
        application,
        by=by,
        verb="application.reopen",
        frm=ApplicationState.WITHDRAWN,
        to=ApplicationState.DRAFT,
    )
    Application.objects.filter(pk=application.pk).update(version=application.version + 1)
    application.refresh_from_db()
    return application
