"""A school begins an application: to which call, as what, and from which answers."""

import uuid
from typing import Any

from django.db.models import QuerySet

from intervisit.apps.applications.bridge.carrying import carried, last_year
from intervisit.apps.applications.models import AnswerText, Application, LateAllowed, Wishes
from intervisit.apps.applications.queries import schools_of
from intervisit.apps.applications.queries.late import late_for
from intervisit.apps.applications.queries.people import writes
from intervisit.apps.applications.states import IN_HAND, ApplicationState
from intervisit.apps.instruments.answers import EITHER, form_of
from intervisit.apps.instruments.queries import design_now, newest_versions
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import (
    CallNow,
    CallState,
    call_named,
    calls_open,
    foremost,
    moment_words,
    sentence,
)
from intervisit.core.access import Actor
from intervisit.core.designs import Form
from intervisit.kit import prepared
from intervisit.kit.access import Hidden, NotAllowed, require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused


def open_roles(program: Program, call: CallNow | None = None) -> list[tuple[str, str]]:
    """The roles one can apply for, with `either` where the call allows it: (key, words)."""
    design, wanted = program.design, (call or foremost(program)).call
    found = [(key, design.roles[key].word) for key in wanted.for_roles if design.roles[key].may_apply]
    if wanted.either and len(found) > 1:
        found.append((EITHER, "either, as the program decides"))
    return found


def call_for(application: Application) -> CallNow:
    """The call an application answers."""
    return call_named(application.program, application.call) or foremost(application.program)


def check_role(program: Program, role: str, call: CallNow) -> None:
    if role not in dict(open_roles(program, call)):
        raise Refused("unknown-role", "Choose one of the roles of the call.", "role")


def check_call(program: Program, call: CallNow, school: Organization) -> LateAllowed | None:
    """Nothing, or the exception by which this school may still submit.

    Raises Refused: call-not-open, deadline-passed.
    """
    state = call.state()
    if state == CallState.OPEN:
        return None
    late = late_for(program, call, school)
    if late is not None:
        return late
    if state == CallState.SOON:
        opens = moment_words(call.opens, program.zone)
        raise Refused("call-not-open", sentence(f"The call opens on {opens}"), status=409)
    if state == CallState.OVER and call.closes and call.closes <= now():
        closed = moment_words(call.closes, program.zone)
        raise Refused(
            "deadline-passed", sentence(f"The call closed on {closed}") + " Your draft is kept.", status=409
        )
    message = "The program does not take applications now. Your draft is kept."
    raise Refused("call-not-open", message, status=409)


def check_writer(application: Application, by: Actor) -> None:
    """Raises NotAllowed for somebody of the team whom the principal has not named to write."""
    if not writes(by, application):
        raise NotAllowed(
            "The principal has named who writes this application. Ask to be named, or read along."
        )


def standing_in_the_way(program: Program, school: Organization, call: CallNow) -> Application | None:
    """An application of this school that forbids another one: to the same call, or one that is not over elsewhere."""
    for found in prepared.rows("answered", _answered, program.pk, school.pk):
        if (found.call or program.design.calls[0].key) == call.key or in_the_way(found):
            return found
    return None


def in_the_way(application: Application) -> bool:
    """Whether an application forbids one to another call: in hand, and its school not told that it is over."""
    told = application.state == ApplicationState.DECLINED and application.released is not None
    return application.state in IN_HAND and not told


def _answered(program: uuid.UUID, school: uuid.UUID) -> QuerySet[Application]:
    return Application.objects.filter(program=program, school=school).select_related("school")


@action("application.start")
def start_application(
    program: Program,
    *,
    by: Actor,
    school: Organization,
    role: str,
    call: str = "",
    from_last_year: bool = False,
) -> Application:
    """Begin an application, empty or with last year's answers. Nothing of last year counts before somebody has looked.

    Raises Refused: unknown-role, call-not-open, deadline-passed, exists-already.
    """
    if not schools_of(by).filter(pk=school.pk, district=program.district_id).exists():
        raise Hidden
    wanted = _wanted_call(program, call, role)
    check_role(program, role, wanted)
    check_call(program, wanted, school)
    if standing_in_the_way(program, school, wanted) is not None:
        raise Refused("exists-already", f"{school} has an application already.", "school", status=409)
    form = form_of(design_now(program), role)
    version = newest_versions(program).get(form.key)
    before = last_year(program, school) if from_last_year else None
    begun = carried(before, form, role, design_now(program)) if before is not None else {}
    application = Application.objects.create(
        program=program, school=school, role_wanted=role, form_key=form.key, form=version, call=wanted.key,
        begun_from=before, answers=begun, carried=[k for k in begun if "." not in k],
        focus=_focus_of(form, begun),
    )  # fmt: skip
    Wishes.objects.create(application=application)
    moment = now()
    AnswerText.objects.bulk_create(
        AnswerText(application=application, question=key, answer=answer, began=moment, at=moment)
        for key, answer in begun.items()
    )
    changes: dict[str, tuple[object, object]] = {"role": (None, role), "call": (None, wanted.key)}
    if before is not None:
        changes["begun_from"] = (None, before)
    record(by, "application.start", application, changes=changes, group=school.group_id)
    return application


def _wanted_call(program: Program, key: str, role: str) -> CallNow:
    if key:
        found = call_named(program, key)
        if found is None:
            raise Refused("unknown-call", "Choose one of the calls.", "call")
        return found
    taking = [c for c in calls_open(program) if role in dict(open_roles(program, c))]
    return taking[0] if taking else foremost(program)


def _focus_of(form: Form, answers: dict[str, Any]) -> list[str]:
    question = next((q for q in form.questions() if q.feeds == "focus"), None)
    return list(answers.get(question.key) or []) if question else []


@action("application.role")
def change_role(application: Application, *, by: Actor, role: str) -> Application:
    """Want another role. Answers to questions that are no longer asked are kept."""
    require(by, "application.write", application)
    check_writer(application, by)
    check_role(application.program, role, call_for(application))
    before = application.role_wanted
    application.role_wanted = role
    key = form_of(design_now(application.program), role).key
    if key != application.form_key:
        application.form_key, application.form = key, newest_versions(application.program).get(key)
    application.save(update_fields=["role_wanted", "form_key", "form"])
    record(
        by,
        "application.role",
        application,
        changes={"role": (before, role)},
        group=application.school.group_id,
    )
    return application


@action("application.take_form")
def take_form(application: Application, *, by: Actor) -> Application:
    """Go on with a draft on the newest form. Answers to questions that it still asks are kept, the others as well.

    Raises Refused: newest-already.
    """
    require(by, "application.write", application)
    check_writer(application, by)
    newest = newest_versions(application.program).get(application.form_key)
    if newest is None or newest.pk == application.form_id:
        raise Refused("newest-already", "You are writing on the newest form.", status=409)
    before, application.form = application.form_id, newest
    application.save(update_fields=["form"])
    record(by, "application.take_form", application, changes={"form": (before, newest)},
           group=application.school.group_id)  # fmt: skip
    return application
