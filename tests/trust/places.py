"""What trust tests add to the district of tests/world.py: a second district, the missing roles, and one of everything.

Every private text holds a canary, so that a scan finds it wherever it leaks to.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from intervisit.apps.applications.models import Appeal, Application, Letter, PendingDecision, Wishes
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.calendar import bridge as calendar
from intervisit.apps.calendar.actions.releases import entries_of
from intervisit.apps.calendar.models import (
    FeedAddress,
    Happening,
    NamedDays,
    Proposal,
    ProposalAnswer,
    Release,
    Visit,
    YearPlan,
)
from intervisit.apps.calendar.states import DayKind, HappeningKind, HappeningState, PlanState, VisitState
from intervisit.apps.networks import bridge as networks
from intervisit.apps.networks.models import (
    DraftNetwork,
    DraftPlace,
    Network,
    NetworkLetter,
    NetworkMember,
    Scenario,
    Veto,
)
from intervisit.apps.networks.models import Release as NetworkRelease
from intervisit.apps.networks.states import NetworkState, ScenarioState
from intervisit.apps.people.models import (
    Organization,
    Person,
    RoleHeld,
    SecondFactor,
    SessionSeen,
    SignInLink,
)
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.states import Phase
from intervisit.core import scheduling
from intervisit.kit.models import Group, HistoryLine, ImportRun, ImportState, Job, MailState, OutgoingMail
from tests import factories
from tests.trust import applying, around, posts, reviewing
from tests.world import World, canary

NEW = {
    "Eve": "Eve Sandoval",
    "Flo": "Flo Brandt",
    "Rae": "Rae Winters",
    "Lou": "Lou Ferris",
    "Lea": "Lea Novak",
}


@dataclass
class Places:
    """The world, and beside it a district that nobody of the world may know anything of (except Lou and Lea)."""

    world: World
    far: Organization
    far_school: Organization
    far_program: Program
    things: dict[str, Any] = field(default_factory=dict)  # "near session", "far scenario", …

    def near(self, name: str) -> Any:
        return self.things[f"near {name}"]


def build_places(world: World) -> Places:
    """Add what is missing. Lou directs the far district and its program, Lea leads its school."""
    far = factories.district("Lake County Schools", "LC")
    places = Places(
        world,
        far,
        factories.school(far, 9, code="77X009", name="Far Academy"),
        factories.program(far, phase=Phase.YEAR),
    )
    for key, name in NEW.items():
        world.people[key] = factories.person(name)
    give, people = factories.role, world.people
    give(people["Eve"], "evaluator", world.program.group)
    give(people["Flo"], "finance", world.district.group)
    give(people["Rae"], "reviewer", world.program.group)
    give(people["Lou"], "director", far.group)
    give(people["Lou"], "director", places.far_program.group)
    give(people["Lea"], "principal", places.far_school.group)
    _near(places)
    _far(places)
    _years(places)
    _open_calls(places)
    return places


def _near(places: Places) -> None:
    world, things = places.world, places.things
    _of_persons(things, "near", world.people["Hana"])
    _of_persons(things, "other", world.people["Piet"])
    _of_district(things, "near", world.district, world.schools[1], world.program, world.people["Dana"])
    assert world.plan is not None
    assert world.scenario is not None
    world.scenario.note, world.scenario.proof = canary("scenario-note"), canary("scenario-proof")
    world.scenario.problem = networks.instance(world.program, _counts(world.program))
    world.scenario.save()
    world.plan.problem = scheduling.write_instance(calendar.problem(world.program))
    world.plan.proof, world.plan.missed = canary("plan-proof"), [canary("plan-missed")]
    world.plan.facilitators_move = world.plan.schools_propose = True
    world.plan.save()
    wishes = Wishes.objects.get(application=world.applications[2])
    wishes.known = [str(world.schools[6].pk)]
    wishes.save()
    NetworkMember.objects.filter(school=world.schools[1]).update(reasons={"note": canary("member-reasons")})
    NetworkMember.objects.create(
        network=world.networks["East"], school=world.schools[7], role=world.applications[7].role_wanted,
        joined=dt.date(2026, 9, 8), left=dt.date(2026, 10, 1), how="withdrew", note=canary("member-note"),
    )  # fmt: skip
    NetworkLetter.objects.create(
        program=world.program, reader="facilitator", subject="A letter", text=canary("letter")
    )
    NetworkRelease.objects.create(
        program=world.program, number=1, notes=[["East network", [canary("release-note")]]]
    )
    world.applications[5].state = ApplicationState.SUBMITTED
    world.applications[5].released, world.applications[5].role = None, ""
    world.applications[5].save()
    _decisions(places)


def _decisions(places: Places) -> None:
    """Application 6 is decided and its school does not know; 1 was told, in a letter, and wrote a note."""
    world, things = places.world, places.things
    six = world.applications[6]
    things["near pending"] = _pending(six, canary("reason6"))
    six.state, six.released, six.role, six.reason = ApplicationState.SUBMITTED, None, "", ""
    six.save()
    things["near letter"], things["near note"] = _told(world.applications[1], "1")
    things["other letter"], things["other note"] = _told(world.applications[2], "2")


def _pending(application: Application, reason: str) -> PendingDecision:
    return PendingDecision.objects.create(
        application=application, state=ApplicationState.DECLINED, decision="decline", reason=reason,
        decided=timezone.now(), batch=uuid.uuid4(),
    )  # fmt: skip


def _told(application: Application, name: str) -> tuple[Letter, Appeal]:
    """A letter that went out, with its mail, and a note about it that is answered."""
    letter = Letter.objects.create(
        application=application, state=application.state, decision="accept", subject="A decision",
        text=canary(f"letter{name}"), told=application.released, appeal_until=timezone.now() + dt.timedelta(days=9),
    )  # fmt: skip
    reader = RoleHeld.objects.get(group=application.school.group, role="principal").person
    letter.mails.add(OutgoingMail.objects.create(
        key=f"letter-{name}", kind="application.decision", to=reader, subject="A decision", state=MailState.BOUNCED,
        body=canary(f"letter{name}"), action="application.read_decision", model="applications.Application",
        thing=str(application.pk),
    ))  # fmt: skip
    note = Appeal.objects.create(
        letter=letter, text=canary(f"note{name}"), written=timezone.now(), written_by=reader,
        answer=canary(f"answer-to-note{name}"), answered=timezone.now(),
    )  # fmt: skip
    return letter, note


def _counts(program: Program) -> networks.Wanted:
    return networks.Wanted(dict.fromkeys(program.design.shapes, (0, 5)))


def _of_persons(things: dict[str, Any], where: str, person: Person) -> None:
    """A session, a mail, a second factor and a sign-in link of one person."""
    name = person.name.split()[0]
    things[f"{where} session"] = SessionSeen.objects.create(
        person=person, session_key=canary(f"session-{name}"), seen=timezone.now(), device=canary(f"device-{name}"),
        how="link",
    )  # fmt: skip
    things[f"{where} mail"] = OutgoingMail.objects.create(
        key=f"{where}-{name}", kind="role.granted", to=person, subject=canary(f"subject-{name}"),
        body=canary(f"body-{name}"), state=MailState.SENT, sent=timezone.now(),
    )  # fmt: skip
    SecondFactor.objects.create(
        person=person, secret=canary(f"secret-{name}"), recovery=[canary(f"recovery-{name}")]
    )
    SignInLink.objects.create(digest=canary(f"link-{name}"), person=person, created=timezone.now())


def _of_district(
    things: dict[str, Any],
    where: str,
    district: Organization,
    school: Organization,
    program: Program,
    person: Person,
) -> None:
    """Files, blocked days, history and a job of one district."""
    for what, group in (
        ("schools", district.group),
        ("applications", program.group),
        ("travel", program.group),
    ):
        things[f"{where} {what} file"] = ImportRun.objects.create(
            what=what, group=group, person=person, filename=f"{canary(f'{where}-{what}-file')}.csv",
            data=f"code,name\n01M001,{canary(f'{where}-{what}-cell')}\n".encode(),
            header=["code", "name"], mapping={"code": "code", "name": "name"}, state=ImportState.READ,
        )  # fmt: skip
    things[f"{where} district days"] = _days(district, "Spring recess", DayKind.CLOSED)
    things[f"{where} school days"] = _days(school, canary(f"{where}-blocked-days"), DayKind.BLOCKED)
    things[f"{where} history"] = HistoryLine.objects.create(
        verb="veto.write", kind="veto", thing=str(uuid.uuid4()), label=canary(f"{where}-history"), actor=person,
        group=program.group, changes={"state": [canary(f"{where}-before"), "after"]},
    )  # fmt: skip
    things[f"{where} job"] = Job.objects.create(
        kind="match", title=canary(f"{where}-job"), person=person, group=program.group, state="done",
        message=canary(f"{where}-job-message"), arguments={"note": canary(f"{where}-job-arguments")},
    )  # fmt: skip
    proposed = factories.person(f"Una{where.title()} Proposed")
    things[f"{where} role"] = factories.role(
        proposed, "team", school.group, needs_second=True, granted_by=person
    )


def _days(organization: Organization, name: str, kind: DayKind) -> NamedDays:
    day = dt.date(2027, 4, 5)
    return NamedDays.objects.create(organization=organization, starts=day, ends=day, name=name, kind=kind)


def _far(places: Places) -> None:
    """One of everything in the far district."""
    far, program, school, things = places.far, places.far_program, places.far_school, places.things
    lou = places.world.people["Lou"]
    _of_persons(things, "far", lou)
    _of_district(things, "far", far, school, program, lou)
    found = factories.application(
        program, school, state=ApplicationState.ACCEPTED, answers={"why": canary("far-answer")},
        reason=canary("far-reason"), submitted=timezone.now(), released=timezone.now(),
    )  # fmt: skip
    found.role = found.role_wanted
    found.save()
    scenario = Scenario.objects.create(
        program=program,
        name=canary("far-scenario"),
        problem={"schools": [], "types": []},
        state=ScenarioState.READY,
    )
    shape = next(iter(program.design.shapes.values())).key
    group = Group.objects.create(kind="network", name=canary("far-network"))
    network = Network.objects.create(
        program=program, group=group, name=canary("far-network"), number=1, type=shape, state=NetworkState.PUBLISHED,
        published=timezone.now(), scenario=scenario,
    )  # fmt: skip
    draft = DraftNetwork.objects.create(scenario=scenario, number=1, type=shape)
    DraftPlace.objects.create(scenario=scenario, network=draft, application=found, hosts=False)
    NetworkMember.objects.create(
        network=network, school=school, application=found, role=found.role, joined=dt.date(2026, 9, 8)
    )
    other = factories.school(far, 8, code="77X008", name="Far Primary")
    neighbour = factories.application(program, other, state=ApplicationState.ACCEPTED, role=found.role)
    NetworkMember.objects.create(
        network=network, school=other, application=neighbour, role=found.role, joined=dt.date(2026, 9, 8)
    )
    plan = YearPlan.objects.create(
        program=program,
        name=canary("far-plan"),
        problem={},
        state=PlanState.PUBLISHED,
        published=timezone.now(),
    )
    visit = Visit.objects.create(
        plan=plan, network=network, school=school, number=1, date=dt.date(2026, 10, 15), starts=dt.time(8, 30),
        ends=dt.time(15), part="whole", uid="far.1",
    )  # fmt: skip
    veto = Veto.objects.create(program=program, first=school, second=other, note=canary("far-veto"))
    scenario.problem = networks.instance(program, _counts(program))
    scenario.save()
    plan.problem = scheduling.write_instance(calendar.problem(program))
    plan.save()
    things |= {
        "far application": found, "far scenario": scenario, "far network": network, "far plan": plan,
        "far visit": visit, "far veto": veto, "far feed": FeedAddress.objects.create(person=lou),
        "far pending": _pending(neighbour, canary("far-pending")),
    }  # fmt: skip
    neighbour.state, neighbour.role, neighbour.submitted = ApplicationState.SUBMITTED, "", timezone.now()
    neighbour.save()
    things["far letter"], things["far note"] = _told(found, "-far")


def _years(places: Places) -> None:
    """What a published year carries in each district: a release, something that happened, a proposal of a day."""
    world, things = places.world, places.things
    # To a school that came during the year: it never had a day, and only the office knows of it.
    things["visit owed"] = Visit.objects.create(
        plan=world.plan, network=world.networks["East"], school=world.schools[2], number=0, state=VisitState.OWED,
        date=world.program.first_day - dt.timedelta(days=1), starts=dt.time(8, 30), ends=dt.time(15), part="whole",
        uid="owed",
    )  # fmt: skip
    for where, plan, visit, school, person in (
        ("near", world.plan, world.visits["East"], world.schools[2], world.people["Piet"]),
        ("far", things["far plan"], things["far visit"], places.far_school, world.people["Lea"]),
    ):
        things[f"{where} release"] = Release.objects.create(
            program=plan.program, plan=plan, number=1, name=canary(f"{where}-release"),
            note=canary(f"{where}-release-note"), entries=entries_of(plan), names={}, person=person,
        )  # fmt: skip
        things[f"{where} happening"] = Happening.objects.create(
            plan=plan, kind=HappeningKind.SCHOOL, school=school, first=visit.date, last=visit.date,
            reason=canary(f"{where}-happening"), state=HappeningState.READY, person=person,
            refused=[canary(f"{where}-refused")],
        )  # fmt: skip
        made = Proposal.objects.create(
            visit=visit, was=visit.date, to=visit.date + dt.timedelta(days=7), school=school, person=person,
            reason=canary(f"{where}-proposal"), expires=timezone.now() + dt.timedelta(days=2),
        )  # fmt: skip
        things[f"{where} proposal"] = made
        ProposalAnswer.objects.create(proposal=made, school=visit.school)


def _open_calls(places: Places) -> None:
    """A program in each district that schools can apply to now, and a draft in the near one."""
    now = timezone.now()
    for where, district in (("near", places.world.district), ("far", places.far)):
        places.things[f"{where} call"] = factories.program(
            district, phase=Phase.CALL, name=f"{where} call", call_opens=now - dt.timedelta(days=9),
            call_closes=now + dt.timedelta(days=9),
        )  # fmt: skip
    call, schools = places.near("call"), places.world.schools
    factories.role(places.world.people["Sol"], "staff", call.group)
    for name, number in (("near", 1), ("other", 2)):
        places.things[f"{name} draft"] = factories.application(
            call, schools[number], state=ApplicationState.DRAFT, answers={"why": canary(f"draft{number}")}
        )
    Wishes.objects.create(application=places.near("draft"), schools=[str(schools[3].pk)])
    for application in Application.objects.all():
        application.answers = _answers(application)
        application.save()
    assert RoleHeld.objects.exists()
    applying.build(places)
    reviewing.build(places)
    posts.build(places)
    around.build(places)


def _answers(application: Application) -> dict[str, Any]:
    """Answers to real questions, so that pages show them: the canary goes into every question that takes words."""
    form = application.program.design.forms[application.form_key]
    word = application.answers.get("why", "")
    return {"why": word} | {q.key: word for q in form.questions() if q.kind in ("text", "long_text")}
