"""The memorandum and the posts of teacher leaders in the demo: who accepted, who applied, who serves.

The district has added the posts of another shipped design to its copy of the program's.
"""

import datetime as dt
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from intervisit.apps.leaders.actions.applying import (
    answer_consent,
    check_rule,
    open_posts,
    save_application,
    start_application,
    submit_application,
)
from intervisit.apps.leaders.actions.choosing import answer_offer, offer_post
from intervisit.apps.leaders.actions.interviewing import add_member, arrange_interview, decide, save_sheet
from intervisit.apps.leaders.models import InterviewSheet, LeaderApplication, PoolEntry
from intervisit.apps.people.models import Organization, Person, RoleHeld
from intervisit.apps.people.setup import make_person
from intervisit.apps.programs.actions.agreements import (
    accept_agreement,
    prepare_agreement,
    publish_agreement,
    withdraw_acceptance,
    write_agreement,
)
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries.agreements import schools_taking_part
from intervisit.core.access import Actor
from intervisit.core.designs import Design, Table
from intervisit.kit.access import actor_for, person_of
from intervisit.kit.clock import today
from intervisit.web.demo import cast

Principal = Callable[[Organization], Actor]

_COMMITTEE = (
    ("Nora Feldkamp", "district"), ("Ben Achterberg", "district"), ("Luz Marino", "union"), ("Ola Svensson", "union"),
)  # fmt: skip
_OWE = (8, 14, 58)  # principals who have not accepted yet
_WITHDREW = 24
_WHY = "Two of our five team members are on leave until spring. We would rather say so now than miss visits."

_HEARD = (
    ("Spoke of a lesson that failed before any that went well. “They did it for me, not for each other.”",
     "Asks first what the colleague wants to see. Gave two examples, both about the colleague's idea and not her own.",
     "Took our one critical question as a present and turned it round."),
    ("Opens the door on ordinary days; named the children who do not yet take part.",
     "Waits. Told us how long it took until a colleague came by herself.",
     "Some nervousness when we asked about a colleague who did not want to."),
)  # fmt: skip


def with_posts(design: Design, source: Design) -> Design:
    """A design with the posts of another one: the posts, the committee and the forms they name."""
    named = {form for post in source.positions.values() for form in (post.form, post.interview) if form}
    forms = {**design.forms, **{key: source.forms[key] for key in sorted(named)}}
    return replace(design, positions=source.positions, committee=source.committee, forms=Table(forms))


def memorandum(program: Program, people: Mapping[str, Person], principal: Principal) -> None:
    """Published; most have accepted, a few owe an answer, one school has withdrawn and said why."""
    by = _by(people["dana"])
    draft = prepare_agreement(program, by=by)
    due = today(program.zone) + dt.timedelta(days=14)
    write_agreement(draft, by=by, memorandum=draft.memorandum, due=due, seen=1)
    publish_agreement(draft, by=by)
    for school, _ in schools_taking_part(program):
        number = int("".join(c for c in school.name.split()[1] if c.isdigit()))
        if number in _OWE:
            continue
        who = principal(school)
        name = str(person_of(who))
        made = accept_agreement(draft, by=who, party=str(school.pk), name=name)
        if number == _WITHDREW:
            withdraw_acceptance(made, by=who, note=_WHY)
    fay = people["fay"]
    accept_agreement(draft, by=_by(fay), party=str(fay.pk), name=fay.name)


def posts(
    program: Program, schools: Mapping[int, Organization], people: Mapping[str, Person], principal: Principal
) -> None:
    """Teachers have applied; a committee has met some of them; one serves, one has an offer, two can be chosen."""
    by, office = _by(people["dana"]), _by(people["sol"])
    seats = [
        add_member(program, by=by, name=name, email=cast.email_of(name), side=side, sure=True)
        for name, side in _COMMITTEE
    ]
    open_posts(program, by=by, closes=today(program.zone) + dt.timedelta(days=45))
    known = {p.name: p for p in people.values()}
    for place, row in enumerate(_applied()):
        name, number, far = row.pop("name"), row.pop("school"), row.pop("far")
        texts = {str(key): str(text) for key, text in row.items()}
        teacher = known.get(name) or _teacher(name, schools[number])
        made = _sent(program, teacher, schools[number], texts)
        if far == "consent":
            continue
        answer_consent(made.consent, by=principal(schools[number]), agrees=True)
        made = LeaderApplication.objects.select_related(
            "program__version", "program__district", "school", "person"
        ).get(pk=made.pk)
        if far == "checking":
            continue
        _interviewed(made, office, seats[place % 2 :: 2], far, place)
        if far in ("pool", "serving", "offered"):
            _chosen(made, far, teacher, principal, schools)


def _applied() -> list[dict[str, Any]]:
    """Who has applied, and how far it went (leaders.toml)."""
    found: list[dict[str, Any]] = tomllib.loads((cast.FOLDER / "leaders.toml").read_text())["applied"]
    return found


def _by(person: Person) -> Actor:
    return actor_for(person, strong=True, fresh=True)


def _teacher(name: str, school: Organization) -> Person:
    person = make_person(name, cast.email_of(name))
    RoleHeld.objects.create(
        person=person,
        role="team",
        group=school.group,
        title="Teacher",
        starts=today(school.zone) - dt.timedelta(days=420),
    )
    return person


def _sent(program: Program, who: Person, school: Organization, texts: dict[str, str]) -> LeaderApplication:
    by = _by(who)
    post = program.design.positions["model_teacher"]
    made = start_application(program, by=by, post=post, school=school)
    answers: dict[str, Any] = {"full_time": True, "tenured": True, **texts}
    save_application(made, by=by, answers=answers, shares=["subject", "practice", "email"], seen=1)
    return submit_application(made, by=by)


def _interviewed(made: LeaderApplication, office: Actor, seats: list[RoleHeld], far: str, place: int) -> None:
    check_rule(made, by=office, rule="evaluation", met=True)
    day = today(made.program.zone) + dt.timedelta(days=6 if far == "interview" else -9)
    at = dt.datetime.combine(day, dt.time(15, 30), ZoneInfo(made.program.zone))
    arrange_interview(made, by=office, at=at, place="District office, room 214", seats=seats)
    if far == "interview":
        return
    for seat, (practice, adults, feedback) in zip(seats, _HEARD, strict=True):
        sheet = InterviewSheet.objects.get(interview__application=made, seat=seat)
        ready = "not_yet" if far == "not_yet" else "ready" if place % 2 else "with_support"
        answers = {"practice": practice, "adults": adults, "feedback": feedback, "ready": ready}
        save_sheet(sheet, by=_by(seat.person), answers=answers, seen=1, hand_in=True)
    sentence = "Your open door, and what you do with what visitors say, convinced everybody in the room."
    if far == "not_yet":
        sentence = (
            "We would like to hear next year of one colleague who changed something with your help, and how."
        )
    decide(made, by=office, qualified=far != "not_yet", sentence=sentence)


def _chosen(
    made: LeaderApplication,
    far: str,
    teacher: Person,
    principal: Principal,
    schools: Mapping[int, Organization],
) -> None:
    if far == "pool":
        return
    entry = PoolEntry.objects.select_related("program__version", "program__district", "person", "school").get(
        application=made
    )
    term = offer_post(entry, by=principal(made.school), school=made.school)
    if far == "serving":
        answer_offer(term, by=_by(teacher), accepts=True)
