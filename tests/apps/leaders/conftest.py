"""The small district of tests/world.py in a program with posts, and short ways through the life of one."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest

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
from intervisit.apps.leaders.models import InterviewSheet, LeaderApplication, LeaderTerm, PoolEntry
from intervisit.apps.people.models import RoleHeld, SchoolYear
from intervisit.apps.programs.models import Program
from tests import factories
from tests.posts import give_posts
from tests.world import World, canary

ANSWERS: dict[str, Any] = {
    "subject": "Grade 4", "full_time": True, "tenured": True, "practice": canary("leader-practice"),
    "colleagues": canary("leader-colleagues"), "feedback": "A colleague counted who spoke in my lessons.",
}  # fmt: skip
FORM: dict[str, Any] = {
    "practice": canary("interview-practice"),
    "adults": "She asks first.",
    "ready": "ready",
}


@dataclass
class Posts:
    """The world, and a committee of two: Cora for the district, Uli for the union."""

    world: World
    seats: dict[str, RoleHeld]

    @property
    def program(self) -> Program:
        return self.world.program

    def started(self, who: str = "Tess", post: str = "model_teacher", school: int = 1) -> LeaderApplication:
        position = self.program.design.positions[post]
        made = start_application(
            self.program, by=self.world.actor(who), post=position, school=self.world.schools[school]
        )
        return save_application(
            made, by=self.world.actor(who), answers=ANSWERS, shares=["practice", "email"], seen=1
        )

    def sent(self, who: str = "Tess", post: str = "model_teacher", school: int = 1) -> LeaderApplication:
        made = submit_application(self.started(who, post, school), by=self.world.actor(who))
        if made.state == "consent":
            principal = {1: "Hana", 2: "Piet"}[school]
            answer_consent(made.consent, by=self.world.actor(principal), agrees=True)
            made.refresh_from_db()
        return made

    def met(self, who: str = "Tess", school: int = 1) -> LeaderApplication:
        """Checked and interviewed, both forms handed in."""
        made = self.sent(who, school=school)
        check_rule(made, by=self.world.actor("Sol"), rule="evaluation", met=True)
        arrange_interview(
            made, by=self.world.actor("Sol"), at=None, place="Room 4", seats=list(self.seats.values())
        )
        for name in self.seats:
            sheet = InterviewSheet.objects.get(interview__application=made, seat=self.seats[name])
            save_sheet(sheet, by=self.world.actor(name), answers=FORM, seen=1, hand_in=True)
        return made

    def qualified(self, who: str = "Tess", school: int = 1) -> PoolEntry:
        made = self.met(who, school)
        decide(
            made, by=self.world.actor("Sol"), qualified=True, sentence="Your open door convinced everybody."
        )
        return PoolEntry.objects.get(application=made)

    def offered(self, who: str = "Tess", at: int = 1, by: str = "Hana") -> LeaderTerm:
        return offer_post(self.qualified(who), by=self.world.actor(by), school=self.world.schools[at])

    def serving(self) -> LeaderTerm:
        return answer_offer(self.offered(), by=self.world.actor("Tess"), accepts=True)


def build_posts(world: World) -> Posts:
    give_posts(world.program)
    for name in ("Cora Amsel", "Uli Berg"):
        world.people[name.split()[0]] = factories.person(name)
    by, people = world.actor("Dana"), world.people
    seats = {
        key: add_member(world.program, by=by, name="", email=people[key].email, side=side)
        for key, side in (("Cora", "district"), ("Uli", "union"))
    }
    for school in world.schools.values():
        SchoolYear.objects.create(school=school, year="2025-26", facts={"grades_served": ["K", "3"]})
    open_posts(world.program, by=by, closes=dt.date(2090, 1, 1))
    return Posts(world, seats)


@pytest.fixture
def posts(world: World) -> Posts:
    return build_posts(world)
