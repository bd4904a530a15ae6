"""The joint committee: its members, the day of an interview, what each wrote alone, and one outcome."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F

from intervisit.apps.instruments.answers import is_empty, missing, questions
from intervisit.apps.leaders.actions.applying import fill_entry, stamp, written_here
from intervisit.apps.leaders.bridge import ALL, findings_of, interview_form
from intervisit.apps.leaders.models import Interview, InterviewSheet, LeaderApplication, PoolEntry
from intervisit.apps.leaders.queries.committee import ROLE, conflicts_with, side_of
from intervisit.apps.leaders.states import TAKES_A_PLACE, ApplyState, SheetState
from intervisit.apps.people.actions.persons import person_named
from intervisit.apps.people.actions.roles import hold_role
from intervisit.apps.people.models import Person, RoleHeld
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import moment_words, sentence
from intervisit.core.access import Actor
from intervisit.core.designs import Outcome
from intervisit.core.posts import in_pool_until, verdict
from intervisit.core.posts import missing as sides_missing
from intervisit.core.text import Trouble, clean
from intervisit.kit.access import Hidden, require
from intervisit.kit.clock import now, today
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused, Stale

SEAT_MAIL = mail_kind("leader.interview", "interview.view")
INVITED_MAIL = mail_kind("leader.invited", "leader_application.view")
OUTCOME_MAIL = mail_kind("leader.outcome", "leader_application.view")


@action("program.add_interviewer")
def add_member(
    program: Program, *, by: Actor, name: str, email: str, side: str, sure: bool = False
) -> RoleHeld:
    """Put somebody on the committee, for one of its sides. Raises Refused: unknown-side, look-alike, role-overlaps."""
    require(by, "program.manage", program)
    found = next((s for s in program.design.committee.parties() if s.key == side), None)
    if found is None:
        raise Refused("unknown-side", "Choose one of the sides.", "side")
    known = Person.objects.filter(email=email).first()
    if known is None and not name:
        raise Refused("missing", "Nobody has this address yet. Add the name.", "name")
    person, made = (known, False) if known else person_named(name, email, sure=sure)
    if made:
        record(by, "person.add", person, group=program.group_id)
    held = hold_role(
        person,
        ROLE,
        program.group,
        by=by,
        starts=today(program.zone),
        title=found.label[:80],
        zone=program.zone,
    )
    record(by, "program.add_interviewer", program, changes={"side": (None, side)}, group=program.group_id)
    return held


@action("program.end_interviewer")
def end_member(seat: RoleHeld, *, by: Actor, program: Program) -> None:
    """End somebody's seat now: interviews and forms are closed to her at the next request."""
    require(by, "program.manage", program)
    day = today(program.zone)
    if seat.starts < day:
        seat.ends = day - dt.timedelta(days=1)
    else:
        seat.ends, seat.taken_back = seat.starts, True
    seat.save(update_fields=["ends", "taken_back"])
    record(
        by,
        "program.end_interviewer",
        program,
        changes={"person": (str(seat.person_id), None)},
        group=program.group_id,
    )


@action("leader_application.arrange")
def arrange_interview(
    application: LeaderApplication,
    *,
    by: Actor,
    at: dt.datetime | None,
    place: str,
    seats: Iterable[RoleHeld],
) -> Interview:
    """Set day, place and members. Raises Refused: no-interview, conflict, sides-missing, nobody-leaves-a-form."""
    require(by, "leader_application.arrange", application)
    design, chosen = application.program.design, list(seats)
    if not application.post.interview:
        raise Refused("no-interview", "Nobody is interviewed for this post.", status=409)
    shut = conflicts_with(application, [seat.person for seat in chosen])
    troubles = [
        Trouble("conflict", f"{seat.person.name} {shut[str(seat.person_id)]}. Choose somebody else.", "seats")
        for seat in chosen
        if str(seat.person_id) in shut
    ]
    lacking = sides_missing(design.committee, [side_of(application.program, seat) for seat in chosen])
    troubles += [
        Trouble(
            "sides-missing", f"{m.count} more from {m.side.label}: the committee is a joint one.", "seats"
        )
        for m in lacking
    ]
    if troubles:
        raise Refused.of(troubles)
    interview, _ = Interview.objects.update_or_create(
        application=application, defaults={"at": at, "place": clean(place, field="place", max_length=200)}
    )
    _seat(interview, chosen)
    group = application.program.group_id
    record(by, "leader_application.arrange", application, label=application.post.title, group=group,
           changes={"members": (None, len(chosen)), "at": (None, at)})  # fmt: skip
    _invite(interview, chosen)
    return interview


def _seat(interview: Interview, chosen: list[RoleHeld]) -> None:
    """Those chosen have a form; whoever is chosen no more reads nothing more. What was handed in stays on record."""
    program = interview.application.program
    others = interview.sheets.exclude(seat__in=chosen)
    others.filter(state=SheetState.OPEN, answers={}).delete()
    others.update(away=True)
    for seat in chosen:
        InterviewSheet.objects.update_or_create(
            interview=interview, seat=seat, defaults={"side": side_of(program, seat), "away": False}
        )


def _invite(interview: Interview, seats: list[RoleHeld]) -> None:
    application = interview.application
    program = application.program
    when = moment_words(interview.at, program.zone)
    moment = stamp(interview.at)
    for seat in seats:
        send_later(
            SEAT_MAIL,
            seat.person,
            subject=f"{program.name}: an interview",
            body=f"Dear {seat.person.name},\n\nyou are one of the committee at an interview"
            f"{f' on {when}' if when else ''}{f', {interview.place}' if interview.place else ''}. "
            "Whom you meet, and the form you fill in alone:",
            link=f"/interviews/{interview.pk}/",
            about=interview,
            key=f"leader-interview:{interview.pk}:{seat.pk}:{moment}",
        )
    if when:
        send_later(
            INVITED_MAIL,
            application.person,
            subject=f"{program.name}: your interview",
            body=f"Dear {application.person.name},\n\nthe committee would like to meet you on {when}"
            f"{f', {interview.place}' if interview.place else ''}. Answer to the program’s office if you cannot come."
            "\n\nYour application:",
            link=f"/leader-applications/{application.pk}/",
            about=application,
            key=f"leader-invited:{interview.pk}:{moment}",
        )


def save_sheet(
    sheet: InterviewSheet,
    *,
    by: Actor,
    answers: Mapping[str, Any],
    seen: int,
    hand_in: bool = False,
    tab: str = "",
) -> InterviewSheet:
    """Save one's own form, or hand it in for good. What is saved already leaves no line.

    Raises Refused: missing; Stale when another window saved.
    """
    require(by, "interview_sheet.write", sheet)
    application = sheet.interview.application
    form = interview_form(application.program.design, application.post)
    kept = {k: v for k, v in {**sheet.answers, **answers}.items() if not is_empty(v)}
    if hand_in and form is not None:
        open_ones = missing(questions(form, ALL), kept)
        if open_ones:
            raise Refused.of(
                [Trouble("missing", sentence(m.what[:1].upper() + m.what[1:]), m.question) for m in open_ones]
            )
    if not hand_in and kept == sheet.answers:
        return sheet
    fields: dict[str, Any] = {"answers": kept, "tab": tab, "version": F("version") + 1}
    if hand_in:
        fields |= {"state": SheetState.IN, "handed_in": now()}
    return _write_sheet(sheet, fields, seen, tab, by=by)


@action("interview_sheet.write")
def _write_sheet(
    sheet: InterviewSheet, fields: dict[str, Any], seen: int, tab: str, *, by: Actor
) -> InterviewSheet:
    rows = InterviewSheet.objects.filter(
        written_here(seen, tab), pk=sheet.pk, state=SheetState.OPEN, away=False
    )
    if not rows.update(**fields):
        raise Stale({}, {}, "You, in another window,")
    sheet.refresh_from_db()
    # The label names nobody: the history is read by people who may not know who was interviewed.
    record(by, "interview_sheet.write", sheet, label="A form of the committee",
           changes={"state": ("open", sheet.state)})  # fmt: skip
    return sheet


@action("interview_sheet.leave")
def declare_conflict(sheet: InterviewSheet, *, by: Actor) -> None:
    """A member cannot judge this person: at the next request she sees nothing of her."""
    require(by, "interview_sheet.leave", sheet)
    InterviewSheet.objects.filter(pk=sheet.pk).update(away=True)
    record(by, "interview_sheet.leave", sheet, label="A form of the committee")


@action("leader_application.decide")
def decide(application: LeaderApplication, *, by: Actor, qualified: bool, sentence: str) -> LeaderApplication:
    """The committee's one outcome, with the sentence that the person reads.

    Raises Refused: not-eligible, eligibility-open, sides-missing, missing.
    """
    require(by, "leader_application.decide", application)
    said = clean(sentence, field="sentence", max_length=600, kind="long", required=True, label="sentence")
    if qualified:
        _check_ready(application)
    state = ApplyState.QUALIFIED if qualified else ApplyState.NOT_YET
    rows = LeaderApplication.objects.filter(pk=application.pk, state=ApplyState.SUBMITTED)
    if not rows.update(state=state, sentence=said, decided=now(), decided_by=by.person):
        raise Refused("decided-already", "This has been decided already.", status=409)
    application.refresh_from_db()
    if qualified:
        _into_pool(application)
    program = application.program
    record(
        by,
        "leader_application.decide",
        application,
        label=application.post.title,
        group=program.group_id,
        changes={"state": ("submitted", state)},
    )
    send_later(
        OUTCOME_MAIL,
        application.person,
        subject=f"{program.name}: about your application",
        body=f"Dear {application.person.name},\n\nthe committee has come to its outcome. Read it here:",
        link=f"/leader-applications/{application.pk}/",
        about=application,
        key=f"leader-outcome:{application.pk}:{stamp(application.decided)}",
    )
    return application


def _check_ready(application: LeaderApplication) -> None:
    found = verdict(findings_of(application))
    if found is Outcome.NOT_MET:
        raise Refused(
            "not-eligible", "A rule of the post is not met, so nobody can qualify for it.", "qualified"
        )
    if found is Outcome.UNKNOWN:
        text = "It is not known yet whether the person is eligible. Check the open rules first."
        raise Refused("eligibility-open", text, "qualified")
    if not application.post.interview:
        return
    rows = InterviewSheet.objects.filter(interview__application=application, state=SheetState.IN, away=False)
    lacking = sides_missing(application.program.design.committee, rows.values_list("side", flat=True))
    if lacking:
        who = " and ".join(f"{m.count} of {m.side.label}" for m in lacking)
        raise Refused("sides-missing", f"Forms are still missing: {who}.", "qualified")


def _into_pool(application: LeaderApplication) -> None:
    program, post = application.program, application.post
    entry = PoolEntry(
        application=application, program=program, position=application.position, person=application.person,
        school=application.school, until=in_pool_until(program.last_day, post.valid_years),
        for_principals=post.chosen_by == "principal",
    )  # fmt: skip
    fill_entry(entry, application)
    entry.save()


@action("leader_application.undo_decision")
def undo_decision(application: LeaderApplication, *, by: Actor) -> LeaderApplication:
    """Open an outcome again, while nobody has been offered the post. Raises Refused: offered-already."""
    require(by, "leader_application.undo_decision", application)
    terms = application.program.terms.filter(person=application.person, position=application.position)
    if terms.filter(state__in=sorted(TAKES_A_PLACE)).exists():
        raise Refused(
            "offered-already", "The post has been offered already. Take the offer back first.", status=409
        )
    before = application.state
    PoolEntry.objects.filter(application=application).delete()
    LeaderApplication.objects.filter(pk=application.pk).update(
        state=ApplyState.SUBMITTED, sentence="", decided=None, decided_by=None
    )
    application.refresh_from_db()
    group = application.program.group_id
    record(by, "leader_application.undo_decision", application, label=application.post.title, group=group,
           changes={"state": (before, application.state)})  # fmt: skip
    return application


def seat_of(program: Program, key: str, members: Iterable[RoleHeld]) -> RoleHeld:
    """The member of this id; any other is not there (B11)."""
    found = next((seat for seat in members if str(seat.pk) == key), None)
    if found is None:
        raise Hidden
    return found


__all__ = [
    "add_member", "arrange_interview", "decide", "declare_conflict", "end_member", "save_sheet", "seat_of",
    "undo_decision",
]  # fmt: skip
