"""The demo's schools say which days do not suit them; later their people are invited, noted as here, and covered."""

import datetime as dt
from decimal import Decimal

from intervisit.apps.budget.actions import budgets, cover, lines
from intervisit.apps.budget.models import BudgetLine, CoverRequest, SchoolBudget
from intervisit.apps.budget.states import Category, CoverState
from intervisit.apps.calendar.actions import availability, invitations
from intervisit.apps.calendar.models import Visit
from intervisit.apps.calendar.queries.availability import participants
from intervisit.apps.calendar.states import Answer
from intervisit.apps.gatherings.actions import attendance, notes
from intervisit.apps.gatherings.queries import expected_at
from intervisit.apps.gatherings.states import Presence
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.days import Stretch
from intervisit.kit.access import actor_for
from intervisit.kit.clock import today

# (days after the first day of school, how many days, what it is)
_DAYS = (
    ((40, 1, "Picture day"), (131, 2, "Winter musical, dress rehearsals")),
    ((54, 1, "Parent conferences, afternoon and evening"), (180, 1, "Science fair")),
    ((33, 3, "Grade 5 trip to Frost Valley"),),
    ((61, 1, "Walk-through with our superintendent"), (145, 1, "Our own retreat")),
    ((75, 1, "Multicultural feast"), (200, 2, "Portfolio days")),
)
_WEEKDAYS = ((1, 3), (2,), (), (1, 2, 3), (3,), ())

_NOTES = (
    "Come in by the yard on 11th Street: the front door is closed for repairs until spring. Sign in at the desk, "
    "take the stairs on the left to room 204, there is coffee.\n\nPlease bring your note-catcher and one piece of "
    "student writing that surprised you.",
    "The F train stops two blocks away; there is no parking on Wednesdays. Ms. Adeyemi waits for you at the main "
    "entrance from 8:10.\n\nRead the two pages on wonderings before you come. Lunch is on us: tell the office "
    "what you do not eat.",
)


def say_days(program: Program, by: Actor) -> None:
    """Before the year is planned: the office asks, most schools answer, two still owe."""
    schools = list(participants(program))
    closes = today(program.district.zone) + dt.timedelta(days=6)
    availability.ask_schools_for_days(program, by=by, closes=closes)
    for number, school in enumerate(schools[:-2]):
        _answer(school, number, program)


def _answer(school: Organization, number: int, program: Program) -> None:
    first = program.first_day
    by = principal_of(school)
    if by is None:
        return
    days = []
    for after, length, name in _DAYS[number % len(_DAYS)]:
        start = first + dt.timedelta(days=after + number % 4)
        start += dt.timedelta(days=max(0, 7 - start.weekday()) if start.weekday() > 4 else 0)
        days.append(Stretch(start, start + dt.timedelta(days=length - 1), name))
    availability.add_stretches(school, days, by=by, source="pasted")
    chosen = _WEEKDAYS[number % len(_WEEKDAYS)]
    shown = [day for stretch in days for day in stretch.dates()]
    availability.save_days(school, by=by, shown=shown, wanted=shown, weekdays=chosen)


def principal_of(school: Organization) -> Actor | None:
    """Whoever leads a school of the demo."""
    held = school.group.roles.filter(role="principal", ends=None).select_related("person").first()
    return actor_for(held.person, strong=True) if held else None


def under_way(program: Program, by: Actor) -> None:
    """After the calendar is published: invitations and answers, who was there, what it costs."""
    _money(program, by)
    for network in invitations.networks_with_invitations(program):
        invitations.bring_up_to_date(network, by=by)
    day = today(program.district.zone)
    found = Visit.objects.filter(plan__program=program, plan__state="published").select_related(
        "plan__program__version", "plan__program__district", "network__group", "school__group"
    )
    for number, visit in enumerate(found.filter(date__lt=day - dt.timedelta(days=3)).order_by("date")[:24]):
        _was_there(visit, number, by)
    for number, visit in enumerate(found.filter(date__gte=day).order_by("date")[:8]):
        _is_ahead(visit, number)
    _used(program, day)


def _money(program: Program, by: Actor) -> None:
    amounts = {"substitutes": Decimal("14500.00"), "supplies": Decimal("750.00"), "meals": Decimal("600.00")}
    prices = {
        "substitute_day": Decimal("212.90"),
        "substitute_half": Decimal("121.45"),
        "meal": Decimal("11.50"),
    }
    budgets.open_budgets(program, by=by, amounts=amounts, prices=prices)
    cover.count_cover(program, by=by)
    day = today(program.district.zone)
    soon = CoverRequest.objects.filter(budget__program=program, date__lte=day + dt.timedelta(days=45))
    if soon:  # in summer the first visits are further off
        cover.decide_cover(
            soon.select_related("budget__program__district", "budget__school", "network"), by=by, approve=True
        )
    wanted = (
        (Category.SUPPLIES, "Chart paper, markers and sticky notes for debriefs", "84.60"),
        (Category.MEALS, "Sandwiches for 18 visitors", "207.00"),
    )
    rows = SchoolBudget.objects.filter(program=program).select_related("school", "program__district")[:6]
    for number, budget in enumerate(rows):
        category, text, amount = wanted[number % 2]
        date = day + dt.timedelta(days=5 + number)
        made = lines.ask_for(budget, by=by, category=category, text=text, amount=Decimal(amount), date=date)
        if number % 3 == 0:
            lines.decide_line(made, by=by, approve=True)
            lines.spend_line(
                BudgetLine.objects.get(pk=made.pk), by=by, actual=Decimal(amount) - Decimal("3.15")
            )


def _was_there(visit: Visit, number: int, by: Actor) -> None:
    host = principal_of(visit.school)
    if number % 3 == 0 and host is not None:
        notes.write_note(visit, _NOTES[number // 3 % len(_NOTES)], by=host, version=0)
    expected = expected_at(visit)
    for place, someone in enumerate(expected):
        if place == number % 5 + 1 and someone.role == "principal" and number % 2 == 0:
            attendance.stand_in(visit, by=by, school=someone.school, name="Luisa Ferrante",
                                title="Assistant principal", instead_of=str(someone.person.pk))  # fmt: skip
        elif place != 4 or number % 3:
            attendance.mark(visit, str(someone.person.pk), Presence.PRESENT, by=by)
    attendance.close_attendance(visit, by=by)


def _is_ahead(visit: Visit, number: int) -> None:
    answers = (Answer.COMING, Answer.COMING, Answer.PERHAPS, Answer.COMING, Answer.NOT)
    for place, someone in enumerate(expected_at(visit)):
        if (place + number) % 4 != 3:
            invitations.answer_visit(visit, answers[(place + number) % 5], by=actor_for(someone.person))
    host = principal_of(visit.school)
    if number < 2 and host is not None:
        notes.write_note(visit, _NOTES[number], by=host, version=0)


def _used(program: Program, day: dt.date) -> None:
    over = CoverRequest.objects.filter(budget__program=program, date__lt=day, state=CoverState.APPROVED)
    for number, request in enumerate(
        over.select_related("budget__school__group", "budget__program__district")
    ):
        by = principal_of(request.budget.school)
        if by is not None and number % 3:
            cover.use_cover(request, max(0, request.approved - (number % 4 == 0)), by=by)
