"""Names are covered for those who read blind."""

from collections.abc import Sequence

from intervisit.apps.applications.models import Application
from intervisit.apps.programs.models import Program
from intervisit.apps.reviews.bridge.reading import questions_of, suggested, suggested_questions
from intervisit.apps.reviews.models import Redaction
from intervisit.apps.reviews.queries import redactions_missing, stage_named
from intervisit.core.access import Actor
from intervisit.core.reviewing import phrases_of
from intervisit.core.text import clean
from intervisit.kit.access import person_of, require
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused, Stale

MOST = 300  # phrases for one application


@action("redaction.write")
def save_redaction(
    application: Application, *, by: Actor, words: str, questions: Sequence[str], version: int
) -> Redaction:
    """Say what is covered in one application. Raises Stale, Refused: too-many, unknown-question; BadValue."""
    require(by, "program.work", application.program)
    text = clean(words, field="words", max_length=20_000, kind="long")
    phrases = list(phrases_of(text))
    if len(phrases) > MOST:
        raise Refused("too-many", f"{len(phrases)} lines; at most {MOST} are taken.", "words")
    known = {q.key for q in questions_of(application)}
    if set(questions) - known:
        raise Refused("unknown-question", "Choose from the questions of the form.", "questions")
    return _write(application, phrases, sorted(set(questions)), version, by)


def _write(
    application: Application, phrases: list[str], questions: list[str], version: int, by: Actor
) -> Redaction:
    standing = Redaction.objects.filter(pk=application.pk).first()
    if standing is not None and standing.version != version:
        raise Stale({"words": "\n".join(phrases)}, {"words": "\n".join(standing.phrases)},
                    str(standing.checked_by or ""))  # fmt: skip
    row, _ = Redaction.objects.update_or_create(
        application=application,
        defaults={
            "phrases": phrases,
            "questions": questions,
            "checked_by": person_of(by),
            "version": (standing.version if standing else 0) + 1,
        },
    )
    record(by, "redaction.write", row, label="Covered names", changes={"lines": (None, len(phrases))},
           group=application.program.group_id)  # fmt: skip
    return row


@action("redaction.take")
def take_suggestions(program: Program, key: str, *, by: Actor) -> int:
    """Cover the names on record in every application that nobody has looked at. Returns in how many.

    Raises Refused: nothing-to-do.
    """
    require(by, "program.work", program)
    stage = stage_named(program, key)
    rows = redactions_missing(stage).select_related("program__version", "school")
    found = list(rows)
    for application in found:
        application.program = program
        _write(application, suggested(application)[:MOST], suggested_questions(application), 0, by)
    if not found:
        raise Refused("nothing-to-do", "Names are covered everywhere already.", status=409)
    return len(found)
