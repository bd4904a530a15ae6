"""Invitations by mail follow the published calendar: sent when a visit is new, again when it changes, called off.

One job compares what every calendar was told with what is published now and writes only the difference, so it does not
matter how the calendar came to change, nor how often the job runs.
"""

import datetime as dt
import hmac
from collections.abc import Iterable
from email.utils import parseaddr
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils.dateformat import time_format

from intervisit.apps.calendar.events import CalendarChanged
from intervisit.apps.calendar.models import CalendarWish, Invitation, InvitationLetter, Visit
from intervisit.apps.calendar.states import Answer, PlanState, VisitState
from intervisit.apps.networks.actions.networks import people_of
from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor, system_actor
from intervisit.core.invitations import Entry, Method, invitation_text
from intervisit.core.text import in_zone, long_date, time_zone
from intervisit.kit.access import require
from intervisit.kit.clock import now, today
from intervisit.kit.events import emit
from intervisit.kit.history import action, record
from intervisit.kit.jobs import enqueue
from intervisit.kit.models import Job, JobState, OutgoingMail
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused

_TOLD = ("date", "starts", "ends", "place")  # what makes a calendar entry another one
_TOKEN = 24  # hex characters of the secret in an address for answers: 96 bits
WHY = "Invitations follow the calendar"


# ------------------------------------------------------------------ the message, made when it is sent


def uid_of(uid: str) -> str:
    """The entry's name in every calendar program: of the feed and of the mail alike."""
    return f"{uid}@{settings.MAIL_DOMAIN or 'intervisit'}"


def reply_address(invitation: Invitation) -> str:
    """Where this person's answer to this entry goes: with a secret, so that nobody answers for her. Empty: nowhere."""
    if not settings.ANSWERS_TO:
        return ""
    name, _, domain = settings.ANSWERS_TO.rpartition("@")
    key = settings.SECRET_KEY.encode()
    secret = hmac.new(key, b"answer:" + invitation.pk.bytes + invitation.nonce.bytes, sha256).hexdigest()
    return f"{name}+{secret[:_TOKEN]}@{domain}"


def _dress(mail: OutgoingMail, message: EmailMultiAlternatives) -> bool:
    """Put the calendar entry into the mail. The address for answers is made here and stands in no table."""
    _, key, sequence = mail.key.rsplit(":", 2)
    letter = InvitationLetter.objects.select_related("invitation__person").filter(
        invitation__pk=key, sequence=int(sequence)
    ).first()  # fmt: skip
    if letter is None:
        return False
    method: Method = "CANCEL" if letter.method == "CANCEL" else "REQUEST"
    entry = _entry(letter)
    text = invitation_text(entry, method)
    message.attach_alternative(text.decode(), f"text/calendar; method={method}")
    message.attach("invite.ics", text, "application/ics")  # for programs that look at files only
    if entry.asks:
        message.reply_to = [entry.organizer]
    return True


def _entry(letter: InvitationLetter) -> Entry:
    facts, person = letter.facts, letter.invitation.person
    zone = time_zone(facts["zone"])
    day = dt.date.fromisoformat(facts["date"])
    starts, ends = (
        in_zone(dt.datetime.combine(day, dt.time.fromisoformat(facts[key])), zone, field=key, choice="first")
        for key in ("starts", "ends")
    )
    own = parseaddr(settings.DEFAULT_FROM_EMAIL)
    answers = reply_address(letter.invitation)
    page = f"{settings.SITE_ADDRESS}/visits/{facts['visit']}/"
    return Entry(
        uid=uid_of(letter.invitation.uid), sequence=letter.sequence, stamp=letter.at, starts=starts, ends=ends,
        summary=facts["title"], place=facts["place"], description=f"{facts['network']}\n{page}", url=page,
        organizer=answers or own[1], organizer_name=own[0] or "Intervisit", attendee=person.email,
        attendee_name=person.name, asks=bool(answers),
    )  # fmt: skip


INVITATION_MAIL = mail_kind("visit.invitation", "visit.view", dress=_dress)
CALLED_OFF_MAIL = mail_kind("visit.called_off", "invitation.own", dress=_dress)


# ------------------------------------------------------------------ the difference


def invite_soon(program: Program) -> None:
    """Something was published or taken back: a worker brings every calendar up to date. One job at a time waits."""
    emit(CalendarChanged(program))
    waiting = Job.objects.filter(kind="send_invitations", state=JobState.WAITING, group=program.group_id)
    if not waiting.exists():
        enqueue(
            "send_invitations", by=system_actor(WHY), title=WHY, group=program.group, program=str(program.pk)
        )


def bring_up_to_date(network: Network, *, by: Actor) -> int:
    """Write the letters that bring the calendars of one network's people up to date. Returns how many."""
    program = network.program
    day = today(program.district.zone)
    visits = Visit.objects.filter(
        network=network, plan__state=PlanState.PUBLISHED, state=VisitState.PLANNED, date__gte=day
    ).exclude(told={})
    planned = {v.uid: v for v in visits.select_related("school", "plan")}
    people = {p.pk: p for p in people_of(network)}
    silent = set(
        CalendarWish.objects.filter(person__in=list(people), invitations=False).values_list(
            "person", flat=True
        )
    )
    have = {
        (i.person_id, i.uid): i for i in Invitation.objects.filter(network=network).select_related("person")
    }
    with transaction.atomic():
        letters = 0
        for pk, person in people.items():
            for uid, visit in planned.items():
                if pk not in silent:
                    letters += _ask(have.get((pk, uid)), person, visit, network, by)
        for (pk, uid), invitation in have.items():
            over = invitation.facts.get("date", "") < day.isoformat()
            if (
                not invitation.called_off
                and not over
                and (pk not in people or uid not in planned or pk in silent)
            ):
                letters += _call_off(invitation, by)
        return letters


def _facts(visit: Visit, network: Network) -> dict[str, Any]:
    program = network.program
    word = program.design.words["visit"].one
    place = ", ".join(x for x in (visit.school.name, visit.school.address) if x)
    return {
        "date": visit.date.isoformat(), "starts": visit.starts.isoformat("minutes"),
        "ends": visit.ends.isoformat("minutes"), "place": place, "zone": program.district.zone,
        "title": f"{word[:1].upper()}{word[1:]} to {visit.school.name}", "network": network.name, "word": word,
        "visit": str(visit.pk),
    }  # fmt: skip


def _ask(invitation: Invitation | None, person: Person, visit: Visit, network: Network, by: Actor) -> bool:
    facts = _facts(visit, network)
    if invitation is None:
        invitation = Invitation.objects.create(
            person=person, network=network, uid=visit.uid, sequence=visit.sequence, facts=facts
        )
        return _send(invitation, "REQUEST", visit, by, first=True)
    same = all(invitation.facts.get(k) == facts[k] for k in _TOLD)
    if same and not invitation.called_off:
        return False
    invitation.sequence = max(invitation.sequence + 1, visit.sequence)
    if not same:
        invitation.answer, invitation.answered = (
            Answer.NONE,
            None,
        )  # a yes to another day is no yes to this one
    invitation.facts, invitation.called_off = facts, False
    invitation.save()
    return _send(invitation, "REQUEST", visit, by, first=False)


def _call_off(invitation: Invitation, by: Actor) -> bool:
    invitation.sequence += 1
    invitation.called_off, invitation.answer, invitation.answered = True, Answer.NONE, None
    invitation.save()
    return _send(invitation, "CANCEL", None, by, first=False)


def _send(invitation: Invitation, method: Method, visit: Visit | None, by: Actor, *, first: bool) -> bool:
    facts = invitation.facts
    InvitationLetter.objects.create(
        invitation=invitation, visit=visit, sequence=invitation.sequence, method=method, facts=facts
    )
    day = dt.date.fromisoformat(facts["date"])
    when = f"{day:%A}, {long_date(day)}"
    word = facts["word"]
    if method == "CANCEL":
        subject, what = f"Cancelled: {word} on {when}", "This does not take place, or not with you."
    elif first:
        subject, what = f"Invitation: {word} on {when}", "Your calendar program can take it over and answer."
    else:
        subject, what = (
            f"Changed: {word}, now on {when}",
            "Your calendar program moves it. Please answer again.",
        )
    hours = " to ".join(time_format(dt.time.fromisoformat(facts[k]), "g:i a") for k in ("starts", "ends"))
    body = (
        f"{facts['title']}\n{facts['network']}\n{when}, {hours}\n{facts['place']}\n\n{what}\n\n"
        "You would rather follow an address than get such mails? Choose so on the page of your calendar addresses."
    )
    sent = send_later(
        CALLED_OFF_MAIL if visit is None else INVITATION_MAIL, invitation.person, subject=subject, body=body,
        about=invitation if visit is None else visit, link=f"/visits/{facts['visit']}/" if visit else "/calendar/",
        key=f"invitation:{invitation.pk}:{invitation.sequence}",
    )  # fmt: skip
    return sent is not None


# ------------------------------------------------------------------ answers and wishes


@action("visit.answer")
def answer_visit(visit: Visit, answer: Answer, *, by: Actor) -> None:
    """Say oneself whether one comes, on the page of the visit."""
    require(by, "visit.answer", visit)
    person = Person.objects.get(pk=str(by.person))
    invitation, _ = Invitation.objects.get_or_create(
        person=person, uid=visit.uid,
        defaults={"network": visit.network, "sequence": visit.sequence, "called_off": True,
                  "facts": _facts(visit, visit.network)},
    )  # fmt: skip
    _keep(invitation, answer, now(), by)


@action("invitation.answer")
def keep_answer(invitation: Invitation, answer: Answer, stamp: dt.datetime, *, by: Actor) -> None:
    """Keep an answer that came by mail; who sent it was checked before."""
    require(by, "invitation.own", invitation)
    _keep(invitation, answer, stamp, by)


def _keep(invitation: Invitation, answer: Answer, stamp: dt.datetime, by: Actor) -> None:
    record(by, "visit.answer", invitation, group=invitation.network.group, label="an answer to an invitation",
           changes={"answer": (invitation.answer, answer)})  # fmt: skip
    invitation.answer, invitation.answered = answer, stamp
    invitation.save(update_fields=["answer", "answered"])


@action("person.invitations")
def choose_invitations(*, by: Actor, wanted: bool) -> None:
    """Get invitations by mail, or none: then what stands in one's calendar by mail is called off."""
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    if person is None:
        raise Refused("nobody", "Only a person gets invitations.")
    require(by, "person.change", person)
    CalendarWish.objects.update_or_create(person=person, defaults={"invitations": wanted})
    record(by, "person.invitations", person, label="invitations", changes={"wanted": (not wanted, wanted)})
    for program in (
        Program.objects.filter(plans__state=PlanState.PUBLISHED).distinct().select_related("group")
    ):
        if Invitation.objects.filter(person=person, network__program=program).exists() or wanted:
            invite_soon(program)


def networks_with_invitations(program: Program) -> Iterable[Network]:
    """The networks of a program, with what inviting asks."""
    found = Network.objects.filter(program=program).select_related(
        "program__version", "program__district", "group"
    )
    return found.prefetch_related("members__school").order_by("number")


__all__ = [
    "CALLED_OFF_MAIL", "INVITATION_MAIL", "answer_visit", "bring_up_to_date", "choose_invitations",
    "invite_soon", "keep_answer", "networks_with_invitations", "reply_address", "uid_of",
]  # fmt: skip
