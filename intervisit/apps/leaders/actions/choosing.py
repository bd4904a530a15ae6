"""A principal chooses from the pool, somebody accepts, a term runs, and before its end the person is asked."""

import datetime as dt
import uuid

from django.db import IntegrityError, transaction

from intervisit.apps.leaders.models import LeaderTerm, PoolEntry
from intervisit.apps.leaders.queries.pool import free_at, running
from intervisit.apps.leaders.states import Renewal, TermState
from intervisit.apps.people.models import Organization, Person, RoleHeld, in_force
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import day_words
from intervisit.apps.programs.queries.agreements import schools_taking_part
from intervisit.core.access import Actor
from intervisit.core.posts import asked_on, later_year, term
from intervisit.kit.access import Hidden, person_of, require
from intervisit.kit.clock import now, today
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused

OFFER_MAIL = mail_kind("leader.offer", "leader_term.answer")
ANSWER_MAIL = mail_kind("leader.answer", "leader_term.view")
ENDED_MAIL = mail_kind("leader.ended", "leader_term.view")
RENEWAL_MAIL = mail_kind("leader.renewal", "leader_term.renew")
RENEWAL_ANSWER_MAIL = mail_kind("leader.renewal_answer", "leader_term.view")


@action("pool_entry.offer")
def offer_post(entry: PoolEntry, *, by: Actor, school: Organization) -> LeaderTerm:
    """Offer the post to somebody of the pool.

    Raises Refused: not-in-pool, not-yours-to-offer, no-place, offered-already.
    """
    require(by, "pool_entry.offer", entry)
    program, post = entry.program, entry.post
    role = _school_of_offer(entry, by, school)
    day = today(program.zone)
    if entry.away or entry.until < day:
        raise Refused("not-in-pool", f"{entry.person} is not in the pool any more.", status=409)
    left = free_at(school, role, post, on=max(day, program.first_day))
    if left == 0:
        most = post.most_at(role) or 0
        text = f"{school} has {running(school, post, on=day)} of {most} {post.many} already."
        raise Refused(
            "no-place", text if most else f"{school} can have no {post.title}.", "school", status=409
        )
    dates = term(program.first_day, program.last_day, post.term_years, on=day)
    made = _new_term(
        by, program=program, position=entry.position, person=entry.person, school=school, starts=dates.starts,
        ends=dates.ends,
    )  # fmt: skip
    record(by, "pool_entry.offer", made, group=school.group_id, changes={"state": (None, made.state)})
    _tell_offer(made)
    return made


def _school_of_offer(entry: PoolEntry, by: Actor, school: Organization) -> str:
    """The role of a school that this actor may offer the post at; any other school is not there (B11)."""
    role = {s.pk: role for s, role in schools_taking_part(entry.program)}.get(school.pk)
    directs = str(entry.program.group_id) in by.groups("director")
    leads = str(school.group_id) in by.groups("principal")
    if role is None or not (leads or directs):
        raise Hidden
    if entry.post.chosen_by == "principal" and not leads:
        raise Refused("not-yours-to-offer", "For this post the principals choose.", status=409)
    if entry.post.chosen_by == "director" and not directs:
        raise Refused("not-yours-to-offer", "This post is given by the program.", status=409)
    if entry.post.kind == "principal" and entry.school_id != school.pk:
        raise Refused(
            "not-yours-to-offer", "A post of principals is held at the own school.", "school", status=409
        )
    return role


def _new_term(by: Actor, **fields: object) -> LeaderTerm:
    program, position = fields["program"], fields["position"]
    assert isinstance(program, Program)
    post = program.design.positions[str(position)]
    try:
        with transaction.atomic():
            return LeaderTerm.objects.create(
                offered=now(),
                offered_by=person_of(by),
                pay=post.pay,
                currency=program.design.currency,
                **fields,
            )
    except IntegrityError:
        raise Refused(
            "offered-already", "This post has been offered to this person already.", status=409
        ) from None


def _tell_offer(made: LeaderTerm) -> None:
    post = made.post
    send_later(
        OFFER_MAIL,
        made.person,
        subject=f"{made.program.name}: an offer",
        body=f"Dear {made.person.name},\n\nyou are offered the post of {post.title} at {made.school}, from "
        f"{day_words(made.starts)} to {day_words(made.ends)}. Accept or decline it here:",
        link="/leaders/",
        about=made,
        key=f"leader-offer:{made.pk}",
    )


def _principals(school: Organization, *, but: uuid.UUID) -> list[Person]:
    held = RoleHeld.objects.filter(in_force(), role="principal", group=school.group_id).exclude(person=but)
    return [row.person for row in held.select_related("person") if row.person.is_active]


def _tell_school(made: LeaderTerm, kind: str, subject: str, text: str, key: str) -> None:
    people = {p.pk: p for p in _principals(made.school, but=made.person_id)}
    if made.offered_by is not None and made.offered_by_id != made.person_id:
        people[made.offered_by.pk] = made.offered_by
    for person in people.values():
        send_later(
            kind,
            person,
            subject=f"{made.program.name}: {subject}",
            body=f"Dear {person.name},\n\n{text}\n\nAll posts at your school:",
            link=f"/programs/{made.program_id}/leaders/pool/",
            about=made,
            key=f"{kind}:{made.pk}:{person.pk}:{key}",
        )


@action("leader_term.answer")
def answer_offer(made: LeaderTerm, *, by: Actor, accepts: bool) -> LeaderTerm:
    """Take the post, or not. Raises Refused: answered-already."""
    require(by, "leader_term.answer", made)
    state = TermState.SERVING if accepts else TermState.DECLINED
    if not LeaderTerm.objects.filter(pk=made.pk, state=TermState.OFFERED).update(state=state, answered=now()):
        raise Refused("answered-already", "This offer is not open any more.", status=409)
    made.refresh_from_db()
    record(by, "leader_term.answer", made, group=made.school.group_id, changes={"state": ("offered", state)})
    word = "accepts" if accepts else "does not accept"
    text = f"{made.person.name} {word} the post of {made.post.title} at {made.school}."
    _tell_school(made, ANSWER_MAIL, "an answer to your offer", text, state)
    return made


@action("leader_term.take_back")
def take_back_offer(made: LeaderTerm, *, by: Actor) -> LeaderTerm:
    """Take an open offer back; its mail is withheld if it has not gone."""
    require(by, "leader_term.take_back", made)
    rows = LeaderTerm.objects.filter(pk=made.pk, state=TermState.OFFERED)
    if not rows.update(state=TermState.TAKEN_BACK, answered=now()):
        raise Refused("answered-already", "This offer has been answered.", status=409)
    made.refresh_from_db()
    record(
        by,
        "leader_term.take_back",
        made,
        group=made.school.group_id,
        changes={"state": ("offered", made.state)},
    )
    _tell_person(
        made, f"The offer of the post of {made.post.title} at {made.school} was taken back.", "taken-back"
    )
    return made


def _tell_person(made: LeaderTerm, text: str, key: str) -> None:
    send_later(
        ENDED_MAIL,
        made.person,
        subject=f"{made.program.name}: about your post",
        body=f"Dear {made.person.name},\n\n{text}\n\nYour posts:",
        link="/leaders/",
        about=made,
        key=f"leader-ended:{made.pk}:{key}",
    )


@action("leader_term.end")
def end_term(made: LeaderTerm, *, by: Actor, last_day: dt.date) -> LeaderTerm:
    """End a post before its time. Raises Refused: ends-before-it-starts, ends-too-late."""
    require(by, "leader_term.end", made)
    if last_day < made.starts:
        raise Refused("ends-before-it-starts", f"The post began on {day_words(made.starts)}.", "last_day")
    if last_day > made.ends:
        text = f"The term ends on {day_words(made.ends)} anyhow. Choose a day before."
        raise Refused("ends-too-late", text, "last_day")
    before, made.ends = made.ends, last_day
    if last_day < today(made.program.zone):
        made.state = TermState.ENDED
    made.save(update_fields=["ends", "state"])
    record(by, "leader_term.end", made, group=made.school.group_id, changes={"ends": (before, last_day)})
    text = f"Your post of {made.post.title} at {made.school} ends on {day_words(last_day)}."
    _tell_person(made, text, str(last_day))
    return made


@action("leader_term.renew")
def answer_renewal(made: LeaderTerm, *, by: Actor, goes_on: bool) -> LeaderTerm:
    """Whether somebody wants to go on after the term; the principal hears it. It can be said before one is asked."""
    require(by, "leader_term.renew", made)
    before, made.renewal = made.renewal, Renewal.WANTS if goes_on else Renewal.NOT
    made.save(update_fields=["renewal"])
    record(
        by, "leader_term.renew", made, group=made.school.group_id, changes={"renewal": (before, made.renewal)}
    )
    word = "would like to go on" if goes_on else "does not go on"
    text = f"{made.person.name} {word} as {made.post.title} after {day_words(made.ends)}."
    _tell_school(made, RENEWAL_ANSWER_MAIL, "after the term", text, made.renewal)
    return made


@action("leader_term.offer_again")
def offer_again(made: LeaderTerm, *, by: Actor) -> LeaderTerm:
    """A new term for somebody who wants to go on, where the design lets both sides agree. Raises Refused."""
    require(by, "leader_term.offer_again", made)
    if made.post.renewal != "agree":
        raise Refused("apply-again", "After a term one applies again for this post.", status=409)
    if made.renewal != Renewal.WANTS:
        raise Refused(
            "not-asked-for", f"{made.person} has not said that she or he wants to go on.", status=409
        )
    starts = made.ends + dt.timedelta(days=1)
    following = _new_term(
        by, program=made.program, position=made.position, person=made.person, school=made.school, starts=starts,
        ends=later_year(made.ends, made.post.term_years), renews=made,
    )  # fmt: skip
    record(
        by,
        "leader_term.offer_again",
        following,
        group=made.school.group_id,
        changes={"state": (None, "offered")},
    )
    _tell_offer(following)
    return following


@action("pool_entry.leave")
def show_in_pool(entry: PoolEntry, *, by: Actor, shown: bool) -> PoolEntry:
    """Be found in the pool, or not."""
    require(by, "pool_entry.leave", entry)
    entry.away = not shown
    entry.save(update_fields=["away"])
    record(by, "pool_entry.leave", entry, label=entry.post.title, changes={"away": (shown, not shown)})
    return entry


def ask_and_end(*, by: Actor) -> tuple[int, int]:
    """What the days bring: terms that are over end; those that end soon are asked about. (asked, ended)."""
    asked = ended = 0
    rows = LeaderTerm.objects.filter(state=TermState.SERVING).select_related(
        "person", "school", "program__version", "program__district"
    )
    for made in rows:
        day = today(made.program.zone)
        if made.ends < day:
            ended += _over(made, by=by)
        elif made.renewal == Renewal.NOT_ASKED and asked_on(made.ends, made.post.ask_days_before) <= day:
            asked += _ask(made, by=by)
    return asked, ended


@action("leader_term.over")
def _over(made: LeaderTerm, *, by: Actor) -> bool:
    LeaderTerm.objects.filter(pk=made.pk, state=TermState.SERVING).update(state=TermState.ENDED)
    record(by, "leader_term.over", made, group=made.school.group_id, changes={"state": ("serving", "ended")})
    _tell_person(
        made,
        f"Your post of {made.post.title} at {made.school} ended on {day_words(made.ends)}.",
        str(made.ends),
    )
    return True


@action("leader_term.ask")
def _ask(made: LeaderTerm, *, by: Actor) -> bool:
    rows = LeaderTerm.objects.filter(pk=made.pk, renewal=Renewal.NOT_ASKED)
    rows.update(renewal=Renewal.ASKED, renewal_asked=now())
    record(by, "leader_term.ask", made, group=made.school.group_id, changes={"renewal": ("", "asked")})
    again = (
        "You would apply again."
        if made.post.renewal == "apply_again"
        else "Your principal can then offer it again."
    )
    send_later(
        RENEWAL_MAIL,
        made.person,
        subject=f"{made.program.name}: would you like to go on?",
        body=f"Dear {made.person.name},\n\nyour post of {made.post.title} at {made.school} ends on "
        f"{day_words(made.ends)}. Would you like to go on? {again}\n\nAnswer here:",
        link="/leaders/",
        about=made,
        key=f"leader-renewal:{made.pk}",
    )
    return True
