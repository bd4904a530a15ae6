"""A school visit is planned, written up together by those who went, and ended."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from intervisit.apps.applications.models import Application
from intervisit.apps.instruments.answers import answer_text, is_empty, mark_of, missing
from intervisit.apps.people.models import RoleHeld, in_force
from intervisit.apps.programs.models import Program
from intervisit.apps.reviews.actions.stages import row_of
from intervisit.apps.reviews.models import SchoolVisit, Visitor
from intervisit.apps.reviews.queries import StageView, conflicts_of, stage_named
from intervisit.apps.reviews.states import CONFLICT_LABELS, StageState, VisitState
from intervisit.core.access import Actor
from intervisit.core.designs import Form
from intervisit.kit.access import Hidden, person_of, require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused, Stale

VISIT_MAIL = mail_kind("school_visit.planned", "school_visit.view")
VISITORS = ("director", "staff", "facilitator", "reviewer")


def may_visit(program: Program) -> list[RoleHeld]:
    """Roles of the program's people, one for each person, by name."""
    rows = RoleHeld.objects.filter(in_force(), group=program.group_id, role__in=VISITORS, ends__isnull=True)
    found: dict[object, RoleHeld] = {}
    for held in rows.select_related("person").order_by("person__name", "role"):
        if held.person.is_active:
            found.setdefault(held.person_id, held)
    return list(found.values())


def form_of_visit(stage: StageView) -> Form:
    return stage.program.design.forms[stage.shape.form]


@action("school_visit.plan")
def plan_visit(
    program: Program,
    key: str,
    application: Application,
    *,
    by: Actor,
    day: dt.date | None,
    starts: dt.time | None = None,
    visitors: Sequence[RoleHeld] = (),
) -> SchoolVisit:
    """Say when a school is visited and by whom; those who are new to it are told.

    Raises Refused: no-visit-stage, in-conflict.
    """
    require(by, "program.work", program)
    stage = stage_named(program, key)
    if not stage.visits:
        raise Refused("no-visit-stage", "Schools are not visited in this stage.", status=409)
    people = [v.person for v in visitors]
    stand = conflicts_of(people, [application.school], program.design.review.conflicts)
    if stand:
        names = {p.pk: p.name for p in people}
        why = "; ".join(f"{names[c.person]}: {CONFLICT_LABELS[c.kind]}" for c in stand)
        raise Refused("in-conflict", f"Somebody else should go ({why}).", "visitors", status=409)
    visit, _ = SchoolVisit.objects.get_or_create(stage=row_of(stage), application=application)
    before = visit.day
    visit.day, visit.starts = day, starts
    visit.save(update_fields=["day", "starts"])
    fresh = _go_along(visit, visitors)
    record(by, "school_visit.plan", visit, label="A school visit", changes={"day": (before, day)},
           group=program.group_id)  # fmt: skip
    for person in fresh:
        when = f" on {day:%A} {day.day} {day:%B %Y}" if day else ""
        body = f"Dear {person.name},\n\nyou visit {application.school}{when}. The form to fill in, made for a phone:"
        send_later(
            VISIT_MAIL, person, subject=f"{program.name}: a school visit", body=body,
            link=f"/school-visits/{visit.pk}/", about=visit, key=f"school-visit:{visit.pk}:{person.pk}:{day}",
        )  # fmt: skip
    return visit


def _go_along(visit: SchoolVisit, visitors: Sequence[RoleHeld]) -> list[Any]:
    standing = set(Visitor.objects.filter(visit=visit).values_list("person", flat=True))
    wanted = {v.person_id: v for v in visitors}
    Visitor.objects.filter(visit=visit).exclude(person__in=wanted).delete()
    fresh = [v for pk, v in wanted.items() if pk not in standing]
    Visitor.objects.bulk_create(Visitor(visit=visit, person_id=v.person_id, held=v) for v in fresh)
    return [v.person for v in fresh]


@action("school_visit.write")
def save_visit(
    visit: SchoolVisit, *, by: Actor, posted: Mapping[str, Any], base: Mapping[str, str], tab: str = ""
) -> list[str]:
    """Write what changed since the page was loaded; what another visitor changed elsewhere stays.

    Returns the keys written. Raises Stale when both have changed the same question, Refused: stage-closed, busy.
    """
    require(by, "school_visit.write", visit)
    stage = _open(visit)
    for _ in range(5):
        fresh = SchoolVisit.objects.get(pk=visit.pk)
        keys, clashes = _compare(fresh, posted, base, tab)
        if clashes:
            raise _both(stage, fresh, clashes, posted)
        answers, editors = dict(fresh.answers), dict(fresh.editors)
        who = str(person_of(by) or "Somebody")
        for key in keys:
            answers.pop(key, None)
            if not is_empty(posted[key]):
                answers[key] = posted[key]
            editors[key] = [who, now().isoformat(timespec="seconds"), tab]
        rows = SchoolVisit.objects.filter(pk=visit.pk, version=fresh.version)
        if rows.update(answers=answers, editors=editors, version=fresh.version + 1):
            visit.refresh_from_db()
            record(by, "school_visit.write", visit, label="A school visit",
                   changes={"questions": (None, len(keys))}, group=stage.program.group_id)  # fmt: skip
            return keys
    raise Refused("busy", "Too many people are saving at once. Try again in a moment.", status=409)


def _open(visit: SchoolVisit) -> StageView:
    stage = stage_named(visit.application.program, visit.stage.key)
    if stage.state == StageState.CLOSED:
        raise Refused("stage-closed", "This stage is closed, so nothing can be changed.", status=409)
    return stage


def _compare(
    fresh: SchoolVisit, posted: Mapping[str, Any], base: Mapping[str, str], tab: str
) -> tuple[list[str], list[str]]:
    """(to write, changed on both sides)."""
    written: list[str] = []
    clashes: list[str] = []
    for key, answer in posted.items():
        mine, stands = mark_of(answer), mark_of(fresh.answers.get(key))
        loaded = base.get(key, mark_of(None))
        same = bool(tab) and (fresh.editors.get(key) or [""])[-1] == tab
        if mine == stands or (mine == loaded and not same):
            continue
        (written if loaded == stands or same else clashes).append(key)
    return written, clashes


def _both(stage: StageView, fresh: SchoolVisit, clashes: list[str], posted: Mapping[str, Any]) -> Stale:
    form, design, mine, theirs = form_of_visit(stage), stage.program.design, {}, {}
    for key in clashes:
        question = form.question(key.partition(".")[0])
        if question is not None:
            mine[question.label] = answer_text(question, design, posted[key])
            theirs[question.label] = answer_text(question, design, fresh.answers.get(key))
    return Stale(mine, theirs, (fresh.editors.get(clashes[0]) or [""])[0])


@action("school_visit.end")
def finish_visit(visit: SchoolVisit, *, by: Actor) -> SchoolVisit:
    """The notes are complete. Raises Refused: incomplete, done-already."""
    require(by, "school_visit.write", visit)
    stage = _open(visit)
    if visit.state == VisitState.DONE:
        raise Refused("done-already", "These notes are complete already.", status=409)
    left = missing(form_of_visit(stage).questions(), visit.answers)
    if left:
        raise Refused(
            "incomplete", "Still to do: " + "; ".join(f"{m.label} ({m.what})" for m in left), status=409
        )
    changed = SchoolVisit.objects.filter(pk=visit.pk, state=VisitState.PLANNED)
    if not changed.update(state=VisitState.DONE, done=now()):
        raise Hidden
    visit.refresh_from_db()
    record(by, "school_visit.end", visit, label="A school visit", changes={"state": ("planned", "done")},
           group=stage.program.group_id)  # fmt: skip
    return visit
