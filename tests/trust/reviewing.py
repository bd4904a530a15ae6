"""Row 3 of the matrix: reviews, reviewers, conflicts, covered names and school visits, near and far.

Rae reviews without conflict; Kit has one with P.S. 1, whose application Kit had reviewed before; Vic reviews what Rae
reads too. The stage `reading` is open, `panel` is closed, Fay goes along on a visit to P.S. 1.
"""

import datetime as dt
from typing import Any

from django.utils import timezone

from intervisit.apps.applications.models import Application
from intervisit.apps.people.models import Person
from intervisit.apps.reviews.models import Conflict, Redaction, Review, SchoolVisit, Seat, Stage, Visitor
from tests import factories
from tests.world import canary

CAST = {"Kit": "Kit Alvarez", "Vic": "Vic Tanaka", "Fen": "Fen Abiola"}
HELD = {
    "Kit": (("reviewer", "program"),),
    "Vic": (("reviewer", "program"),),
    "Fen": (("reviewer", "far program"),),
}
IN_CONFLICT = "reviewer in conflict"
LEVELS = {"readiness": 2, "openness": 2, "need": 2, "strength": 2, "adult_learning": 2}


def build(places: Any) -> None:
    """Add everything of this row to the things of the places."""
    world, things, people = places.world, places.things, places.world.people
    for key, name in CAST.items():
        people[key] = factories.person(name)
    near, far = world.program, places.far_program
    for key in ("Kit", "Vic"):
        factories.role(people[key], "reviewer", near.group)
    factories.role(people["Fen"], "reviewer", far.group)
    stages = {
        (where, key): Stage.objects.create(program=program, key=key, title=key, state=state)
        for where, program in (("near", near), ("far", far))
        for key, state in (("reading", "open"), ("visit", "open"), ("panel", "closed"))
    }
    things["stage"], things["far stage"] = stages["near", "reading"], stages["far", "reading"]
    seats = {
        key: Seat.objects.create(
            program=near if key != "Fen" else far, person=people[key], held=_role(people[key])
        )
        for key in ("Rae", "Kit", "Vic", "Fen")
    }
    things["seat"], things["far seat"] = seats["Rae"], seats["Fen"]
    _reviews(places, stages, seats)
    _visits(places, stages)
    for where, school, who in (("", world.schools[1], "Kit"), ("far ", places.far_school, "Fen")):
        things[f"{where}conflict"] = Conflict.objects.create(
            school=school, person=people[who], kind="declared"
        )


def _role(person: Person) -> Any:
    return person.roles.get(role="reviewer")


def _reviews(places: Any, stages: dict[tuple[str, str], Stage], seats: dict[str, Seat]) -> None:
    things, applications = places.things, places.world.applications

    def review(stage: Stage, application: Application, who: str, state: str, word: str) -> Review:
        return Review.objects.create(
            stage=stage, application=application, seat=seats[who], state=state, levels=LEVELS,
            comment=canary(word), sent=timezone.now() if state in ("sent", "void") else None,
        )  # fmt: skip

    reading, panel = stages["near", "reading"], stages["near", "panel"]
    things["review 1"] = review(reading, applications[1], "Rae", "sent", "review-comment")
    things["review owed"] = review(reading, applications[4], "Rae", "draft", "owed-comment")
    things["review void"] = review(reading, applications[1], "Kit", "void", "void-comment")
    things["review closed"] = review(panel, applications[2], "Rae", "sent", "closed-comment")
    things["review peer"] = review(panel, applications[2], "Vic", "sent", "peer-comment")
    things["review alone"] = review(panel, applications[3], "Vic", "sent", "alone-comment")
    things["far review"] = review(
        stages["far", "reading"], things["far application"], "Fen", "sent", "far-review-comment"
    )
    for where, application in (("", applications[1]), ("far ", things["far application"])):
        word = canary(f"{where.strip() or 'near'}-covered")
        things[f"{where}redaction"] = Redaction.objects.create(application=application, phrases=[word])


def _visits(places: Any, stages: dict[tuple[str, str], Stage]) -> None:
    world, things = places.world, places.things
    fay = world.people["Fay"]
    for where, application in (("", world.applications[1]), ("far ", things["far application"])):
        word = canary(f"{where.strip() or 'near'}-visit-notes")
        things[f"{where}school visit"] = SchoolVisit.objects.create(
            stage=stages[where.strip() or "near", "visit"], application=application, day=dt.date(2026, 9, 1),
            answers={"suits": word, "concerns": word},
        )  # fmt: skip
    held = fay.roles.get(role="facilitator", group=world.program.group)
    Visitor.objects.create(visit=things["school visit"], person=fay, held=held)


def things_of(places: Any, one: Any) -> dict[str, tuple[Any, Any]]:
    """Each thing, typed by hand. `one` makes a Thing as the oracle does."""
    made, people = places.things, places.world.people
    rae, kit, vic, fay, fen = (people[k] for k in ("Rae", "Kit", "Vic", "Fay", "Fen"))
    found = {
        "review 1": one(
            "review",
            "sent",
            {"author": rae, "author_open": rae, "author_told": rae, "conflicted": kit},
            program="program",
        ),
        "review owed": one(
            "review", "draft", {"author": rae, "author_open": rae, "author_told": rae}, program="program"
        ),
        "review void": one(
            "review",
            "void",
            {"author": kit, "author_open": kit, "author_told": kit, "conflicted": kit},
            program="program",
        ),
        "review closed": one(
            "review", "sent", {"author": rae, "author_told": rae, "peers": (rae, vic)}, program="program"
        ),
        "review peer": one(
            "review", "sent", {"author": vic, "author_told": vic, "peers": (rae, vic)}, program="program"
        ),
        "review alone": one(
            "review", "sent", {"author": vic, "author_told": vic, "peers": vic}, program="program"
        ),
        "far review": one(
            "review",
            "sent",
            {"author": fen, "author_open": fen, "author_told": fen, "conflicted": fen},
            program="far_program",
        ),
        "stage": one("stage", "open", program="program"),
        "far stage": one("stage", "open", program="far_program"),
        "seat": one("seat", "", {"person": rae, "owing": rae}, program="program"),
        "far seat": one("seat", "", {"person": fen}, program="far_program"),
        "conflict": one("conflict", "declared", {"person": kit}, programs="program call"),
        "far conflict": one("conflict", "declared", {"person": fen}, programs="far_program far_call"),
        "redaction": one("redaction", "", program="program"),
        "far redaction": one("redaction", "", program="far_program"),
        "school visit": one(
            "school_visit",
            "planned",
            {"visitor": fay, "visitor_open": fay, "conflicted": kit},
            program="program",
        ),
        "far school visit": one("school_visit", "planned", {"conflicted": fen}, program="far_program"),
    }
    return {name: (made[name], thing) for name, thing in found.items()}


OPENED: dict[str, tuple[tuple[str, str], ...]] = {
    "review-comment": (("review.view", "review 1"),),
    "owed-comment": (("review.view", "review owed"),),
    "void-comment": (("review.view", "review void"),),
    "closed-comment": (("review.view", "review closed"), ("review.peer", "review closed")),
    "peer-comment": (("review.view", "review peer"), ("review.peer", "review peer")),
    "alone-comment": (("review.view", "review alone"), ("review.peer", "review alone")),
    "far-review-comment": (("review.view", "far review"),),
    "near-covered": (("redaction.view", "redaction"),),
    "far-covered": (("redaction.view", "far redaction"),),
    "near-visit-notes": (("school_visit.view", "school visit"),),
    "far-visit-notes": (("school_visit.view", "far school visit"),),
}
# What a reviewer reads of the application itself (row 2), and only through their own review.
READ_BY_REVIEW = {
    "answer1": ("review.view", "review 1"),
    "answer2": ("review.view", "review closed"),
    "answer4": ("review.view", "review owed"),
}

# What a reviewer is told of a decision (row 4), by the same way.
TOLD = {
    "reason1": ("review.decision", "review 1"),
    "reason2": ("review.decision", "review closed"),
    "reason4": ("review.decision", "review owed"),
}

TRIED = {
    "Seat": ("seat", "far seat"),
    "Review": ("review 1", "review closed", "review peer", "review void", "far review"),
    "SchoolVisit": ("school visit", "far school visit"),
}

R, F, K, E = "R reviewer", "F facilitator", IN_CONFLICT, "E evaluator"
OFFICE = {"C staff", "C director"}
LOU = {"director of another district"}
CELLS: tuple[tuple[int, str, str, set[str]], ...] = (
    (3, "review.view", "review 1", {R} | OFFICE),
    (3, "review.write", "review 1", {R}),
    (3, "review.conflict", "review 1", {R}),
    (3, "review.export", "review 1", OFFICE),
    (3, "review.assign", "review 1", OFFICE),
    (3, "review.peer", "review 1", set()),  # the stage is open
    (3, "review.view", "review closed", {R} | OFFICE),
    (3, "review.write", "review closed", set()),
    (3, "review.view", "review peer", OFFICE),
    (3, "review.peer", "review peer", {R}),
    (3, "review.peer", "review alone", set()),  # Rae has not reviewed it herself
    (3, "program.evaluate", "program", {E}),
    (3, "program.evaluation", "program", {E} | OFFICE),
    (4, "review.decision", "review 1", {R}),
    (4, "review.decision", "review closed", {R}),
    (4, "review.decision", "review peer", set()),  # Vic is told by his own
    (4, "review.decision", "review void", set()),  # whoever has a conflict is not
    (4, "review.decision", "far review", set()),
    (3, "review.view", "review void", OFFICE),  # kept for audit, gone for whoever wrote it
    (3, "review.view", "far review", LOU),
    (3, "school_visit.view", "school visit", {F} | OFFICE),
    (3, "school_visit.write", "school visit", {F} | OFFICE),
    (3, "school_visit.plan", "school visit", OFFICE),
    (3, "school_visit.view", "far school visit", LOU),
    (3, "redaction.view", "redaction", OFFICE),
    (3, "redaction.write", "redaction", OFFICE),
    (3, "stage.view", "stage", OFFICE),
    (3, "conflict.view", "conflict", {K} | OFFICE),
    (3, "conflict.lift", "conflict", OFFICE),
    (3, "seat.view", "seat", {R} | OFFICE),
    (3, "seat.use", "seat", {R}),
    (3, "seat.remind", "seat", {R}),
    (3, "seat.change", "seat", OFFICE),
    (3, "program.review", "program", {R, K}),
)


def second(places: Any, route: Any, name: str) -> dict[str, Any] | None:
    """The other parts of an address of this chapter; None: not one of ours."""
    if not route.view.__module__.startswith("intervisit.apps.reviews."):
        return None
    far, found = name.startswith("far"), {}
    if "<slug:stage>" in route.at:
        found["stage"] = "visit" if route.name == "plan_school_visit" else "reading"
    if "<uuid:application>" in route.at and route.model.__name__ == "Program":
        application = places.things["far application"] if far else places.world.applications[1]
        found["application"] = application.pk
    if "<uuid:conflict>" in route.at:
        found["conflict"] = places.things["far conflict" if far else "conflict"].pk
    return found


def hidden(name: str, route: str) -> bool | None:
    """What the pages of this chapter ask beyond their rule; None: nothing."""
    if route in ("redactions", "redaction", "take_review"):
        return True  # no stage of this design is blind, none hands out by a queue
    if route in ("reviews_of_application", "plan_school_visit", "lift_conflict") and name.endswith("call"):
        return True  # named is something of another program
    return None
