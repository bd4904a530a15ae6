"""The first day of an installation: a district and somebody to direct it."""

import datetime as dt

from django.db import transaction

from intervisit.apps.people.models import Group, Organization, Person, RoleHeld
from intervisit.apps.people.states import OrganizationKind
from intervisit.core.text import clean, clean_email, code_key, search_key, time_zone
from intervisit.kit.access import system_actor
from intervisit.kit.clock import today
from intervisit.kit.history import record


def make_organization(
    kind: OrganizationKind, *, name: str, code: str, district: Organization | None = None, **fields: object
) -> Organization:
    """A district, school or partner organisation, with the group in which its roles are held."""
    group = Group.objects.create(kind=kind, name=name)
    return Organization.objects.create(
        kind=kind,
        group=group,
        district=district,
        code=code,
        code_key=code_key(code),
        name=name,
        search_key=search_key(f"{name} {code}"),
        **fields,
    )


def make_person(name: str, email: str) -> Person:
    """Somebody who can sign in. Raises BadValue when name or address cannot be one."""
    clean_name = clean(name, field="name", max_length=120, kind="name", required=True)
    address = clean_email(email, field="email")
    return Person.objects.create(name=clean_name, email=address, search_key=search_key(clean_name)[:200])


def make_district(
    *, name: str, code: str, zone: str, director: str, email: str
) -> tuple[Organization, Person]:
    """A district and its director, whose role counts at once: there is nobody yet to confirm it.

    Called again with the same code it adds another director. A district needs two people before anything can be
    confirmed or released, and with one of them nobody could be the second.
    """
    time_zone(zone, field="zone")
    by = system_actor("first day")
    with transaction.atomic():
        known = Organization.objects.filter(kind=OrganizationKind.DISTRICT, code_key=code_key(code)).first()
        district = known or make_organization(OrganizationKind.DISTRICT, name=name, code=code, time_zone=zone)
        address = clean_email(email, field="email")
        person = Person.objects.filter(email=address).first() or make_person(director, address)
        day: dt.date = today(zone)
        for role in ("director", "admin"):
            RoleHeld.objects.get_or_create(
                person=person, role=role, group=district.group, ends=None, defaults={"starts": day}
            )
        record(by, "district.made", district, group=district.group)
    return district, person
