"""A stage of reading under way: four applications, three reviewers."""

from dataclasses import dataclass, field

import pytest

from intervisit.apps.applications.models import Application
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.states import Phase
from intervisit.apps.reviews.models import Review, Seat, Stage
from intervisit.core.access import Actor
from intervisit.kit.access import actor_for
from tests import factories


@dataclass
class Reading:
    """Dana directs; Ruth, Rob and Ria review; P.S. 1 to 4 have applied as partners."""

    district: Organization
    program: Program
    schools: dict[int, Organization]
    applications: dict[int, Application]
    people: dict[str, Person] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)

    def by(self, name: str) -> Actor:
        return actor_for(self.people[name], strong=True, fresh=True)

    @property
    def director(self) -> Actor:
        return self.by("Dana")

    def stage(self, key: str = "reading", **fields: object) -> Stage:
        row, _ = Stage.objects.get_or_create(program=self.program, key=key, defaults={"title": key})
        Stage.objects.filter(pk=row.pk).update(**({"state": "open"} | fields))
        row.refresh_from_db()
        return row

    def give(self, name: str, number: int, **fields: object) -> Review:
        return Review.objects.create(
            stage=self.stage(str(fields.pop("key", "reading"))), application=self.applications[number],
            seat=self.seats[name], **fields,
        )  # fmt: skip


PARTNER = {"readiness": 3, "openness": 2, "need": 3}  # all that must be chosen


def build(slug: str = "") -> Reading:
    district = factories.district()
    program = factories.program(district, slug, phase=Phase.REVIEW)
    schools = {n: factories.school(district, n) for n in (1, 2, 3, 4)}
    role = next(r.key for r in reversed(list(program.design.roles.values())))
    applications = {
        n: factories.application(program, s, role_wanted=role, answers={"why": f"Because of {s.name}."})
        for n, s in schools.items()
    }
    made = Reading(district, program, schools, applications)
    made.people["Dana"] = factories.person("Dana Okafor")
    factories.role(made.people["Dana"], "director", program.group)
    for name in ("Ruth Adler", "Rob Bauer", "Ria Castro"):
        person = factories.person(name)
        held = factories.role(person, "reviewer", program.group)
        key = name.split()[0]
        made.people[key] = person
        made.seats[key] = Seat.objects.create(program=program, person=person, held=held)
    return made


@pytest.fixture
def reading(db: None) -> Reading:
    return build()


@pytest.fixture
def blind(db: None) -> Reading:
    """The same where names are covered: the design without hosts."""
    return build(factories.equal())
