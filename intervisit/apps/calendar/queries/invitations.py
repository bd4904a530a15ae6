"""Who comes: the answers to invitations, for those who may know."""

from collections import Counter
from dataclasses import dataclass

from intervisit.apps.calendar.models import CalendarWish, Invitation, Visit
from intervisit.apps.calendar.states import Answer
from intervisit.apps.networks.actions.networks import people_of
from intervisit.apps.people.models import Person, RoleHeld, in_force

WORDS = {
    Answer.COMING: "coming",
    Answer.PERHAPS: "perhaps",
    Answer.NOT: "not coming",
    Answer.NONE: "no answer",
}
TONES = {Answer.COMING: "good", Answer.PERHAPS: "info", Answer.NOT: "warn", Answer.NONE: ""}


@dataclass(frozen=True)
class AnswerRow:
    """One person expected at a visit, and what she answered."""

    person: Person
    school: str
    answer: str
    words: str
    tone: str


def my_answer(visit: Visit, person: Person) -> Answer:
    found = Invitation.objects.filter(person=person, uid=visit.uid).values_list("answer", flat=True).first()
    return Answer(found) if found else Answer.NONE


def answers_to(visit: Visit) -> list[AnswerRow]:
    """Everybody a visit concerns, by school, with their answers. Five queries."""
    network = visit.network
    people = list(people_of(network))
    given = dict(Invitation.objects.filter(uid=visit.uid).values_list("person", "answer"))
    held = RoleHeld.objects.filter(in_force(), person__in=people, role__in=("principal", "team"))
    schools: dict[object, str] = {}
    for role in held.select_related("group").order_by("starts"):
        if role.group_id in {m.school.group_id for m in network.members.all()}:
            schools[role.person_id] = role.group.name
    rows = []
    for person in people:
        answer = Answer(given.get(person.pk, Answer.NONE))
        rows.append(AnswerRow(person, schools.get(person.pk, ""), answer, WORDS[answer], TONES[answer]))
    return sorted(rows, key=lambda r: (r.school, r.person.name))


def counts(rows: list[AnswerRow]) -> list[tuple[str, int]]:
    """How many said what, in a fixed order."""
    found = Counter(row.answer for row in rows)
    return [(WORDS[answer], found[answer]) for answer in WORDS]


def wants_invitations(person: Person) -> bool:
    return not CalendarWish.objects.filter(person=person, invitations=False).exists()
