"""A school starts, writes, submits, withdraws; its principal adds wishes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intervisit.apps.applications.bridge import (
    answers_as_wishes,
    focus_question,
    form_for,
    missing_in,
    wishes_as_answers,
)
from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.applications.queries import schools_of
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.instruments.answers import EITHER, answer_text, form_of, is_empty, mark_of
from intervisit.apps.people.models import Organization, Person, RoleHeld, in_force
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import CallState, call_state, moment_words
from intervisit.apps.programs.states import Phase
from intervisit.core.access import Actor
from intervisit.core.designs import Form
from intervisit.kit.access import Hidden, person_of, require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused, Stale

RECEIPT_MAIL = mail_kind("application.receipt", "application.view")


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


def open_roles(program: Program) -> list[tuple[str, str]]:
    """The roles one can apply for, with `either` where the call allows it: (key, words)."""
    design, call = program.design, program.call
    found = [(key, design.roles[key].word) for key in call.for_roles if design.roles[key].may_apply]
    if call.either and len(found) > 1:
        found.append((EITHER, "either, as the program decides"))
    return found


def _check_role(program: Program, role: str) -> None:
    if role not in dict(open_roles(program)):
        raise Refused("unknown-role", "Choose one of the roles of the call.", "role")


def _check_call(program: Program) -> None:
    state = call_state(program)
    if state == CallState.SOON:
        opens = moment_words(program.call_opens, program.zone)
        raise Refused("call-not-open", f"The call opens on {opens}.", status=409)
    if state == CallState.OVER:
        closed = moment_words(program.call_closes, program.zone)
        raise Refused("deadline-passed", f"The call closed on {closed}. Your draft is kept.", status=409)
    if state == CallState.CLOSED:
        raise Refused(
            "call-not-open", "The program does not take applications now. Your draft is kept.", status=409
        )


@action("application.start")
def start_application(program: Program, *, by: Actor, school: Organization, role: str) -> Application:
    """Begin an application. Raises Refused: unknown-role, call-not-open, deadline-passed, exists-already."""
    if not schools_of(by).filter(pk=school.pk, district=program.district_id).exists():
        raise Hidden
    _check_role(program, role)
    _check_call(program)
    if Application.objects.filter(program=program, school=school).exists():
        raise Refused("exists-already", f"{school} has an application already.", "school", status=409)
    design = program.design
    application = Application.objects.create(
        program=program, school=school, role_wanted=role, form_key=form_of(design, role).key
    )
    Wishes.objects.create(application=application)
    record(by, "application.start", application, changes={"role": (None, role)}, group=school.group_id)
    return application


@action("application.role")
def change_role(application: Application, *, by: Actor, role: str) -> Application:
    """Want another role. Answers to questions that are no longer asked are kept."""
    require(by, "application.write", application)
    _check_role(application.program, role)
    before = application.role_wanted
    application.role_wanted = role
    application.form_key = form_of(application.program.design, role).key
    application.save(update_fields=["role_wanted", "form_key"])
    record(
        by,
        "application.role",
        application,
        changes={"role": (before, role)},
        group=application.school.group_id,
    )
    return application


@dataclass(frozen=True)
class Saved:
    """What a save did: the questions written, and those that somebody else has changed meanwhile."""

    application: Application
    written: list[str]
    by_others: list[str]


def save_answers(
    application: Application, *, by: Actor, posted: Mapping[str, Any], base: Mapping[str, str], tab: str = ""
) -> Saved:
    """Write what changed since the page was loaded; what others changed elsewhere stays (B07).

    `posted`: question → answer (None: empty); `base`: question → `mark_of` the answer the page was loaded with;
    `tab`: which page wrote, so that nobody collides with herself. Raises `BothChanged` when a question was
    changed on both sides; then nothing is written.
    """
    require(by, "application.write", application)
    for _ in range(5):
        fresh = Application.objects.select_related("program__version", "school").get(pk=application.pk)
        written, by_others, clashes = _compare(fresh, posted, base, tab)
        if clashes:
            raise _both_changed(fresh, clashes, posted)
        if not written:
            return Saved(fresh, [], by_others)
        try:
            _write(fresh, posted, written, by=by, tab=tab)
        except _Raced:
            continue
        return Saved(fresh, written, by_others)
    raise Refused("busy", "Too many people are saving at once. Try again in a moment.", status=409)


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
def _write(fresh: Application, posted: Mapping[str, Any], keys: list[str], *, by: Actor, tab: str) -> None:
    """Write, unless somebody has written since `fresh` was read."""
    answers, editors = dict(fresh.answers), dict(fresh.editors)
    person = person_of(by)
    for key in keys:
        answers.pop(key, None)
        if not is_empty(posted[key]):
            answers[key] = posted[key]
        editors[key] = [str(person or "Somebody"), now().isoformat(timespec="seconds"), tab]
    focus = _focus(form_for(fresh), answers)
    changed = Application.objects.filter(
        pk=fresh.pk, version=fresh.version, state=ApplicationState.DRAFT
    ).update(answers=answers, editors=editors, focus=focus, version=fresh.version + 1, changed=now())
    if not changed:
        raise _Raced
    record(by, "application.write", fresh, changes={"questions": (None, keys)}, group=fresh.school.group_id)
    fresh.answers, fresh.editors, fresh.focus = answers, editors, focus
    fresh.version += 1


def _focus(form: Form, answers: Mapping[str, Any]) -> list[str]:
    question = focus_question(form)
    return list(answers.get(question.key) or []) if question else []


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
        raise Stale({"wishes": _said(form, role, answers)}, {"wishes": _said(form, role, None, wishes)})
    wishes.refresh_from_db()
    record(
        by, "wishes.write", wishes, label=f"Wishes of {application.school}", group=application.school.group_id
    )
    return wishes


def _said(form: Form, role: str, answers: Mapping[str, Any] | None, wishes: Wishes | None = None) -> str:
    found = wishes_as_answers(form, role, wishes) if answers is None else answers
    return "\n".join(f"{k}: {v}" for k, v in found.items())


def principals_of_school(school: Organization) -> list[Person]:
    held = RoleHeld.objects.filter(in_force(), role="principal", group=school.group_id).select_related(
        "person"
    )
    return [h.person for h in held if h.person.is_active]


@action("application.submit")
def submit_application(application: Application, *, by: Actor) -> Application:
    """Hand the application in and write a receipt to the principal.

    Raises Refused: call-not-open, deadline-passed (after the grace), incomplete; NotAllowed for the team.
    """
    require(by, "application.submit", application)
    _check_call(application.program)
    wishes = Wishes.objects.filter(pk=application.pk).first()
    about, wished = missing_in(application, wishes)
    if about or wished:
        first = [*about, *wished][0]
        message = f"{len(about) + len(wished)} things are missing, first: {first.label} ({first.what})."
        raise Refused("incomplete", message, status=409)
    moment = now()
    done = Application.objects.filter(pk=application.pk, state=ApplicationState.DRAFT).update(
        state=ApplicationState.SUBMITTED, submitted=moment, submitted_by=by.person
    )
    if not done:
        raise Refused("submitted-already", "It has been submitted already.", status=409)
    application.refresh_from_db()
    school = application.school
    record(
        by,
        "application.submit",
        application,
        changes={"state": ("draft", "submitted")},
        group=school.group_id,
    )
    program = application.program
    when = moment_words(moment, program.zone)
    for person in principals_of_school(school):
        body = (
            f"Dear {person.name},\n\nthe application of {school} to {program} has arrived on {when}. "
            "You can read it, and withdraw it until it has been decided:"
        )
        send_later(RECEIPT_MAIL, person, subject=f"We have received the application to {program.name}", body=body,
                   link=f"/applications/{application.pk}/", about=application,
                   key=f"receipt:{application.pk}:{application.version}:{person.pk}")  # fmt: skip
    return application


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
    return application


@action("application.reopen")
def reopen_application(application: Application, *, by: Actor) -> Application:
    """Write on at a withdrawn application. Raises Refused: call-not-open, deadline-passed."""
    require(by, "application.reopen", application)
    _check_call(application.program)
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
