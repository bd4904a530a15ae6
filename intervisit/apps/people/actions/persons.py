"""Accounts of people: added with a first role, named for a team, and helped when a phone is lost."""

import datetime as dt

from intervisit.apps.people.actions.roles import grant_role, propose_team_member
from intervisit.apps.people.models import District, Group, Organization, Person, RoleHeld, SecondFactor
from intervisit.apps.people.queries.district import PeopleWanted, look_alikes, people_of
from intervisit.apps.people.setup import make_person
from intervisit.core.access import Actor
from intervisit.core.text import Trouble, clean, clean_email
from intervisit.kit.access import require
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused

FACTOR_REMOVED_MAIL = mail_kind("second_factor.removed", "")


def person_named(name: str, email: str, *, sure: bool) -> tuple[Person, bool]:
    """The person of an address, made if there is none. Returns (person, made).

    Raises BadValue for a name or address that is none, Refused: look-alike, unless somebody is `sure`.
    """
    name = clean(name, field="name", max_length=120, kind="name", required=True)
    email = clean_email(email, field="email", required=True)
    known = Person.objects.filter(email=email).first()
    if known is not None:
        return known, False
    warnings = [] if sure else look_alikes(name, email)
    if warnings:
        advice = "If this is somebody else, tick “I have checked” and send it again."
        raise Refused.of(
            [*(Trouble("look-alike", w, "name") for w in warnings), Trouble("look-alike", advice, "sure")]
        )
    return make_person(name, email), True


@action("person.add")
def add_person(
    district: District,
    *,
    by: Actor,
    name: str,
    email: str,
    role: str,
    group: Group,
    starts: dt.date,
    ends: dt.date | None = None,
    title: str = "",
    sure: bool = False,
) -> RoleHeld:
    """Give a role to somebody, with an account if they have none. Raises Refused and BadValue as its parts do."""
    require(by, "district.grant", district)
    person, made = person_named(name, email, sure=sure)
    if made:
        record(by, "person.add", person, group=district.group)
    return grant_role(
        district, by=by, person=person, role=role, group=group, starts=starts, ends=ends, title=title
    )


@action("person.propose")
def propose_person(
    school: Organization,
    *,
    by: Actor,
    name: str,
    email: str,
    starts: dt.date,
    title: str = "",
    sure: bool = False,
) -> RoleHeld:
    """Name somebody for a school's team, with an account if they have none; the office confirms."""
    require(by, "school.propose_person", school)
    person, made = person_named(name, email, sure=sure)
    if made:
        record(by, "person.add", person, group=school.group)
    return propose_team_member(school, by=by, person=person, starts=starts, title=title)


@action("second_factor.remove")
def remove_second_factor(district: District, *, by: Actor, person: Person) -> None:
    """Let somebody who lost their phone set up a new one. Never for oneself. Raises Refused: second-person, unknown."""
    require(by, "district.grant", district)
    if str(person.pk) == by.person:
        raise Refused("second-person", "Somebody else must do this for you.")
    if not people_of(district, PeopleWanted()).filter(pk=person.pk).exists():
        raise Refused("unknown", "There is nobody like this in the district.", status=404)
    SecondFactor.objects.filter(person=person).delete()
    record(by, "second_factor.remove", person, group=district.group)
    body = (
        f"Hello {person.name},\n\nyour second factor was removed by your district’s office. Set up a new one:"
    )
    send_later(
        FACTOR_REMOVED_MAIL,
        person,
        subject="Your Intervisit account",
        body=body,
        link="/second-factor/set-up/",
    )
