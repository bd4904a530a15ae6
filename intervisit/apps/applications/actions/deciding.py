"""The program decides, two people release, the schools are told."""

import uuid
from collections.abc import Iterable

from intervisit.apps.applications.actions.writing import principals_of_school
from intervisit.apps.applications.bridge import letter
from intervisit.apps.applications.models import Application
from intervisit.apps.applications.queries import waiting_for_release
from intervisit.apps.applications.states import OUTCOMES, ApplicationState
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.designs import Decision, Design
from intervisit.core.text import BadValue, clean
from intervisit.kit.access import person_of, require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused, Stale

DECISION_MAIL = mail_kind("application.decision", "application.read_decision")
_KEPT = ("state", "role", "decision", "reason")


def decision_of(design: Design, key: str) -> Decision:
    """A decision of the design. Raises Refused: unknown-decision."""
    found = next((d for d in design.decisions if d.key == key), None)
    if found is None:
        raise Refused("unknown-decision", "Choose one of the decisions.", "decision")
    return found


@action("application.decide")
def decide(
    applications: Iterable[Application],
    *,
    by: Actor,
    decision: str,
    reason: str = "",
    seen: str | None = None,
) -> list[Application]:
    """Decide some applications alike, not yet told to the schools. They share a batch that can be undone.

    `seen`: for one application, the moment of the decision that stood on the page; another one is Stale.
    Raises Refused: unknown-decision, nothing-chosen; BadValue for a reason that is not text.
    """
    chosen = list(applications)
    if not chosen:
        raise Refused("nothing-chosen", "Choose at least one.", "ids")
    for application in chosen:
        require(by, "application.decide", application)
    design = chosen[0].program.design
    wanted = decision_of(design, decision)
    words = clean(reason, field="reason", max_length=4000, kind="long")
    if seen is not None and len(chosen) == 1 and seen != moment_mark(chosen[0]):
        stands = {"decision": f"{chosen[0].state}: {chosen[0].reason}"}
        raise Stale({"decision": f"{wanted.label}: {words}"}, stands, str(chosen[0].decided_by or ""))
    batch, person = uuid.uuid4(), person_of(by)
    for application in chosen:
        _decide_one(application, wanted, words, batch, person, by=by)
    return chosen


def moment_mark(application: Application) -> str:
    return application.decided.isoformat() if application.decided else ""


def _decide_one(
    application: Application, wanted: Decision, reason: str, batch: uuid.UUID, person: object, *, by: Actor
) -> None:
    before = {key: getattr(application, key) for key in _KEPT}
    application.before = {
        **before,
        "released": application.released.isoformat() if application.released else None,
    }
    application.state = OUTCOMES[wanted.outcome]
    application.role = wanted.role if wanted.outcome == "accept" else ""
    application.decision, application.reason = wanted.key, reason
    application.decided, application.decided_by = now(), person  # type: ignore[assignment]
    application.batch, application.released = batch, None
    application.release_asked = application.release_asked_by = None
    application.save(update_fields=[*_KEPT, "before", "decided", "decided_by", "batch", "released", "release_asked",
                                    "release_asked_by"])  # fmt: skip
    record(by, "application.decide", application, changes={"decision": (before["decision"], wanted.key)},
           group=application.program.group_id)  # fmt: skip


@action("application.undecide")
def undo_decision(program: Program, *, by: Actor, batch: uuid.UUID) -> int:
    """Put back what a batch of decisions has changed, as long as it is not released. Returns how many."""
    require(by, "program.work", program)
    rows = list(program.applications.filter(batch=batch, released=None).select_related("school"))
    if not rows:
        raise Refused("nothing-to-undo", "This can no longer be undone.", status=409)
    for application in rows:
        require(by, "application.decide", application)
        was = application.before
        changes = {"decision": (application.decision, was.get("decision", ""))}
        for key in _KEPT:
            setattr(application, key, was.get(key, ""))
        application.state = was.get("state") or ApplicationState.SUBMITTED
        application.batch, application.before = None, {}
        if application.state == ApplicationState.SUBMITTED:
            application.decided = application.decided_by = None
        application.save()
        record(by, "application.undecide", application, changes=changes, group=program.group_id)
    return len(rows)


@action("application.ask_release")
def ask_release(program: Program, *, by: Actor) -> int:
    """The first person's yes to all decisions that wait. Returns how many. Raises Refused: nothing-to-release."""
    require(by, "program.work", program)
    rows = waiting_for_release(program)
    count = rows.update(release_asked=now(), release_asked_by=person_of(by))
    if not count:
        raise Refused("nothing-to-release", "There is no decision that waits for its release.", status=409)
    record(by, "application.ask_release", program, changes={"decisions": (0, count)}, group=program.group_id)
    return count


@action("application.release")
def release_decisions(program: Program, *, by: Actor) -> int:
    """The second person's yes: schools read the decisions and principals get their letters. Returns how many.

    Only decisions that somebody else has proposed are released. The operator's commands count as both people.
    Raises Refused: nothing-to-release, second-person.
    """
    require(by, "program.work", program)
    rows = waiting_for_release(program)
    if not by.system:
        asked = rows.filter(release_asked__isnull=False)
        if not asked.exists():
            raise Refused(
                "nothing-to-release", "Nobody has proposed to release these decisions yet.", status=409
            )
        rows = asked.exclude(release_asked_by=person_of(by))
        if not rows.exists():
            message = "You have proposed this yourself. A second person of the program releases it."
            raise Refused("second-person", message, status=409)
    found, moment = list(rows.select_related("program__version", "program__district")), now()
    if not found:
        raise Refused("nothing-to-release", "There is no decision that waits for its release.", status=409)
    for application in found:
        application.released = moment
        application.save(update_fields=["released"])
        _write_letter(application)
    record(by, "application.release", program, changes={"decisions": (0, len(found))}, group=program.group_id)
    return len(found)


def letter_of(application: Application, principal: str) -> str:
    """The letter as it goes out; a plain sentence where the design has none for this decision."""
    design = application.program.design
    found = next((d for d in design.decisions if d.key == application.decision), None)
    if found is None:
        found = next((d for d in design.decisions if OUTCOMES[d.outcome] == application.state), None)
    return letter(application, found, principal) if found else f"Your application is {application.state}."


def _write_letter(application: Application) -> None:
    for person in principals_of_school(application.school):
        send_later(
            DECISION_MAIL,
            person,
            subject=f"{application.program.name}: a decision on your application",
            body=letter_of(application, person.name),
            link=f"/applications/{application.pk}/",
            about=application,
            key=f"decision:{application.pk}:{moment_mark(application)}:{person.pk}",
        )


__all__ = [
    "BadValue",
    "ask_release",
    "decide",
    "decision_of",
    "letter_of",
    "release_decisions",
    "undo_decision",
]
