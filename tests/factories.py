"""Rows without surprises: each maker asks for what matters and fills in nothing that a test might rely on."""

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

from intervisit.apps.applications.models import Application
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.people.models import Organization, Person, RoleHeld
from intervisit.apps.people.setup import make_organization, make_person
from intervisit.apps.people.states import OrganizationKind
from intervisit.apps.programs.models import DesignVersion, Program
from intervisit.core.designs import Design, digest, load, to_json
from intervisit.kit.models import Group

DESIGNS = Path(__file__).resolve().parents[1] / "designs"
LONG_AGO = dt.date(2020, 9, 1)


@cache
def design(slug: str) -> Design:
    """A shipped design, read from its folder."""
    folder = DESIGNS / slug
    files = {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}
    found = load({k: v for k, v in files.items() if k.endswith((".toml", ".md"))})
    assert isinstance(found, Design), "\n".join(str(p) for p in found)
    return found


def hosted() -> str:
    """A shipped design with hosts and partners in triads."""
    return next(p.name for p in sorted(DESIGNS.iterdir()) if p.name.endswith("pilot"))


def equal() -> str:
    """A shipped design without hosts."""
    return next(p.name for p in sorted(DESIGNS.iterdir()) if p.is_dir() and p.name.endswith("collaborative"))


def version(slug: str) -> DesignVersion:
    found = design(slug)
    content = json.loads(json.dumps(to_json(found)))
    made, _ = DesignVersion.objects.get_or_create(
        slug=found.slug, number=1, defaults={"digest": digest(found), "content": content}
    )
    return made


def district(name: str = "Harbor City Schools", code: str = "HC") -> Organization:
    return make_organization(OrganizationKind.DISTRICT, name=name, code=code, time_zone="America/New_York")


def school(of: Organization, number: int, **fields: Any) -> Organization:
    """P.S. number; grades K–5 in one spot of the city unless said otherwise."""
    known: dict[str, Any] = {
        "name": f"P.S. {number}",
        "code": f"01M{number:03d}",
        "grades": [0, 1, 2, 3, 4, 5],
        "area": "Manhattan",
        "latitude": 40.72 + number / 500,
        "longitude": -73.98 + number / 700,
    }
    return make_organization(OrganizationKind.SCHOOL, district=of, **(known | fields))


def person(name: str, email: str = "") -> Person:
    return make_person(name, email or f"{name.split()[0].lower()}@{name.split()[-1].lower()}.test")


def role(who: Person, key: str, group: Group, **fields: Any) -> RoleHeld:
    return RoleHeld.objects.create(person=who, role=key, group=group, **({"starts": LONG_AGO} | fields))


def program(of: Organization, slug: str = "", **fields: Any) -> Program:
    group = Group.objects.create(kind="program", name="Learning year")
    known: dict[str, Any] = {
        "name": "Learning year",
        "year": "2026-27",
        "first_day": dt.date(2026, 9, 8),
        "last_day": dt.date(2027, 6, 25),
    }
    return Program.objects.create(
        group=group, district=of, version=version(slug or hosted()), **(known | fields)
    )


def application(to: Program, of: Organization, **fields: Any) -> Application:
    found = to.design
    first = next(iter(found.roles))
    wanted = fields.pop("role_wanted", getattr(first, "key", first))
    known: dict[str, Any] = {
        "role_wanted": wanted,
        "form_key": found.roles[wanted].form,
        "focus": [found.focus_areas[0].key] if found.focus_areas else [],
        "state": ApplicationState.SUBMITTED,
    }
    return Application.objects.create(program=to, school=of, **(known | fields))
