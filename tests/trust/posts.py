"""Posts and the memorandum: rows 2, 3 and 18 of the matrix for persons, near and far, with a canary in each text.

Pim (of P.S. 2, Piet's school) has applied and is interviewed: Cora for the district, whose form is in, and Mo for the
union, who once worked at P.S. 2 and so has a conflict. Tess (of Hana's school) is in the pool, holds a post, and
writes another application that only she reads.
"""

import datetime as dt
from typing import Any

from django.utils import timezone

from intervisit.apps.leaders.models import (
    Interview,
    InterviewSheet,
    LeaderApplication,
    LeaderConsent,
    LeaderTerm,
    PoolEntry,
)
from intervisit.apps.people.models import Organization, Person, RoleHeld
from intervisit.apps.programs.models import Acceptance, Agreement, Program
from intervisit.core.access import Thing
from intervisit.core.memoranda import Memorandum, Part, of_design, to_plain
from tests import factories
from tests.posts import give_posts
from tests.world import canary

CAST = {"Cora": "Cora Amsel", "Mo": "Mo Dietz", "Ida": "Ida Far"}
HELD = {
    "Cora": (("interviewer", "program"),),
    "Mo": (("interviewer", "program"),),
    "Ida": (("interviewer", "far program"),),
}
INTERVIEWER, IN_CONFLICT = "I interviewer", "interviewer with a conflict"
ROLES = {INTERVIEWER: ("Cora", True), IN_CONFLICT: ("Mo", True)}
TAKING_PART = {"program": "1 2 3 4", "far program": "9"}  # accepted, and told so

TRIED = {
    "Agreement": ("agreement", "agreement draft", "far agreement"),
    "Acceptance": ("acceptance", "acceptance withdrawn", "acceptance Fay", "far acceptance"),
    "LeaderApplication": ("leader application", "leader draft", "leader qualified", "far leader application"),
    "LeaderConsent": ("leader consent", "far leader consent"),
    "Interview": ("interview", "far interview"),
    "InterviewSheet": ("sheet Cora", "sheet Mo", "sheet open", "far sheet"),
    "PoolEntry": ("pool entry", "far pool entry"),
    "LeaderTerm": ("term", "term offer", "far term"),
}


def build(places: Any) -> None:
    """Add everything of posts to the things of the places."""
    world, things, people = places.world, places.things, places.world.people
    for key, name in CAST.items():
        people[key] = factories.person(name)
    near, far = world.program, places.far_program
    for program in (near, far):
        give_posts(program)
    seats = {
        key: factories.role(people[key], "interviewer", program.group, title="the district")
        for key, program in (("Cora", near), ("Mo", near), ("Ida", far))
    }
    factories.role(people["Mo"], "team", world.schools[2].group, ends=dt.date(2021, 6, 30))
    things["seat Cora"], things["seat Ida"] = seats["Cora"], seats["Ida"]
    _agreements(places)
    _interviewed(things, "", near, world.schools[2], people["Pim"], seats["Cora"])
    things["sheet Mo"] = InterviewSheet.objects.create(
        interview=things["interview"], seat=seats["Mo"], side="union",
        answers={"adults": canary("sheet-Mo"), "practice": canary("sheet-Mo")},
    )  # fmt: skip
    _interviewed(things, "far ", far, places.far_school, people["Lea"], seats["Ida"])
    things["sheet Cora"], things["far sheet"] = things.pop("sheet"), things["far sheet"]
    tess, school = people["Tess"], world.schools[1]
    things["leader draft"] = _application(
        near, "peer_collaborative_teacher", tess, school, "draft", "leader-draft"
    )
    waits = _application(near, "master_teacher", tess, school, "consent", "leader-waits")
    things["leader consent"] = _consent(waits, school)
    things["far leader consent"] = _consent(things["far leader application"], places.far_school)
    qualified = _application(near, "model_teacher", tess, school, "qualified", "leader-kept")
    things["leader qualified"] = qualified
    things["pool entry"] = _entry(qualified, "leader-shown")
    things["far pool entry"] = _entry(things["far leader application"], "far-leader-shown")
    other = Interview.objects.create(application=qualified)
    things["sheet open"] = InterviewSheet.objects.create(
        interview=other, seat=seats["Cora"], side="district", answers={"adults": canary("sheet-open")}
    )
    for name, program, person, where, state in (
        ("term", near, tess, school, "serving"),
        ("term offer", near, people["Pim"], world.schools[2], "offered"),
        ("far term", far, people["Lea"], places.far_school, "serving"),
    ):
        things[name] = LeaderTerm.objects.create(
            program=program, position="model_teacher", person=person, school=where, state=state, pay=7500,
            offered=timezone.now(), starts=program.first_day, ends=program.last_day,
        )  # fmt: skip


def _agreements(places: Any) -> None:
    world, things, people = places.world, places.things, places.world.people
    for where, program in (("", world.program), ("far ", places.far_program)):
        things[f"{where}agreement"] = Agreement.objects.create(
            program=program, number=1, content=to_plain(of_design(program.design)), state="published",
            published=timezone.now(),
        )  # fmt: skip
    secret = Part("all", "school", (), "New", canary("agreement-draft"), ())
    things["agreement draft"] = Agreement.objects.create(
        program=world.program, number=2, content=to_plain(Memorandum("Next", "", (secret,)))
    )
    for name, number, who, note in (("", 1, "Hana", ""), (" withdrawn", 2, "Piet", canary("withdrawal"))):
        things[f"acceptance{name}"] = Acceptance.objects.create(
            agreement=things["agreement"], whose="school", school=world.schools[number], role="host",
            person=people[who], name=people[who].name, at=timezone.now(), note=note,
            withdrawn=timezone.now() if note else None,
        )  # fmt: skip
    things["acceptance Fay"] = Acceptance.objects.create(
        agreement=things["agreement"],
        whose="facilitator",
        person=people["Fay"],
        name="Fay",
        at=timezone.now(),
    )
    things["far acceptance"] = Acceptance.objects.create(
        agreement=things["far agreement"], whose="school", school=places.far_school, role="host",
        person=people["Lea"], name="Lea", at=timezone.now(), note=canary("far-withdrawal"), withdrawn=timezone.now(),
    )  # fmt: skip


def _application(
    program: Program, post: str, person: Person, school: Organization, state: str, word: str
) -> LeaderApplication:
    text = canary(word)
    return LeaderApplication.objects.create(
        program=program, position=post, person=person, school=school, state=state, submitted=timezone.now(),
        answers={"practice": text, "colleagues": text}, sentence=canary(f"{word}-sentence"), decided=timezone.now(),
    )  # fmt: skip


def _interviewed(
    things: dict[str, Any], where: str, program: Program, school: Organization, person: Person, seat: RoleHeld
) -> None:
    made = _application(
        program, "model_teacher", person, school, "submitted", f"{where.strip() or 'near'}-leader"
    )
    interview = Interview.objects.create(
        application=made, at=timezone.now(), place=canary(f"{where.strip() or 'near'}-place")
    )
    word = canary(f"{where.strip() or 'near'}-sheet")
    things[f"{where}leader application"], things[f"{where}interview"] = made, interview
    things[f"{where}sheet"] = InterviewSheet.objects.create(
        interview=interview, seat=seat, side="district", answers={"adults": word, "practice": word}, state="in",
        handed_in=timezone.now(),
    )  # fmt: skip


def _consent(application: LeaderApplication, school: Organization) -> LeaderConsent:
    return LeaderConsent.objects.create(application=application, school=school, asked=timezone.now())


def _entry(application: LeaderApplication, word: str) -> PoolEntry:
    return PoolEntry.objects.create(
        application=application, program=application.program, position=application.position, person=application.person,
        school=application.school, shown=[["About my practice", canary(word)]], search_key=canary(word),
        until=dt.date(2090, 1, 1),
    )  # fmt: skip


def things_of(places: Any, one: Any, ids: dict[str, str]) -> dict[str, tuple[Any, Thing]]:
    """What each of these rows is, typed by hand."""
    made, people = places.things, places.world.people

    def key(*names: str) -> frozenset[str]:
        return frozenset(str(people[n].pk) for n in names)

    def committee(kind: str, state: str = "", **who: frozenset[str]) -> Thing:
        return Thing(kind, {"program": frozenset((ids["program"],))}, who, state)

    near_schools = " ".join(str(n) for n in places.world.schools)
    tess, pim, lea = people["Tess"], people["Pim"], people["Lea"]
    near = {"program": "program", "district": "district"}
    shut = key("Pim", "Piet", "Mo")  # everybody who has or had a role at P.S. 2
    typed = {
        "agreement": one("agreement", "published", program="program", schools=near_schools),
        "agreement draft": one("agreement", "draft", program="program", schools=near_schools),
        "far agreement": one("agreement", "published", program="far_program", schools="9"),
        "acceptance": one("acceptance", school="1", program="program"),
        "acceptance withdrawn": one("acceptance", school="2", program="program"),
        "acceptance Fay": one("acceptance", "", {"facilitator": people["Fay"]}, program="program"),
        "far acceptance": one("acceptance", school="9", program="far_program"),
        "leader application": one("leader_application", "submitted", {"person": pim}, program="program"),
        "leader draft": one("leader_application", "draft", {"person": tess}, program="program"),
        "leader qualified": one("leader_application", "qualified", {"person": tess}, program="program"),
        "far leader application": one("leader_application", "submitted", {"person": lea}, program="far_program"),
        "leader consent": one("leader_consent", "asked", school="1"),
        "far leader consent": one("leader_consent", "asked", school="9"),
        "interview": committee("interview", panel=key("Cora", "Mo"), subject=key("Pim"), conflicted=shut),
        "sheet Cora": committee("interview_sheet", "in", author=key("Cora"), peers=key("Cora"), subject=key("Pim"),
                                conflicted=shut),
        "sheet Mo": committee("interview_sheet", "open", author=key("Mo"), peers=key("Cora"), subject=key("Pim"),
                              conflicted=shut),
        "pool entry": one("pool_entry", "", {"person": tess}, program="program", taking_part=TAKING_PART["program"]),
        "far pool entry": one("pool_entry", "", {"person": lea}, program="far_program", taking_part="9"),
        "term": one("leader_term", "serving", {"person": tess}, school="1", **near),
        "term offer": one("leader_term", "offered", {"person": pim}, school="2", **near),
        "far term": one("leader_term", "serving", {"person": lea}, school="9", program="far_program", district="far"),
    }  # fmt: skip
    far = {"program": frozenset((ids["far program"],))}
    at_home = frozenset(
        str(r.person_id) for r in RoleHeld.objects.filter(group=places.world.schools[1].group_id)
    )
    typed["sheet open"] = committee(
        "interview_sheet", "open", author=key("Cora"), subject=key("Tess"), conflicted=at_home
    )
    at_far = frozenset(str(r.person_id) for r in RoleHeld.objects.filter(group=places.far_school.group_id))
    typed["far interview"] = Thing(
        "interview", far, {"panel": key("Ida"), "subject": key("Lea"), "conflicted": at_far}
    )
    typed["far sheet"] = Thing(
        "interview_sheet", far,
        {"author": key("Ida"), "peers": key("Ida"), "subject": key("Lea"), "conflicted": at_far}, "in",
    )  # fmt: skip
    return {name: (made[name], thing) for name, thing in typed.items()}


def second(places: Any, at: str, name: str) -> dict[str, Any]:
    """The other part of an address that names two things."""
    if "<slug:position>" in at:
        return {"position": "model_teacher"}
    if "<uuid:seat>" in at and "committee" in at:
        return {"seat": places.things["seat Ida" if name.startswith("far") else "seat Cora"].pk}
    return {}


def hidden(name: str, route: str, method: str) -> bool:
    """What these pages hide beyond their rule."""
    if route == "post":
        return method == "POST" or name.endswith(
            "call"
        )  # an empty form names no school; that program has no posts
    if route in ("agreement_draft", "publish_agreement", "drop_agreement"):
        return name != "program"  # there is no draft
    if route == "export_agreement":
        return name.endswith("call")  # nothing is in force there
    if route == "leader_committee_end":
        return name.endswith("call")  # the seat is one of another program
    return route == "leader_offer" and method == "POST"  # an empty form names no school


OPENED: dict[str, tuple[tuple[str, str], ...]] = {
    "agreement-draft": (("agreement.view", "agreement draft"),),
    "withdrawal": (("acceptance.view", "acceptance withdrawn"),),
    "far-withdrawal": (("acceptance.view", "far acceptance"),),
    "leader-draft": (("leader_application.view", "leader draft"),),
    "leader-kept": (("leader_application.view", "leader qualified"),),
    "leader-kept-sentence": (("leader_application.view", "leader qualified"),),
    "leader-shown": (("pool_entry.view", "pool entry"),),
    "far-leader-shown": (("pool_entry.view", "far pool entry"),),
    **{
        word: (("leader_application.view", f"{far}leader application"), ("interview.view", f"{far}interview"))
        for far, where in (("", "near"), ("far ", "far"))
        for word in (f"{where}-leader", f"{where}-place")
    },
    "near-sheet": (("interview_sheet.view", "sheet Cora"),),
    "far-sheet": (("interview_sheet.view", "far sheet"),),
    "sheet-Mo": (("interview_sheet.view", "sheet Mo"),),
    "sheet-open": (("interview_sheet.view", "sheet open"),),
}

_T, _P, _N, _NT, _F = (
    "T team", "P principal", "N principal of a partner", "N team of a partner", "F facilitator",
)  # fmt: skip
_C, _D, _FINANCE = "C staff", "C director", "$ finance"
_OTHERS = {"facilitator of another network", "principal of another network"}
_OVA = "principal of another network"
_OFFICE = {_C, _D}

CELLS: tuple[tuple[int, str, str, set[str]], ...] = (
    # The memorandum (M17) has no row of its own: what is promised is no secret, who stands by it is.
    (0, "agreement.view", "agreement", {_T, _P, _N, _NT, _F} | _OTHERS | _OFFICE),
    (0, "agreement.view", "agreement draft", _OFFICE),
    (0, "agreement.write", "agreement draft", {_D}),
    (0, "agreement.accept", "agreement", {_P, _N, _F} | _OTHERS),
    (0, "agreement.remind", "agreement", _OFFICE),
    (0, "acceptance.view", "acceptance", {_T, _P} | _OFFICE),
    (0, "acceptance.withdraw", "acceptance", {_P}),
    (0, "acceptance.view", "acceptance Fay", {_F} | _OFFICE),
    (0, "acceptance.withdraw", "acceptance Fay", {_F}),
    (1, "leader_application.view", "leader draft", {_T}),
    (1, "leader_application.write", "leader draft", {_T}),
    (2, "leader_application.view", "leader application", {_NT} | _OFFICE),
    (2, "leader_application.view", "leader qualified", {_T} | _OFFICE),
    (2, "leader_application.withdraw", "leader application", {_NT}),
    (2, "leader_application.check", "leader application", _OFFICE),
    (2, "leader_consent.answer", "leader consent", {_P}),
    (3, "interview.view", "interview", {INTERVIEWER} | _OFFICE),
    (3, "interview_sheet.view", "sheet Cora", {INTERVIEWER} | _OFFICE),
    (3, "interview_sheet.view", "sheet Mo", set()),
    (3, "interview_sheet.write", "sheet Mo", set()),
    (3, "interview_sheet.view", "sheet open", {INTERVIEWER}),
    (3, "interview_sheet.write", "sheet open", {INTERVIEWER}),
    (3, "interview_sheet.leave", "sheet Cora", {INTERVIEWER}),
    (4, "leader_application.decide", "leader application", _OFFICE),
    (4, "leader_application.undo_decision", "leader qualified", {_D}),
    (18, "pool_entry.view", "pool entry", {_T, _P, _N, _OVA} | _OFFICE),
    (18, "pool_entry.offer", "pool entry", {_P, _N, _OVA, _D}),
    (18, "pool_entry.leave", "pool entry", {_T}),
    (18, "leader_term.view", "term", {_T, _P, _FINANCE} | _OFFICE),
    (18, "leader_term.end", "term", {_P, _D}),
    (18, "leader_term.renew", "term", {_T}),
    (18, "leader_term.answer", "term offer", {_NT}),
    (18, "leader_term.take_back", "term offer", {_N, _D}),
    (18, "program.payroll", "program", {_FINANCE} | _OFFICE),
    (18, "program.pool", "program", {_P, _N, _OVA} | _OFFICE),
)
