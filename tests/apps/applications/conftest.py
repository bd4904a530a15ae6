"""A district whose call is open: Hana's school has begun, Piet's has submitted."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.networks.models import DraftPlace, NetworkMember
from intervisit.apps.programs.states import Phase
from tests import factories
from tests.world import World, build_world, canary


def open_call(slug: str = "") -> World:
    world = build_world(slug)
    DraftPlace.objects.all().delete()
    NetworkMember.objects.all().delete()
    Application.objects.all().delete()
    program = world.program
    program.phase, program.call_closes = Phase.CALL, timezone.now() + dt.timedelta(days=10)
    program.save()
    world.applications = {
        number: factories.application(program, world.schools[number], **fields)
        for number, fields in {
            1: {"role_wanted": first_role(world, True), "state": ApplicationState.DRAFT},
            2: {"role_wanted": first_role(world, False), "submitted": timezone.now()},
            3: {"role_wanted": first_role(world, False), "submitted": timezone.now()},
        }.items()
    }
    for number, application in world.applications.items():
        application.answers = {**complete(world, application), "why": canary(f"answer{number}")}
        application.save()
        Wishes.objects.create(application=application, schools=[str(world.schools[5].pk)])
    return world


def first_role(world: World, hosts: bool) -> str:
    roles = list(world.program.design.roles.values())
    return next((r.key for r in roles if r.hosts == hosts), roles[0].key)


def complete(world: World, application: Application) -> dict[str, Any]:
    """An answer to every required question."""
    design = world.program.design
    answers: dict[str, Any] = {}
    for question in design.form_for(application.role_wanted).questions(application.role_wanted):
        if not question.required:
            continue
        answers[question.key] = {
            "focus_areas": [design.focus_areas[0].key],
            "yes_no": True,
            "table": [{question.columns[0].key: "Somebody"}] if question.columns else [],
            "number": 5,
        }.get(question.kind, f"About {question.key}")
    return answers


@pytest.fixture
def world(db: None) -> World:
    return open_call()
