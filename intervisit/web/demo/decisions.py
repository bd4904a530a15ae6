"""Decisions of the demo: some on their way during the review; a waiting list, a note and a returned letter after it."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction

from intervisit.apps.applications.actions.deciding import decide, order_waiting
from intervisit.apps.applications.actions.decision_answers import answer_note, write_note
from intervisit.apps.applications.actions.letters import word_letter
from intervisit.apps.applications.models import Application, Letter
from intervisit.apps.applications.queries.decisions import waiting_list
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.people.models import Person, RoleHeld
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.kit.access import actor_for
from intervisit.kit.clock import now
from intervisit.kit.models import BadAddress, MailState

_NOTES = (
    (
        "Our application names two focus areas, and the letter speaks of the first alone. The second, student voice, "
        "is where our team of five has met every Tuesday since October; the minutes are attached to question 6.",
        "Thank you for writing. We read the application again with the minutes beside it. The places for your focus "
        "areas are taken this year, so the decision stands; please apply again in spring, and ask for a visit before.",
    ),
    (
        "The record shows our attendance of two years ago. This year it is 94 %; the district’s figures come in July.",
        "",
    ),
)


def on_their_way(
    program: Program, by: Actor, hosts: Iterable[uuid.UUID], partners: Iterable[uuid.UUID]
) -> None:
    """During the review: the first schools are decided, and nobody outside the program knows."""
    keys = {
        program.design.roles[d.role].hosts: d.key for d in program.design.decisions if d.outcome == "accept"
    }
    for schools, key, reason in (
        (hosts, keys[True], "Practices seen in most classrooms, and a staff used to visitors."),
        (partners, keys[False], "A clear aim, and a team that already meets."),
    ):
        rows = program.applications.filter(school__in=list(schools), state=ApplicationState.SUBMITTED)
        decide(rows.select_related("program__version", "school"), by=by, decision=key, reason=reason)


def worded(program: Program, by: Actor) -> None:
    """The director has put the letter of the waiting list into her own words."""
    key = next(d.key for d in program.design.decisions if d.outcome == "waitlist")
    word_letter(
        program, by=by, decision=key, version=0, subject="{school} and {program}",
        text="Dear {principal},\n\nthank you for the care that went into the application of {school}. All places for "
        "{focus_areas} are taken for now, and we have put your school on the waiting list.\n\n{reasons}\n\nIf a "
        "place becomes free we write at once. You need not do anything.\n\nDana Okafor, program director",
    )  # fmt: skip


@transaction.atomic
def after_release(program: Program, by: Actor) -> None:
    """The waiting list in its order, what two principals wrote, and one letter that came back."""
    rows = list(waiting_list(program.applications.filter(state=ApplicationState.WAITLISTED)))
    order_waiting(program, by=by, order=rows[::-1], seen=[str(a.pk) for a in rows])
    declined = Letter.objects.filter(application__program=program, state=ApplicationState.DECLINED)
    for letter, (text, answer) in zip(declined.order_by("application__school__name"), _NOTES, strict=False):
        note = write_note(letter, by=actor_for(_principal(letter.application)), text=text)
        if answer:
            answer_note(note, by=by, text=answer)
    last = Letter.objects.filter(application__program=program).order_by("-application__school__name").first()
    if last is not None:
        mail = last.mails.select_related("to").get()
        mail.state, mail.problem = MailState.BOUNCED, "nobody has this address (5.1.1)"
        mail.sent = now() - dt.timedelta(hours=3)
        mail.save()
        BadAddress.objects.create(
            address=mail.to.email,
            since=mail.sent,
            last=mail.sent,
            status="5.1.1",
            reason="nobody has this address",
        )


def _principal(application: Application) -> Person:
    held = RoleHeld.objects.filter(role="principal", group=application.school.group_id, ends=None)
    return held.select_related("person")[0].person
