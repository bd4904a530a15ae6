"""The evening before: where to be tomorrow, what to bring, who goes along. One mail a person, true when it is sent."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.core.mail import EmailMultiAlternatives
from django.utils.dateformat import time_format

from intervisit.apps.calendar.models import Visit
from intervisit.apps.calendar.queries import visits_for
from intervisit.apps.calendar.states import PlanState, VisitState
from intervisit.apps.gatherings.models import Attendance
from intervisit.apps.gatherings.queries import expected_at, note_of
from intervisit.apps.gatherings.queries.attendance import members_of
from intervisit.apps.gatherings.states import Presence
from intervisit.apps.people.models import Person
from intervisit.core.access import Actor
from intervisit.core.text import long_date
from intervisit.kit.access import actor_for
from intervisit.kit.clock import now
from intervisit.kit.jobs import Running, job
from intervisit.kit.models import OutgoingMail
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.rounds import every

FROM = dt.time(14)  # local time from which the mail about tomorrow may go out


def _day_of(mail: OutgoingMail) -> dt.date:
    return dt.date.fromisoformat(mail.key.split(":")[1])


def _dress(mail: OutgoingMail, message: EmailMultiAlternatives) -> bool:
    """Say what is true now and what its reader may read now; nothing, when nothing is left."""
    text = digest(mail.to, _day_of(mail))
    if not text:
        return False
    message.body = message.body.replace(mail.body, text)
    return True


TOMORROW_MAIL = mail_kind("visits.tomorrow", "person.view", dress=_dress)


def digest(person: Person, day: dt.date) -> str:
    """What this person needs for a day; empty when she needs nothing, or may not know."""
    actor = actor_for(person)
    visits = [v for v in visits_for(actor).filter(date=day, state=VisitState.PLANNED) if _concerns(v, person)]
    return "\n\n".join(_about(visit, person, actor) for visit in visits)


def _concerns(visit: Visit, person: Person) -> bool:
    """Program staff may read every visit and are at none of them; who is excused stays at home."""
    excused = Attendance.objects.filter(uid=visit.uid, person=person, state=Presence.EXCUSED).exists()
    return not excused and any(e.person.pk == person.pk for e in expected_at(visit))


def _about(visit: Visit, person: Person, actor: Actor) -> str:
    members = members_of(visit)
    expected = expected_at(visit, members)
    excused = set(
        Attendance.objects.filter(uid=visit.uid, state=Presence.EXCUSED).values_list("person", flat=True)
    )
    mine = next((e.school for e in expected if e.person.pk == person.pk), None)
    hours = f"{time_format(visit.starts, 'g:i a')} to {time_format(visit.ends, 'g:i a')}"
    place = ", ".join(x for x in (visit.school.name, visit.school.address) if x)
    lines = [f"{visit.date:%A}, {long_date(visit.date)}, {hours}", place, visit.network.name]
    note = note_of(visit).text
    if note:
        lines += ["", "What to bring, and where to come in:", note]
    lines += ["", "Schools: " + ", ".join(m.school.name for m in members)]
    if mine is not None and mine.pk != visit.school_id:
        out = [e.person.name for e in expected if e.school == mine and e.person.pk not in excused]
        lines.append(f"Out of {mine.name}: {', '.join(out)}")
    away = [e.person.name for e in expected if e.school == mine and e.person.pk in excused]
    if away:
        lines.append(f"Excused: {', '.join(away)}")
    return "\n".join(lines)


def remind_of(day: dt.date, visits: list[Visit]) -> int:
    """Put the mails about one day into the outbox, one a person. The same day again writes nothing."""
    people: dict[Any, Person] = {}
    words = {"visit"}
    for visit in visits:
        words = {visit.plan.program.design.words["visit"].one}
        people |= {e.person.pk: e.person for e in expected_at(visit)}
    count = 0
    for person in people.values():
        text = digest(person, day)
        if text:
            sent = send_later(
                TOMORROW_MAIL, person, subject=f"Tomorrow: your {next(iter(words))}", body=text, about=person,
                link="/calendar/", key=f"tomorrow:{day.isoformat()}:{person.pk}",
            )  # fmt: skip
            count += sent is not None
    return count


@job("remind_of_tomorrow", "plan.view")
def remind_of_tomorrow(running: Running) -> dict[str, Any]:
    """Tell everybody whose visit is tomorrow, in the afternoon of the day before where she lives."""
    soon = now().date()
    rows = Visit.objects.filter(
        plan__state=PlanState.PUBLISHED, state=VisitState.PLANNED,
        date__range=(soon - dt.timedelta(days=1), soon + dt.timedelta(days=2)),
    )  # fmt: skip
    by_day: dict[dt.date, list[Visit]] = {}
    for visit in rows.select_related(
        "plan__program__district", "plan__program__version", "network", "school"
    ):
        local = now().astimezone(ZoneInfo(visit.plan.program.district.zone))
        if local.time() >= FROM and visit.date == local.date() + dt.timedelta(days=1):
            by_day.setdefault(visit.date, []).append(visit)
    return {"mails": sum(remind_of(day, visits) for day, visits in by_day.items())}


every("remind_of_tomorrow", "Tomorrow's visits", hours=0.5)
