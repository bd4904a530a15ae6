"""A school writes together: every save is compared, every earlier text is kept; its principal adds wishes."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from intervisit.apps.applications.actions.starting import check_writer
from intervisit.apps.applications.bridge import (
    answers_as_wishes,
    focus_question,
    form_for,
    wishes_as_answers,
)
from intervisit.apps.applications.models import AnswerText, Application, Wishes, WritingFor
from intervisit.apps.applications.queries.people import team_of_school
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.instruments.answers import answer_text, answers_for_display, is_empty, mark_of
from intervisit.apps.instruments.queries import school_labels
from intervisit.apps.people.models import Person
from intervisit.apps.programs.states import Phase
from intervisit.core.access import Actor
from intervisit.core.designs import Form
from intervisit.kit import prepared
from intervisit.kit.access import person_of, require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.prepared import Json
from intervisit.kit.refusal import Refused, Stale

# What one person types within this time is one earlier text, not one for each pause.
_ONE_TEXT = dt.timedelta(minutes=10)


class BothChanged(Stale):
    """Two people changed the same questions. `questions`: their keys; `current`: what is saved now."""

    def __init__(
        self,
        questions: list[str],
        mine: dict[str, str],
        theirs: dict[str, str],
        current: dict[str, Any],
        by: str,
    ) -> None:
        super().__init__(mine, theirs, by)
        self.questions, self.current = questions, current


class _Raced(Exception):
    """Somebody wrote between our reading and our writing: compare once more."""


@dataclass(frozen=True)
class Saved:
    """What a save did: the questions written, and those that somebody else has changed meanwhile."""

    application: Application
    written: list[str]
    by_others: list[str]


def save_answers(
    application: Application,
    *,
    by: Actor,
    posted: Mapping[str, Any],
    base: Mapping[str, str],
    tab: str = "",
    still_true: Collection[str] = (),
) -> Saved:
    """Write what changed since the page was loaded; what others changed elsewhere stays (B07).

    `posted`: question → answer (None: empty); `base`: question → `mark_of` the answer the page was loaded with;
    `tab`: which page wrote, so that nobody collides with herself; `still_true`: questions whose answer of last year
    somebody has looked at and kept. Raises `BothChanged` when a question was changed on both sides; then nothing
    is written. Raises NotAllowed for a member of the team whom the principal has not named.
    """
    require(by, "application.write", application)
    check_writer(application, by)
    for attempt in range(6):
        # As it was loaded a moment ago, if that is enough to write: whoever was faster is noticed by the version.
        fresh = application if attempt == 0 else _as_it_stands(application)
        written, by_others, clashes = _compare(fresh, posted, base, tab)
        if attempt == 0 and (clashes or by_others or not written):
            continue
        if clashes:
            raise _both_changed(fresh, clashes, posted)
        looked_at = [key for key in fresh.carried if key in still_true]
        if not written and not looked_at:
            return Saved(fresh, [], by_others)
        try:
            _write(fresh, posted, written, by=by, tab=tab, looked_at=looked_at)
        except _Raced:
            continue
        return Saved(fresh, written, by_others)
    raise Refused("busy", "Too many people are saving at once. Try again in a moment.", status=409)


def _as_it_stands(application: Application) -> Application:
    return Application.objects.select_related("program__version", "school", "form").get(pk=application.pk)


def _compare(
    fresh: Application, posted: Mapping[str, Any], base: Mapping[str, str], tab: str
) -> tuple[list[str], list[str], list[str]]:
    """(to write, changed by others, changed on both sides)."""
    written, others, clashes = [], [], []
    for key, answer in posted.items():
        current = fresh.answers.get(key)
        mine, stands = mark_of(answer), mark_of(current)
        loaded = base.get(key, mark_of(None))
        same_tab = bool(tab) and (fresh.editors.get(key) or [""])[-1] == tab
        if mine == stands:
            continue
        if mine == loaded and not same_tab:
            others.append(key)
        elif loaded == stands or same_tab:
            written.append(key)
        else:
            clashes.append(key)
    return written, others, clashes


def _both_changed(fresh: Application, clashes: list[str], posted: Mapping[str, Any]) -> BothChanged:
    form, design = form_for(fresh), fresh.program.design
    mine, theirs = {}, {}
    for key in clashes:
        question = form.question(key.partition(".")[0])
        if question is not None:
            mine[question.label] = answer_text(question, design, posted[key])
            theirs[question.label] = answer_text(question, design, fresh.answers.get(key))
    who = (fresh.editors.get(clashes[0]) or [""])[0]
    return BothChanged(clashes, mine, theirs, fresh.answers, who)


@action("application.write")
def _write(
    fresh: Application,
    posted: Mapping[str, Any],
    keys: list[str],
    *,
    by: Actor,
    tab: str,
    looked_at: Collection[str] = (),
) -> None:
    """Write, unless somebody has written since `fresh` was read."""
    answers, editors, moment = dict(fresh.answers), dict(fresh.editors), now()
    person = person_of(by)
    for key in keys:
        answers.pop(key, None)
        if not is_empty(posted[key]):
            answers[key] = posted[key]
        editors[key] = [str(person or "Somebody"), moment.isoformat(timespec="seconds"), tab]
    focus = focus_of(form_for(fresh), answers)
    touched = {key.partition(".")[0] for key in keys} | set(looked_at)
    carried = [key for key in fresh.carried if key not in touched]
    whole = (Json(answers), Json(editors), Json(focus), Json(carried))
    if not prepared.update("answers", _put, fresh.pk, fresh.version, *whole, fresh.version + 1, moment):
        raise _Raced
    keep_texts(fresh, answers, keys, person, moment)
    record(by, "application.write", fresh, changes={"questions": (None, [*keys, *looked_at])},
           group=fresh.school.group_id)  # fmt: skip
    fresh.answers, fresh.editors, fresh.focus, fresh.carried = answers, editors, focus, carried
    fresh.version += 1


def _put(
    pk: uuid.UUID,
    version: int,
    answers: Any,
    editors: Any,
    focus: Any,
    carried: Any,
    after: int,
    moment: dt.datetime,
) -> tuple[QuerySet[Application], dict[str, Any]]:
    """Unless somebody was faster, or it is a draft no more."""
    rows = Application.objects.filter(pk=pk, version=version, state=ApplicationState.DRAFT)
    return rows, {
        "answers": answers, "editors": editors, "focus": focus, "carried": carried, "version": after,
        "changed": moment,
    }  # fmt: skip


def focus_of(form: Form, answers: Mapping[str, Any]) -> list[str]:
    question = focus_question(form)
    return list(answers.get(question.key) or []) if question else []


def keep_texts(
    application: Application,
    answers: Mapping[str, Any],
    keys: Iterable[str],
    person: Person | None,
    moment: dt.datetime,
) -> None:
    """Keep each changed answer as it is now. What the same person has typed a moment ago is written over."""
    wanted = list(keys)
    recent = prepared.rows("recent", _recent, application.pk, tuple(wanted), moment - _ONE_TEXT)
    last = {row.question: row for row in recent}
    mine = {k: row for k, row in last.items() if person is not None and row.person_id == person.pk}
    for key, row in mine.items():
        prepared.update("text", _write_over, row.pk, Json(answers.get(key)), moment)
    new = [
        AnswerText(
            application=application,
            question=key,
            answer=answers.get(key),
            person=person,
            began=moment,
            at=moment,
        )
        for key in wanted
        if key not in mine
    ]
    if new:
        AnswerText.objects.bulk_create(new)


def _recent(application: uuid.UUID, questions: tuple[str, ...], since: dt.datetime) -> QuerySet[AnswerText]:
    rows = AnswerText.objects.filter(application=application, question__in=questions, began__gt=since)
    return rows.order_by("at", "pk")


def _write_over(pk: Any, answer: Any, at: dt.datetime) -> tuple[QuerySet[AnswerText], dict[str, Any]]:
    return AnswerText.objects.filter(pk=pk), {"answer": answer, "at": at}


def restore_text(application: Application, *, by: Actor, text: AnswerText) -> Saved:
    """Put an earlier text back as the answer. What stands there now is kept as an earlier text itself."""
    require(by, "application.write", application)
    check_writer(application, by)
    current = application.answers.get(text.question)
    return save_answers(
        application, by=by, posted={text.question: text.answer}, base={text.question: mark_of(current)}
    )


@action("application.name_writers")
def name_writers(
    application: Application, *, by: Actor, people: Iterable[Person], only_named: bool
) -> Application:
    """The principal says who of the team writes: all of them, or those named. Raises Refused: not-of-the-team."""
    require(by, "application.name_writers", application)
    team = {p.pk: p for p in team_of_school(application.school)}
    named = list(people)
    if any(p.pk not in team for p in named):
        raise Refused("not-of-the-team", "Only people of your team can be named.", "people")
    before = list(application.writers.values_list("person_id", flat=True)) if application.only_named else None
    application.writers.all().delete()
    if only_named:
        WritingFor.objects.bulk_create(WritingFor(application=application, person=p) for p in named)
    application.only_named = only_named
    application.save(update_fields=["only_named"])
    record(by, "application.name_writers", application, group=application.school.group_id,
           changes={"writers": (before, [p.pk for p in named] if only_named else None)})  # fmt: skip
    return application


@action("wishes.write")
def save_wishes(wishes: Wishes, *, by: Actor, answers: Mapping[str, Any], version: int) -> Wishes:
    """Write the principal's wishes. Raises Stale when they were changed meanwhile, Refused: too-late."""
    require(by, "wishes.write", wishes)
    application = wishes.application
    if application.program.phase not in (Phase.CALL, Phase.REVIEW):
        raise Refused("too-late", "The matching has begun, so wishes can no longer be changed.", status=409)
    form, role = form_for(application), application.role_wanted
    fields = answers_as_wishes(form, role, answers)
    Wishes.objects.get_or_create(application=application)
    if not Wishes.objects.filter(pk=wishes.pk, version=version).update(**fields, version=version + 1):
        wishes.refresh_from_db()
        theirs = wishes_as_answers(form, role, wishes)
        raise Stale(
            {"wishes": _said(application, form, answers)}, {"wishes": _said(application, form, theirs)}
        )
    wishes.refresh_from_db()
    record(
        by, "wishes.write", wishes, label=f"Wishes of {application.school}", group=application.school.group_id
    )
    return wishes


def _said(application: Application, form: Form, answers: Mapping[str, Any]) -> str:
    """Wishes as their principal reads them, one line for each question."""
    role, design = application.role_wanted, application.program.design
    named = [i for q in form.questions() if q.kind == "schools" for i in answers.get(q.key) or []]
    shown = answers_for_display(
        design, form, role, answers, schools=school_labels(named) if named else {}, wishes=True
    )
    return "\n".join(
        f"{one.label}: {one.text or '; '.join(one.items) or one.none}"
        for part in shown
        for one in part.answers
    )
