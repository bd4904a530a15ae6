"""Roles: granted, confirmed by a second person, proposed by a principal, ended."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.db.models import Q

from intervisit.apps.people.events import RoleGranted
from intervisit.apps.people.models import District, Group, Organization, Person, RoleHeld, in_force
from intervisit.apps.people.queries.accounts import role_words
from intervisit.core.access import ROLES, SECOND_FACTOR_ROLES, Actor
from intervisit.core.text import Trouble, clean
from intervisit.kit.access import may, require
from intervisit.kit.clock import today
from intervisit.kit.events import emit
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused

# Which roles are held in which kind of group. Networks and programs grant theirs themselves.
ROLES_IN: dict[str, tuple[str, ...]] = {
    "district": ("director", "staff", "supervisor", "evaluator", "finance", "admin"),
    "school": ("principal", "team"),
    "partner": ("team",),
}

# What later chapters know that stands against a role: (person, role, group, starts, ends) → troubles (B17).
RoleConflict = Callable[[Person, str, Group, dt.date, "dt.date | None"], list[Trouble]]
ROLE_CONFLICTS: list[RoleConflict] = []

GRANTED_MAIL = mail_kind("role.granted", "")
ENDED_MAIL = mail_kind("role.ended", "")
WAITS_MAIL = mail_kind("role.waits", "role.view")


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def conflicts(
    person: Person, role: str, group: Group, starts: dt.date, ends: dt.date | None, *, today_is: dt.date
) -> list[Trouble]:
    """Everything that stands against a role, one by one: order of dates, overlaps, and what later chapters know."""
    found = []
    if ends is not None and ends < starts:
        message = f"The last day ({_day(ends)}) is before the first ({_day(starts)}). Exchange them."
        found.append(Trouble("ends-before-it-starts", message, "ends"))
    elif ends is not None and ends < today_is:
        message = f"This ended on {_day(ends)} already. Choose a last day from {_day(today_is)} on, or leave it empty."
        found.append(Trouble("already-over", message, "ends"))
    same = RoleHeld.objects.filter(person=person, role=role, group=group, taken_back=False)
    overlap = Q(ends__isnull=True) | Q(ends__gte=starts)
    if ends is not None:
        overlap &= Q(starts__lte=ends)
    for other in same.filter(overlap).order_by("starts"):
        until = f" until {_day(other.ends)}" if other.ends else ""
        message = (
            f"{person.name} is {role_words(role)} at {group.name} already, from {_day(other.starts)}{until}. "
            "End that first, or choose other days."
        )
        found.append(Trouble("role-overlaps", message, "starts"))
    for conflict in ROLE_CONFLICTS:
        found += conflict(person, role, group, starts, ends)
    return found


def hold_role(
    person: Person,
    role: str,
    group: Group,
    *,
    by: Actor,
    starts: dt.date,
    ends: dt.date | None = None,
    title: str = "",
    zone: str = "America/New_York",
    proposed: bool = False,
    told: Iterable[Person] = (),
) -> RoleHeld:
    """Write a role down, with its history and its mails. For actions, which ask the policy first.

    Staff, directors, evaluators, administrators and finance count only when a second person has confirmed them;
    so do `proposed` ones. `told` hear that it waits. Raises Refused with every conflict.
    """
    if role not in ROLES:
        raise Refused("unknown-role", "Choose one of the roles.", "role")
    title = clean(title, field="title", max_length=80, kind="name")
    found = conflicts(person, role, group, starts, ends, today_is=today(zone))
    if found:
        raise Refused.of(found)
    second = proposed or role in SECOND_FACTOR_ROLES
    # The operator of the system is trusted with a first director; there is nobody yet to confirm one.
    confirmed = person if second and by.system else None
    held = RoleHeld.objects.create(person=person, role=role, group=group, title=title, starts=starts, ends=ends,
                                   granted_by_id=by.person, needs_second=second, confirmed_by=confirmed)  # fmt: skip
    first = {"role": (None, role), "starts": (None, starts), "ends": (None, ends)}
    record(by, "role.grant", held, group=group, changes=first)
    emit(RoleGranted(held))
    _tell(held, told)
    return held


def _tell(held: RoleHeld, told: Iterable[Person]) -> None:
    """The person hears of a role that counts; of one that waits, those who can confirm it."""
    if held.needs_second and held.confirmed_by_id is None:
        for other in told:
            _tell_it_waits(held, other)
    else:
        _tell_granted(held)


def _tell_granted(held: RoleHeld) -> None:
    what = f"{role_words(held.role)} at {held.group.name}"
    body = f"Hello {held.person.name},\n\nyou are {what} in Intervisit from {_day(held.starts)} on. Sign in here:"
    send_later(
        GRANTED_MAIL,
        held.person,
        subject="Your part in Intervisit",
        body=body,
        link="/",
        key=f"granted:{held.pk}",
    )


def _tell_it_waits(held: RoleHeld, other: Person) -> None:
    body = (
        f"Hello {other.name},\n\n{held.person.name} was named {role_words(held.role)} at {held.group.name}. "
        "It counts when a second person has confirmed it:"
    )
    key = f"waits:{held.pk}:{other.pk}"
    send_later(
        WAITS_MAIL,
        other,
        subject="A role waits for you",
        body=body,
        link="/district/people/",
        about=held,
        key=key,
    )


def office_of(district: Organization, *, without: str | None) -> list[Person]:
    """Directors and administrators of a district, except one person."""
    held = RoleHeld.objects.filter(in_force(), group=district.group_id, role__in=("director", "admin"))
    others = Person.objects.filter(pk__in=held.values("person"), is_active=True)
    return list(others.exclude(pk=without) if without else others)


@action("district.grant")
def grant_role(
    district: District,
    *,
    by: Actor,
    person: Person,
    role: str,
    group: Group,
    starts: dt.date,
    ends: dt.date | None = None,
    title: str = "",
) -> RoleHeld:
    """Give a role in the district or one of its schools. Raises Refused: role-not-here, and those of `hold_role`."""
    require(by, "district.grant", district)
    return _grant(district, person, role, group, by=by, starts=starts, ends=ends, title=title)


def _grant(
    district: District,
    person: Person,
    role: str,
    group: Group,
    *,
    by: Actor,
    starts: dt.date,
    ends: dt.date | None,
    title: str,
    proposed: bool = False,
) -> RoleHeld:
    mine = (
        group.pk == district.group_id or Organization.objects.filter(district=district, group=group).exists()
    )
    if not mine or role not in ROLES_IN.get(group.kind, ()):
        message = f"Nobody is {role_words(role)} at {group.name}. Choose a role that fits the place."
        raise Refused("role-not-here", message, "role")
    told = office_of(district, without=by.person)
    return hold_role(
        person,
        role,
        group,
        by=by,
        starts=starts,
        ends=ends,
        title=title,
        zone=district.zone,
        proposed=proposed,
        told=told,
    )


@action("school.propose_person")
def propose_team_member(
    school: Organization,
    *,
    by: Actor,
    person: Person,
    starts: dt.date,
    ends: dt.date | None = None,
    title: str = "",
) -> RoleHeld:
    """Name somebody for a school's team. It counts at once when the office does it, otherwise when they confirm."""
    require(by, "school.propose_person", school)
    district = District.objects.get(schools=school)
    proposed = not may(by, "district.grant", district)
    return _grant(
        district,
        person,
        "team",
        school.group,
        by=by,
        starts=starts,
        ends=ends,
        title=title,
        proposed=proposed,
    )


@action("role.confirm")
def confirm_role(held: RoleHeld, *, by: Actor) -> RoleHeld:
    """The second person's yes. Raises Refused: second-person, nothing-to-confirm."""
    require(by, "role.confirm", held)
    if not held.needs_second or held.confirmed_by_id is not None or held.taken_back:
        raise Refused("nothing-to-confirm", "This role does not wait for anybody.", status=409)
    if by.person in (str(held.granted_by_id), str(held.person_id)):
        raise Refused(
            "second-person", "Somebody else must confirm this: neither who gave the role nor who gets it."
        )
    if not RoleHeld.objects.filter(pk=held.pk, confirmed_by=None).update(confirmed_by=by.person):
        raise Refused("nothing-to-confirm", "Somebody confirmed this just now.", status=409)
    held.refresh_from_db()
    record(by, "role.confirm", held, group=held.group, changes={"confirmed": (False, True)})
    _tell_granted(held)
    return held


@action("role.end")
def end_role(held: RoleHeld, *, by: Actor, zone: str = "America/New_York") -> RoleHeld:
    """End a role now: yesterday was its last day, or it never had one. Raises Refused: already-over."""
    require(by, "role.end", held)
    day = today(zone)
    if held.taken_back or (held.ends is not None and held.ends < day):
        raise Refused("already-over", "This role is over already.", status=409)
    before = held.ends
    if held.starts < day:
        held.ends = day - dt.timedelta(days=1)
    else:
        held.ends, held.taken_back = held.starts, True
    held.save(update_fields=["ends", "taken_back"])
    record(by, "role.end", held, group=held.group, changes={"ends": (before, held.ends)})
    body = f"Hello {held.person.name},\n\nyou are no longer {role_words(held.role)} at {held.group.name} in Intervisit."
    send_later(
        ENDED_MAIL,
        held.person,
        subject="Your part in Intervisit",
        body=body,
        key=f"ended:{held.pk}",
    )
    return held
