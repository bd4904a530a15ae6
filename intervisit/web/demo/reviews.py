"""What reviewers of the demo think: who they are, what they choose and write, which schools are visited."""

import datetime as dt
import hashlib
from collections.abc import Mapping

from intervisit.apps.applications.bridge import focus_labels
from intervisit.apps.applications.models import Application
from intervisit.apps.people.models import Organization, Person, RoleHeld
from intervisit.apps.people.setup import make_person
from intervisit.apps.programs.models import Program
from intervisit.apps.reviews.actions.assigning import apply_assignment
from intervisit.apps.reviews.actions.conflicts import declare_on
from intervisit.apps.reviews.actions.stages import close_stage, open_stage
from intervisit.apps.reviews.actions.visits import finish_visit, plan_visit, save_visit
from intervisit.apps.reviews.bridge import Choice, plan
from intervisit.apps.reviews.models import Review, SchoolVisit, Seat
from intervisit.apps.reviews.queries import StageView, applications_of, judged_as, stages_of
from intervisit.apps.reviews.states import ReviewState
from intervisit.core.access import Actor
from intervisit.kit.access import actor_for
from intervisit.kit.clock import now, today
from intervisit.web.demo import cast

# name, the school they worked in until some years ago (by number), how severe they are (in levels)
REVIEWERS: tuple[tuple[str, int | None, float], ...] = (
    ("Marcus Webb", 12, 0.4),
    ("Iris Bergmann", 34, -0.1),
    ("Priya Raman", None, 0.0),
    ("Samuel Okoye", 3, -0.5),
    ("Lena Ortiz", 50, 0.1),
)
STRONG = (
    "They know why their practice works, not only that it does. I would want my own teachers to see this room.",
    "Evidence from two years and from more than one source. The plan for visitors is concrete: who opens which door.",
    "The team writes with one voice and still disagrees in places, which I trust more than agreement.",
)
FAIR = (
    "A real difficulty, named without excuses. What is missing is how they will notice that something has changed.",
    "The aim is clear for one grade. I am not sure yet that the other teams know of this application.",
    "Good intentions and a principal who listens. The weekly hour for the team is promised, not yet in the schedule.",
    "Two of the three examples are from one classroom. I would ask on the visit what the neighbours do.",
)
WEAK = (
    "Mostly about what the school has bought and who was trained. Little about what children do differently.",
    "The text praises everything. I could not find one sentence about something that did not work.",
    "It reads as if one person had written it on the last evening. There may be more behind it: worth a call.",
)
ASIDES = (
    "Strong on {focus}; I would match them with somebody who is just beginning there.",
    "For {focus} they name their measure, which few do.",
    "On {focus} I would like the panel to hear them.",
)
SEEN = (
    (
        "Grade 4, room 212",
        "Pairs talk before they write; the teacher notes who has not spoken yet and goes back.",
    ),
    ("Team meeting, 7th period", "Six teachers, one page of student work, a protocol on the wall."),
    ("Grade 2, room 108", "Three groups, three tasks, one question. Two children explain it to us unasked."),
    ("Hallway and library", "Results of the last cycle hang there, the one that failed as well."),
)
SUITS = (
    "A school whose principal is new and wants to see how a team runs without her in the room.",
    "Somebody with the same students and less time: the routines here are cheap and can be taken along.",
    "A school that has tried and been disappointed. They talk about their own failures easily.",
)


def _chance(*about: object) -> float:
    """0 to 1, the same for the same words: the demo is alike every time."""
    mark = hashlib.sha256("|".join(map(str, about)).encode()).hexdigest()
    return int(mark[:8], 16) / 0xFFFFFFFF


def begin(program: Program, schools: Mapping[int, Organization], *, by: Actor) -> None:
    """Reviewers are there, everything is assigned; most is read, one has a conflict, two schools were visited."""
    _reviewers(program, schools)
    stages = {s.shape.kind: s for s in reversed(stages_of(program))}
    first = stages.get("reading")
    if first is not None:
        key = first.shape.key
        found = plan(first, Choice())
        apply_assignment(program, key, by=by, mark=found.mark)
        open_stage(program, key, by=by, until=today(program.zone) + dt.timedelta(days=12))
        _read(_again(program, key), share=0.7)
        _conflict(program, key)
    visits = stages.get("school_visit")
    if visits is not None:
        open_stage(program, visits.shape.key, by=by)
        _visit(_again(program, visits.shape.key), by)


def finish(program: Program, *, by: Actor) -> None:
    """Everything is in, and the stages are closed."""
    for stage in stages_of(program):
        if stage.row is None:
            continue
        if not stage.visits:
            _read(stage, share=1.0)
        close_stage(program, stage.shape.key, by=by)


def _again(program: Program, key: str) -> StageView:
    return next(s for s in stages_of(program) if s.shape.key == key)


def _reviewers(program: Program, schools: Mapping[int, Organization]) -> None:
    start = today(program.zone)
    for name, school, _ in REVIEWERS:
        person = make_person(name, cast.email_of(name))
        RoleHeld.objects.create(person=person, role="reviewer", group=program.group, starts=start)
        if school is not None and school in schools:
            RoleHeld.objects.create(
                person=person, role="team", group=schools[school].group, title="Assistant principal",
                starts=start - dt.timedelta(days=2500), ends=start - dt.timedelta(days=900),
            )  # fmt: skip
    for held in RoleHeld.objects.filter(group=program.group_id, role="reviewer"):
        Seat.objects.create(program=program, person_id=held.person_id, held=held)


def _read(stage: StageView, *, share: float) -> None:
    """The share of what is assigned is sent, written straight into the rows: eighty readings, a moment."""
    rows = list(
        Review.objects.filter(stage=stage.row, state__in=[ReviewState.ASSIGNED, ReviewState.DRAFT])
        .select_related("application__school", "seat__person")
        .order_by("application__school__code", "seat__person__name")
    )
    changed = []
    for n, review in enumerate(rows):
        turn = _chance(review.application.school.code, review.seat.person.name)
        if turn > share + 0.06 or (share < 1 and review.seat.person.name.startswith("Rae") and turn > 0.4):
            continue
        review.application.program = stage.program
        _write(stage, review, n)
        if turn > share:
            review.state, review.sent = ReviewState.DRAFT, None
        changed.append(review)
    Review.objects.bulk_update(changed, ["state", "levels", "comment", "sent", "changed", "version"])


def _write(stage: StageView, review: Review, n: int) -> None:
    application, who = review.application, review.seat.person.name
    severe = next((s for name, _, s in REVIEWERS if name == who), 0.0)
    quality = _chance("quality", application.school.code)
    for criterion in judged_as(stage, application):
        steps = len(criterion.levels) - 1
        exact = quality * steps + 0.9 * (_chance(criterion.key, application.school.code, who) - 0.5) - severe
        review.levels[criterion.key] = criterion.levels[max(0, min(steps, round(exact)))].value
    kind = STRONG if quality > 0.66 else FAIR if quality > 0.3 else WEAK
    review.comment = kind[n % len(kind)]
    labels = focus_labels(stage.program.design, application.focus)
    if labels and _chance("aside", who, application.school.code) > 0.6:
        aside = ASIDES[n % len(ASIDES)].format(focus=labels[0].lower())
        review.comment = f"{review.comment}\n\n{aside}"
    review.state, review.version = ReviewState.SENT, 2
    review.sent = review.changed = now() - dt.timedelta(
        hours=5 + 40 * _chance("when", who, application.school.code)
    )


def _conflict(program: Program, key: str) -> None:
    """One of them finds a former colleague's name in what she reads."""
    rows = Review.objects.filter(stage__program=program, stage__key=key, seat__person__name="Lena Ortiz")
    review = rows.filter(state=ReviewState.SENT).select_related("seat__person", "application__school").first()
    if review is not None:
        person = Person.objects.get(pk=review.seat.person_id)
        declare_on(review, by=actor_for(person, strong=True))


def _visit(stage: StageView, by: Actor) -> None:
    """Two visits written up, one ahead."""
    program, day = stage.program, today(stage.program.zone)
    staff = RoleHeld.objects.filter(group=program.group_id, role__in=("staff", "facilitator"), ends=None)
    people = list(staff.select_related("person").order_by("person__name"))[:3]
    found: list[Application] = list(applications_of(stage)[:3])
    for n, application in enumerate(found):
        application.program = program
        going = [people[n % len(people)], people[(n + 1) % len(people)]] if len(people) > 1 else people
        when = day + dt.timedelta(days=(-6, -3, 4)[n])
        visit = plan_visit(
            program, stage.shape.key, application, by=by, day=when, starts=dt.time(9, 0), visitors=going
        )
        if n < 2:
            _notes(visit, [h.person.name for h in going], application, n, by)


def _notes(visit: SchoolVisit, names: list[str], application: Application, n: int, by: Actor) -> None:
    """Answers to whatever the design's form asks."""
    form = application.program.design.forms[_again(application.program, visit.stage.key).shape.form]
    answers: dict[str, object] = {}
    for question in form.questions():
        match question.kind:
            case "date":
                answers[question.key] = visit.day.isoformat() if visit.day else None
            case "text":
                answers[question.key] = " and ".join(names)
            case "table":
                keys = [c.key for c in question.columns]
                answers[question.key] = [
                    dict(zip(keys, SEEN[(n + k) % len(SEEN)], strict=False)) for k in (0, 1)
                ]
            case "choice":
                answers[question.key] = question.choices[n % len(question.choices)].key
            case "focus_areas":
                answers[question.key] = application.focus[: question.max_choices or 2]
            case "long_text" if not question.private:
                answers[question.key] = SUITS[n % len(SUITS)]
            case "yes_no":
                answers[question.key] = True
    save_visit(visit, by=by, posted=answers, base={})
    finish_visit(visit, by=by)
