"""Files as answers: put in and taken out while one writes."""

from intervisit.apps.applications.actions.starting import check_writer
from intervisit.apps.applications.bridge import form_for
from intervisit.apps.applications.models import Application, Attachment, AttachmentContent
from intervisit.apps.applications.states import ApplicationState
from intervisit.core.access import Actor
from intervisit.core.text import Trouble, Troubles
from intervisit.kit.access import person_of, require
from intervisit.kit.clock import now
from intervisit.kit.files import take
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused

MOST_OF_A_QUESTION = 5  # where the form names no number
MOST_OF_AN_APPLICATION = 60_000_000  # bytes


@action("application.attach")
def attach_file(application: Application, *, by: Actor, question: str, name: str, data: bytes) -> Attachment:
    """Keep one file as an answer, checked and cleaned of its author.

    Raises Refused: unknown-question, too-many-files, too-much-together, given-already, and what `kit.files.take` finds.
    """
    require(by, "application.write", application)
    check_writer(application, by)
    asked = form_for(application).question(question)
    if asked is None or asked.kind != "file":
        raise Refused("unknown-question", "This question takes no file.", "file")
    standing = list(application.files.filter(question=question))
    most = asked.max_rows or MOST_OF_A_QUESTION
    if len(standing) >= most:
        raise Refused("too-many-files", f"At most {most} files are taken here. Take one out first.", "file")
    if sum(application.files.values_list("size", flat=True)) + len(data) > MOST_OF_AN_APPLICATION:
        most_mb = MOST_OF_AN_APPLICATION // 1_000_000
        raise Refused(
            "too-much-together", f"All files together may have {most_mb} MB. Make this one smaller.", "file"
        )
    found = take(name, data)
    if isinstance(found, Troubles):
        raise Refused.of([Trouble(t.code, t.message, "file") for t in found])
    if any(f.digest == found.digest for f in standing):
        raise Refused("given-already", f"This file is there already: {found.name}.", "file")
    made = Attachment.objects.create(
        application=application, question=question, name=found.name, kind=found.kind, size=len(found.data),
        digest=found.digest, person=person_of(by),
    )  # fmt: skip
    AttachmentContent.objects.create(attachment=made, data=found.data)
    _note(application, question, by)
    # The name of a file is the school's own: the history says only to which question.
    record(by, "application.attach", application, changes={"file": (None, question)},
           group=application.school.group_id)  # fmt: skip
    return made


@action("application.detach")
def remove_file(application: Application, *, by: Actor, file: Attachment) -> None:
    """Take a file out. It is gone."""
    require(by, "application.write", application)
    check_writer(application, by)
    question = file.question
    file.delete()
    _note(application, question, by)
    record(by, "application.detach", application, changes={"file": (question, None)},
           group=application.school.group_id)  # fmt: skip


def _note(application: Application, question: str, by: Actor) -> None:
    """Write into the answers how many files there are, so that a required file counts as given."""
    count, person = application.files.filter(question=question).count(), person_of(by)
    for _ in range(5):
        fresh = Application.objects.get(pk=application.pk)
        answers = {k: v for k, v in fresh.answers.items() if k != question} | (
            {question: count} if count else {}
        )
        editors = {
            **fresh.editors,
            question: [str(person or "Somebody"), now().isoformat(timespec="seconds"), ""],
        }
        same = Application.objects.filter(pk=fresh.pk, version=fresh.version, state=ApplicationState.DRAFT)
        if same.update(answers=answers, editors=editors, version=fresh.version + 1, changed=now()):
            application.answers, application.version = answers, fresh.version + 1
            return
    raise Refused("busy", "Too many people are saving at once. Try again in a moment.", status=409)
