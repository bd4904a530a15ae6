"""Staff ask a school to change some answers; the school changes them, and its principal sends the changes."""

from collections.abc import Iterable, Mapping
from typing import Any

from intervisit.apps.applications.actions.starting import check_writer
from intervisit.apps.applications.actions.writing import focus_of, keep_texts
from intervisit.apps.applications.bridge import form_for
from intervisit.apps.applications.models import Application, ChangeAsked
from intervisit.apps.applications.queries.people import principals_of_school, team_of_school
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.instruments.answers import is_empty, missing, questions
from intervisit.apps.programs.queries import moment_words
from intervisit.core.access import Actor
from intervisit.core.designs import Question
from intervisit.core.text import clean
from intervisit.kit.access import person_of, require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused, Stale

CHANGES_MAIL = mail_kind("application.changes_asked", "application.view")
CHANGED_MAIL = mail_kind("application.changed", "application.ask_changes")
_NOT_ASKED = ("fact", "file")


def open_change(application: Application) -> ChangeAsked | None:
    """The changes that are asked for now, if any."""
    return application.changes_asked.filter(sent=None, taken_back=None).select_related("by").first()


def changeable(application: Application) -> list[Question]:
    """The questions whose answers staff may ask to change."""
    asked = questions(form_for(application), application.role_wanted)
    return [q for q in asked if q.kind not in _NOT_ASKED]


@action("application.ask_changes")
def ask_changes(application: Application, *, by: Actor, keys: Iterable[str], note: str) -> ChangeAsked:
    """Open the named questions to the school again, with a note. Until it sends, the program reads what it had.

    Raises Refused: asked-already, nothing-chosen, no-note; BadValue for a note that is not text.
    """
    require(by, "application.ask_changes", application)
    words = clean(note, field="note", max_length=4000, kind="long", label="note")
    known = {q.key for q in changeable(application)}
    wanted = [key for key in dict.fromkeys(keys) if key in known]
    if not wanted:
        raise Refused("nothing-chosen", "Choose the questions whose answers should change.", "questions")
    if not words:
        raise Refused("no-note", "Say what should change, so that the school knows what to do.", "note")
    if open_change(application) is not None:
        raise Refused("asked-already", "Changes are asked for already. Take that back first.", status=409)
    made = ChangeAsked.objects.create(application=application, questions=wanted, note=words, by=person_of(by))
    record(by, "application.ask_changes", application, changes={"questions": (None, wanted)},
           group=application.school.group_id)  # fmt: skip
    program = application.program
    for person in [*principals_of_school(application.school), *team_of_school(application.school)]:
        send_later(CHANGES_MAIL, person, subject=f"{program.name}: please change your application", about=application,
                   body=f"Dear {person.name},\n\n{program} asks {application.school} to change some answers:\n\n{words}"
                        "\n\nYour other answers stay as they are. Change them here; the principal sends them:",
                   link=f"/applications/{application.pk}/changes/", key=f"changes:{made.pk}:{person.pk}")  # fmt: skip
    return made


@action("application.take_back_changes")
def take_back_changes(application: Application, *, by: Actor) -> None:
    """No change is needed after all. What the school has begun to write is dropped. Raises Refused: not-asked."""
    require(by, "application.ask_changes", application)
    asked = open_change(application)
    if asked is None:
        raise Refused("not-asked", "No changes are asked for.", status=409)
    asked.taken_back = now()
    asked.save(update_fields=["taken_back"])
    record(by, "application.take_back_changes", application, group=application.school.group_id)


def changed_answers(application: Application, asked: ChangeAsked) -> dict[str, Any]:
    """The answers as the school's people see them: what was submitted, and over it what they have changed."""
    merged = {**application.answers, **asked.answers}
    return {key: answer for key, answer in merged.items() if not is_empty(answer)}


@action("application.change")
def save_changes(
    application: Application, *, by: Actor, posted: Mapping[str, Any], version: int
) -> ChangeAsked:
    """Keep what the school has changed so far; the program does not see it yet.

    Raises Refused: not-asked; Stale when somebody else has saved meanwhile.
    """
    require(by, "application.change", application)
    check_writer(application, by)
    asked = open_change(application)
    if asked is None:
        raise Refused("not-asked", "No changes are asked for.", status=409)
    mine = {k: v for k, v in posted.items() if k.partition(".")[0] in asked.questions}
    if not ChangeAsked.objects.filter(pk=asked.pk, version=version).update(
        answers={**asked.answers, **mine}, version=version + 1
    ):
        raise Stale({k: str(v) for k, v in mine.items()}, {k: str(v) for k, v in asked.answers.items()})
    asked.refresh_from_db()
    record(by, "application.change", application, changes={"questions": (None, sorted(mine))},
           group=application.school.group_id)  # fmt: skip
    return asked


@action("application.send_changes")
def send_changes(application: Application, *, by: Actor) -> Application:
    """Put the changes into the application. Raises Refused: not-asked, incomplete, submitted-already."""
    require(by, "application.send_changes", application)
    asked = open_change(application)
    if asked is None:
        raise Refused("not-asked", "No changes are asked for.", status=409)
    answers, moment = changed_answers(application, asked), now()
    gaps = missing([q for q in changeable(application) if q.key in asked.questions], answers)
    if gaps:
        raise Refused("incomplete", f"{gaps[0].label}: {gaps[0].what}.", status=409)
    done = Application.objects.filter(pk=application.pk, state=ApplicationState.SUBMITTED).update(
        answers=answers,
        focus=focus_of(form_for(application), answers),
        version=application.version + 1,
        changed=moment,
    )
    if not done:
        raise Refused("submitted-already", "Nothing can be changed any more.", status=409)
    changed = sorted(asked.answers)
    person = person_of(by)
    keep_texts(application, answers, changed, person, moment)
    asked.sent, asked.sent_by = moment, person
    asked.save(update_fields=["sent", "sent_by"])
    application.refresh_from_db()
    record(by, "application.send_changes", application, changes={"questions": (None, changed)},
           group=application.school.group_id)  # fmt: skip
    if asked.by is not None:
        program = application.program
        when = moment_words(moment, program.zone)
        send_later(CHANGED_MAIL, asked.by, subject=f"{program.name}: an application was changed", about=application,
                   body=f"Dear {asked.by.name},\n\n{application.school} has sent the changes you asked for on {when}:",
                   link=f"/applications/{application.pk}/", key=f"changed:{asked.pk}")  # fmt: skip
    return application
