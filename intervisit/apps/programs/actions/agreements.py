"""The memorandum: prepared, written, published by the director; accepted and withdrawn by those it concerns."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from intervisit.apps.people.models import Person, RoleHeld, in_force
from intervisit.apps.programs.models import Acceptance, Agreement, Program
from intervisit.apps.programs.queries.agreements import (
    Party,
    Standing,
    draft_agreement,
    in_force_agreement,
    parties,
    parties_of,
    people_answering,
    standings,
)
from intervisit.apps.programs.queries.programs import day_words
from intervisit.apps.programs.states import AgreementState
from intervisit.core.access import Actor
from intervisit.core.memoranda import Memorandum, changes, of_design, to_plain
from intervisit.core.text import clean, search_key
from intervisit.kit.access import Hidden, NotAllowed, person_of, require
from intervisit.kit.clock import now, today
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused, Stale

ASKED_MAIL = mail_kind("agreement.asked", "agreement.accept")
DUE_MAIL = mail_kind("agreement.due", "agreement.accept")
RECEIPT_MAIL = mail_kind("agreement.receipt", "agreement.view")
WITHDRAWN_MAIL = mail_kind("agreement.withdrawn", "acceptance.view")


@action("agreement.prepare")
def prepare_agreement(program: Program, *, by: Actor, from_design: bool = False) -> Agreement:
    """Begin a version: from the one in force, or from the design. Raises Refused: draft-there."""
    require(by, "program.manage", program)
    if draft_agreement(program) is not None:
        raise Refused("draft-there", "A new version is being written already.", status=409)
    current = in_force_agreement(program)
    content = current.content if current and not from_design else to_plain(of_design(program.design))
    last = program.agreements.aggregate(last=Max("number"))["last"] or 0
    made = Agreement.objects.create(
        program=program, number=last + 1, content=content, edited_by=person_of(by)
    )
    record(by, "agreement.prepare", made, group=program.group_id)
    return made


@action("agreement.write")
def write_agreement(
    agreement: Agreement,
    *,
    by: Actor,
    memorandum: Memorandum,
    note: str = "",
    due: dt.date | None = None,
    seen: int,
) -> Agreement:
    """Save the draft. `seen`: its version on the page. Raises Stale when somebody saved meanwhile."""
    require(by, "agreement.write", agreement)
    rows = Agreement.objects.filter(pk=agreement.pk, version=seen, state=AgreementState.DRAFT)
    written = rows.update(
        content=to_plain(memorandum), note=note, due=due, version=F("version") + 1, edited_by=by.person
    )
    if not written:
        theirs = Agreement.objects.select_related("edited_by").get(pk=agreement.pk)
        raise Stale(
            {"text": _as_text(memorandum)}, {"text": _as_text(theirs.memorandum)}, str(theirs.edited_by)
        )
    agreement.refresh_from_db()
    record(by, "agreement.write", agreement, group=agreement.program.group_id)
    return agreement


def _as_text(memorandum: Memorandum) -> str:
    said = [memorandum.title, memorandum.intro]
    for part in memorandum.parts:
        said += [part.title, part.text, *part.clauses]
    return "\n\n".join(one for one in said if one)


@action("agreement.drop")
def drop_agreement(agreement: Agreement, *, by: Actor) -> None:
    """Throw a draft away; nobody has seen it."""
    require(by, "agreement.write", agreement)
    record(by, "agreement.drop", agreement, group=agreement.program.group_id)
    agreement.delete()


@action("agreement.publish")
def publish_agreement(agreement: Agreement, *, by: Actor, seen: int | None = None) -> int:
    """Put a version in force and ask everybody it concerns. Returns how many were written to.

    Raises Refused: nothing-in-it, nothing-new, due-is-past; Stale when the draft was changed meanwhile.
    """
    require(by, "agreement.write", agreement)
    program, memorandum = agreement.program, agreement.memorandum
    if seen is not None and seen != agreement.version:
        raise Stale({}, {"text": _as_text(memorandum)}, str(agreement.edited_by))
    if not any(not part.empty for part in memorandum.parts):
        raise Refused("nothing-in-it", "The memorandum says nothing yet.", "text")
    if agreement.due is not None and agreement.due < today(program.zone):
        raise Refused("due-is-past", "The day to accept it by is past. Choose a later one.", "due")
    current = in_force_agreement(program)
    if current is not None and not changes(current.memorandum, memorandum):
        raise Refused("nothing-new", f"It says the same as version {current.number}.", "text")
    program.agreements.filter(state=AgreementState.PUBLISHED).update(state=AgreementState.REPLACED)
    agreement.state, agreement.published, agreement.published_by = (
        AgreementState.PUBLISHED,
        now(),
        person_of(by),
    )
    agreement.save(update_fields=["state", "published", "published_by"])
    written = sum(_ask(agreement, party, people) for party, people in _to_ask(program, parties(program)))
    record(by, "agreement.publish", agreement, group=program.group_id,
           changes={"state": ("draft", "published"), "letters": (0, written)})  # fmt: skip
    return written


def _to_ask(program: Program, wanted: list[Party]) -> list[tuple[Party, list[Person]]]:
    answering = people_answering(program, wanted)
    return [(party, answering.get(party.key, [])) for party in wanted]


def _ask(agreement: Agreement, party: Party, people: list[Person]) -> int:
    """Tell those who answer for a party of a version. How many had not been told."""
    program, title = agreement.program, agreement.memorandum.title
    until = f"\n\nPlease answer by {day_words(agreement.due)}." if agreement.due else ""
    new = f"\n\nWhat is new: {agreement.note}" if agreement.note and agreement.number > 1 else ""
    what = (
        "the version you accepted before has changed"
        if agreement.number > 1
        else "this is what we promise each other"
    )
    written = 0
    for person in people:
        mail = send_later(
            ASKED_MAIL,
            person,
            subject=f"{program.name}: {title}",
            body=f"Dear {person.name},\n\n{what}: {title} of {program}.{new}{until}\n\n"
            f"Read it and accept it{_for(party)}:",
            link=f"/agreements/{agreement.pk}/",
            about=agreement,
            key=f"agreement:{agreement.pk}:{party.key}:{person.pk}",
        )
        written += mail is not None
    return written


def _for(party: Party) -> str:
    return f" for {party.school}" if party.school else ""


@action("agreement.remind")
def remind_of_agreement(agreement: Agreement, *, by: Actor) -> int:
    """Write to those who owe an answer, each at most once a day. Returns how many."""
    require(by, "agreement.remind", agreement)
    program, day = agreement.program, today(agreement.program.zone)
    owing = [one.party for one in standings(program, agreement) if one.owes]
    title, written = agreement.memorandum.title, 0
    until = f" Please answer by {day_words(agreement.due)}." if agreement.due and agreement.due >= day else ""
    for party, people in _to_ask(program, owing):
        for person in people:
            mail = send_later(
                DUE_MAIL,
                person,
                subject=f"{program.name}: {title} waits for you",
                body=f"Dear {person.name},\n\n{title} of {program} has not been accepted{_for(party)} yet.{until}"
                "\n\nRead it, and accept it with your name:",
                link=f"/agreements/{agreement.pk}/",
                about=agreement,
                key=f"agreement-due:{agreement.pk}:{party.key}:{person.pk}:{day}",
            )
            written += mail is not None
    record(by, "agreement.remind", agreement, changes={"letters": (0, written)}, group=program.group_id)
    return written


def _party(agreement: Agreement, by: Actor, key: str) -> Party:
    """The party an actor answers for: only her own school, only herself. Anything else is not there (B11)."""
    mine = parties_of(by, agreement.program)
    found = next((party for party in mine if party.key == key), None)
    if found is None:
        raise Hidden
    return found


@action("agreement.accept")
def accept_agreement(agreement: Agreement, *, by: Actor, party: str, name: str) -> Acceptance:
    """Accept the version in force, with one's own name. `party`: the id of one's school, or one's own id.

    Raises Refused: missing, not-your-name, accepted-already; NotAllowed when there is no person to accept.
    """
    agreement.refresh_from_db(fields=["state"])  # a newer version may have come while she was reading
    require(by, "agreement.accept", agreement)
    person = person_of(by)
    if person is None:
        raise NotAllowed("Only a person can accept, for herself or for the school she leads.")
    whom = _party(agreement, by, party)
    typed = clean(name, field="name", max_length=120, kind="name", required=True)
    if search_key(typed) != search_key(person.name):
        text = f"Write your own name as it stands here: {person.name}. Nobody can accept for somebody else."
        raise Refused("not-your-name", text, "name")
    try:
        with transaction.atomic():
            made = Acceptance.objects.create(
                agreement=agreement, whose=whom.whose, school=whom.school, role=whom.role, person=person,
                name=typed, at=now(),
            )  # fmt: skip
    except IntegrityError:
        raise Refused("accepted-already", "It has been accepted already.", status=409) from None
    group = whom.school.group_id if whom.school else agreement.program.group_id
    record(by, "agreement.accept", made, label=str(agreement), group=group,
           changes={"version": (None, agreement.number)})  # fmt: skip
    send_later(
        RECEIPT_MAIL,
        person,
        subject=f"{agreement.program.name}: accepted",
        body=f"Dear {person.name},\n\nyou accepted {agreement}{_for(whom)}, "
        f"on {day_words(today(agreement.program.zone))}. It stays at hand here:",
        link=f"/agreements/{agreement.pk}/",
        about=agreement,
        key=f"agreement-receipt:{made.pk}",
    )
    return made


@action("acceptance.withdraw")
def withdraw_acceptance(acceptance: Acceptance, *, by: Actor, note: str) -> Acceptance:
    """Take a yes back, and say why. It stays on record. Raises Refused: missing, withdrawn-already."""
    require(by, "acceptance.withdraw", acceptance)
    why = clean(note, field="note", max_length=2000, kind="long", required=True, label="reason")
    moment = now()
    mine = Acceptance.objects.filter(pk=acceptance.pk, withdrawn__isnull=True)
    if not mine.update(withdrawn=moment, withdrawn_by=by.person, note=why):
        raise Refused("withdrawn-already", "It has been withdrawn already.", status=409)
    acceptance.refresh_from_db()
    program = acceptance.agreement.program
    group = acceptance.school.group_id if acceptance.school else program.group_id
    record(by, "acceptance.withdraw", acceptance, label=str(acceptance.agreement), group=group)
    held = RoleHeld.objects.filter(in_force(), role="director", group=program.group_id).select_related(
        "person"
    )
    for row in held:
        send_later(
            WITHDRAWN_MAIL,
            row.person,
            subject=f"{program.name}: an acceptance was withdrawn",
            body=f"Dear {row.person.name},\n\na school or a person of {program} does not stand by what was "
            "accepted any more. Talk with them; who it is, and why, is written here:",
            link=f"/programs/{program.pk}/agreement/?state=withdrawn",
            about=acceptance,
            key=f"agreement-withdrawn:{acceptance.pk}:{row.person_id}",
        )
    return acceptance


__all__ = [
    "Standing", "accept_agreement", "drop_agreement", "prepare_agreement", "publish_agreement", "remind_of_agreement",
    "withdraw_acceptance", "write_agreement",
]  # fmt: skip
