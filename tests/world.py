"""A small district with everybody in it, and a canary in every private thing.

Hana leads the host school P.S. 1, Tess teaches on her team; Piet leads the partner P.S. 2, Pim teaches there; Ora
leads the partner P.S. 3. Fay facilitates their network. Ova leads P.S. 4, in another network that Finn
facilitates, and must see nothing of theirs. Dana directs the program, Sol is on its staff, Sue is the
superintendent and rates the principals, Ada looks after the system, Rex was on Hana's team until last year.
"""

import datetime as dt
import re
from dataclasses import dataclass, field

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.calendar.models import FeedAddress, Visit, YearPlan
from intervisit.apps.calendar.states import PlanState
from intervisit.apps.networks.models import DraftNetwork, DraftPlace, Network, NetworkMember, Scenario, Veto
from intervisit.apps.networks.states import NetworkState, ScenarioState
from intervisit.apps.people.models import Organization, Person, Rates
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.states import Phase
from intervisit.kit.access import Actor, actor_for
from intervisit.kit.models import Group
from tests import factories

STAFF_KEYS = ("Dana", "Sol", "Ada", "Sue")
IN_THE_YEAR = dt.datetime(
    2026, 11, 22, 15, tzinfo=dt.UTC
)  # for tests of a day while the year of the world runs


def canary(of: str) -> str:
    """A word that appears nowhere else: wherever it turns up, this thing has leaked."""
    return f"canary-{of}-7f3a"


@dataclass
class World:
    """Everything a test may want to name."""

    district: Organization
    program: Program
    schools: dict[int, Organization]
    people: dict[str, Person] = field(default_factory=dict)
    applications: dict[int, Application] = field(default_factory=dict)
    networks: dict[str, Network] = field(default_factory=dict)
    scenario: Scenario | None = None
    plan: YearPlan | None = None
    visits: dict[str, Visit] = field(default_factory=dict)
    feeds: dict[str, FeedAddress] = field(default_factory=dict)
    veto: Veto | None = None

    def actor(self, name: str, *, strong: bool = True, fresh: bool = True) -> Actor:
        return actor_for(self.people[name], strong=strong, fresh=fresh)

    def client(self, name: str | None, *, strong: bool = True) -> Client:
        """A browser in which this person is signed in; None: nobody is."""
        browser = Client()
        if name is None:
            return browser
        browser.force_login(self.people[name])
        if strong:
            session = browser.session
            session["strong_at"] = timezone.now().isoformat()
            session.save()
        return browser


_CAST = {
    "Dana": "Dana Okafor", "Sol": "Sol Rivera", "Fay": "Fay Lindqvist", "Finn": "Finn Castellanos",
    "Hana": "Hana Whitfield", "Tess": "Tess Moreau", "Piet": "Piet Abara", "Pim": "Pim Ostrowski",
    "Ora": "Ora Delacroix", "Ova": "Ova Lindgren", "Sue": "Sue Marchetti", "Ada": "Ada Nakamura",
    "Rex": "Rex Holloway", "Noa": "Noa Feldman",
}  # fmt: skip


def build_world(slug: str = "") -> World:
    """Make the district. A dozen roles, two published networks, one scenario, a published year."""
    district = factories.district()
    program = factories.program(district, slug, phase=Phase.YEAR)
    world = World(district, program, {n: factories.school(district, n) for n in (1, 2, 3, 4, 5, 6, 7)})
    world.people = {key: factories.person(name) for key, name in _CAST.items()}
    _roles(world)
    _applications(world)
    _networks(world)
    _year(world)
    return world


def _roles(world: World) -> None:
    people, schools = world.people, world.schools
    give = factories.role
    for key, group in (("Dana", world.district.group), ("Dana", world.program.group)):
        give(people[key], "director", group)
    give(people["Sol"], "staff", world.program.group)
    give(people["Ada"], "admin", world.district.group)
    give(people["Sue"], "supervisor", world.district.group)
    for key in ("Fay", "Finn"):
        give(people[key], "facilitator", world.program.group)
    for key, number in (("Hana", 1), ("Piet", 2), ("Ora", 3), ("Ova", 4)):
        give(people[key], "principal", schools[number].group)
        Rates.objects.create(rater=people["Sue"], rated=people[key], starts=factories.LONG_AGO)
    for key, number in (("Tess", 1), ("Pim", 2)):
        give(people[key], "team", schools[number].group)
    Rates.objects.create(rater=people["Hana"], rated=people["Tess"], starts=factories.LONG_AGO)
    give(people["Rex"], "team", schools[1].group, ends=dt.date(2025, 6, 30))


def _applications(world: World) -> None:
    hosts = [r.key for r in world.program.design.roles.values() if r.hosts]
    others = [r.key for r in world.program.design.roles.values() if not r.hosts]
    for number, school in world.schools.items():
        wanted = hosts[0] if hosts and number in (1, 4) else others[0]
        state = ApplicationState.DRAFT if number == 7 else ApplicationState.ACCEPTED
        text = canary(f"answer{number}")
        world.applications[number] = factories.application(
            world.program, school, role_wanted=wanted, state=state, role=wanted if state != "draft" else "",
            answers={"why": text}, reason=canary(f"reason{number}"), submitted=timezone.now(),
            released=timezone.now() if state != "draft" else None,
        )  # fmt: skip
    Wishes.objects.create(
        application=world.applications[2], ranking=["proximity"], schools=[str(world.schools[1].pk)], known=[]
    )
    world.veto = Veto.objects.create(
        program=world.program, first=world.schools[2], second=world.schools[5], note=canary("veto")
    )


def _networks(world: World) -> None:
    world.scenario = Scenario.objects.create(
        program=world.program, name=canary("scenario"), problem={"schools": [], "types": []},
        state=ScenarioState.READY, person=world.people["Dana"], objective=1000, bound=1000,
    )  # fmt: skip
    shape = next(iter(world.program.design.shapes))
    shape_key = getattr(shape, "key", shape)
    for name, numbers, facilitator in (("East", (1, 2, 3), "Fay"), ("West", (4, 5, 6), "Finn")):
        group = Group.objects.create(kind="network", name=f"{name} network")
        network = Network.objects.create(
            program=world.program, group=group, name=f"{name} network", number=len(world.networks) + 1,
            type=shape_key, state=NetworkState.PUBLISHED, published=timezone.now(), scenario=world.scenario,
        )  # fmt: skip
        world.networks[name] = network
        factories.role(world.people[facilitator], "facilitator", group)
        draft = DraftNetwork.objects.create(scenario=world.scenario, number=network.number, type=shape_key)
        for place, number in enumerate(numbers):
            application = world.applications[number]
            hosts = bool(place == 0 and world.program.design.roles[application.role].hosts)
            DraftPlace.objects.create(
                scenario=world.scenario, network=draft, application=application, hosts=hosts
            )
            NetworkMember.objects.create(
                network=network, school=world.schools[number], application=application, role=application.role,
                hosts=hosts, joined=dt.date(2026, 9, 8), score=812.5, reasons={},
            )  # fmt: skip


def _year(world: World) -> None:
    world.plan = YearPlan.objects.create(
        program=world.program,
        name=canary("plan"),
        problem={},
        state=PlanState.PUBLISHED,
        published=timezone.now(),
    )
    for name, number in (("East", 1), ("West", 4)):
        world.visits[name] = Visit.objects.create(
            plan=world.plan, network=world.networks[name], school=world.schools[number], number=1,
            date=dt.date(2026, 10, 14), starts=dt.time(8, 30), ends=dt.time(15, 0), part="whole",
            uid=f"{world.networks[name].pk}.{world.schools[number].pk}.1",
        )  # fmt: skip
    for name in ("Hana", "Ova", "Rex"):
        world.feeds[name] = FeedAddress.objects.create(person=world.people[name])


def words_of(answer: HttpResponse) -> str:
    """A page without its one-time keys: what a reader could tell two answers apart by."""
    text = answer.content.decode()
    text = re.sub(r'(name="(?:csrfmiddlewaretoken|submit_key)" value=")[^"]*', r"\1", text)
    return re.sub(r"<code>[0-9a-f]{12}</code>", "<code>request</code>", text)
