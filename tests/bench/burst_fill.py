"""Fills an installation for tests/bench/burst.py: many schools in the middle of writing, each with its principal.

    python -m tests.bench.burst_fill --schools 190 > people.json     (in the environment of the installation)
    python -m tests.bench.burst_fill --again                          everything back to a draft

Everybody is signed in by a session of the product's own kind; what they write goes over HTTP.
"""

import argparse
import datetime as dt
import json
import os
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intervisit.web.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402 - as above
from django.contrib.sessions.models import Session  # noqa: E402 - as above
from django.utils import timezone  # noqa: E402 - as above

from intervisit.apps.applications.models import Application, Wishes  # noqa: E402 - as above
from intervisit.apps.applications.states import ApplicationState  # noqa: E402 - as above
from intervisit.apps.people.models import Organization, Person, RoleHeld  # noqa: E402 - as above
from intervisit.apps.programs.models import Program  # noqa: E402 - as above
from intervisit.apps.programs.states import Phase  # noqa: E402 - as above
from intervisit.core.designs import Question  # noqa: E402 - as above
from intervisit.kit.models import Group  # noqa: E402 - as above
from intervisit.kit.sessions import SessionStore  # noqa: E402 - as above
from tests import factories  # noqa: E402 - as above

TEXT = (
    "Teachers plan together each Tuesday and look at what students wrote. We have tried two routines for "
    "discussion in grades 3 to 5, and half of the classrooms use them well. "
)


def _answer(question: Question, areas: list[str]) -> Any:
    """What a school in the middle of its form has written: some 400 characters for each long question."""
    if question.kind == "focus_areas":
        return areas[:1]
    if question.kind == "table":
        return [{c.key: f"Row {n}" for c in question.columns} for n in range(1, 4)]
    plain = {
        "yes_no": True,
        "number": 5,
        "text": "About us",
        "long_text": (TEXT * 3)[: question.max_chars or 500],
    }
    if question.kind in plain:
        return plain[question.kind]
    return None


def fill(count: int) -> list[dict[str, str]]:
    """The district, its schools, a program whose call is open, a draft for each school. Returns who is who."""
    moment = timezone.now()
    district = factories.district("Burst City", "BC")
    made = factories.program(
        district,
        phase=Phase.CALL,
        call_opens=moment - dt.timedelta(days=9),
        call_closes=moment + dt.timedelta(days=1),
    )
    groups = [Group(kind="school", name=f"School {n}") for n in range(count)]
    Group.objects.bulk_create(groups, batch_size=500)
    schools = [
        Organization(
            kind="school", group=group, district=district, code=f"{n:04d}", code_key=f"{n:04d}", name=f"School {n}",
            search_key=f"school {n}", area="Manhattan", grades=[0, 1, 2, 3, 4, 5],
        )
        for n, group in enumerate(groups)
    ]  # fmt: skip
    Organization.objects.bulk_create(schools, batch_size=500)
    people = [
        Person(name=f"Principal {n}", email=f"p{n}@burst.test", search_key=f"principal {n}", password="!x")
        for n in range(count)
    ]
    Person.objects.bulk_create(people, batch_size=500)
    RoleHeld.objects.bulk_create(
        [
            RoleHeld(person=p, role="principal", group=g, starts=factories.LONG_AGO)
            for p, g in zip(people, groups, strict=True)
        ],
        batch_size=500,
    )
    drafts = _drafts(made, schools)
    return _signed_in(people, drafts)


def _drafts(made: Program, schools: list[Organization]) -> list[Application]:
    design = made.design
    role = next(r for r in design.roles.values() if not r.hosts)
    areas = [a.key for a in design.focus_areas]
    answers = {}
    for question in design.form_for(role.key).questions(role.key):
        answer = _answer(question, areas)
        if answer is not None and question.feeds not in (
            "ranking",
            "wishes",
            "known",
            "avoid",
            "prefers_new",
        ):
            answers[question.key] = answer
    drafts = [
        Application(
            program=made, school=s, role_wanted=role.key, form_key=role.form, answers=answers, focus=areas[:1],
            state=ApplicationState.DRAFT, call=design.calls[0].key,
        )
        for s in schools
    ]  # fmt: skip
    Application.objects.bulk_create(drafts, batch_size=500)
    ranked = [c.key for c in design.matching.criteria][:5]
    Wishes.objects.bulk_create(
        [Wishes(application=a, ranking=ranked, welcomes_new=True) for a in drafts], batch_size=500
    )
    return drafts


def _signed_in(people: list[Person], drafts: list[Application]) -> list[dict[str, str]]:
    store = SessionStore()
    expires = timezone.now() + dt.timedelta(hours=11)
    found, sessions = [], []
    for n, (person, draft) in enumerate(zip(people, drafts, strict=True)):
        key = f"burst{n:027d}"
        data = {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
        }
        sessions.append(Session(session_key=key, session_data=store.encode(data), expire_date=expires))
        found.append({"session": key, "application": str(draft.pk)})
    Session.objects.bulk_create(sessions, batch_size=500)
    return found


def again() -> None:
    """Every submitted application is a draft once more."""
    Application.objects.filter(state=ApplicationState.SUBMITTED).update(
        state=ApplicationState.DRAFT, submitted=None, submitted_by=None
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.burst_fill", description=__doc__)
    parser.add_argument("--schools", type=int, default=190)
    parser.add_argument("--again", action="store_true")
    asked = parser.parse_args()
    if asked.again:
        again()
        return 0
    json.dump(fill(asked.schools), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
