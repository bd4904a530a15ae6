"""Why no plan exists: rules that collide, each of them needed for the collision.

Rules are taken away as long as the rest still admits no plan (deletion with halving): first by counting days
alone, then by search. What remains is irreducible: give up any one of its rules and the others can be kept
together. Then a smaller set is looked for (`smallest`), and whether there is none is known. All of this is checked, not
argued; where a check was not decided in its time, that is said.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TypeVar

from intervisit.core.scheduling.crowding import crowded
from intervisit.core.scheduling.grid import Course, Grid, Group
from intervisit.core.scheduling.model import Infeasible
from intervisit.core.scheduling.one_network import OneNetwork
from intervisit.core.scheduling.rules import Kind, Rule
from intervisit.core.scheduling.smallest import smallest
from intervisit.core.scheduling.words import WEEKDAYS, count, days_off, listed, say_date

T = TypeVar("T")
EFFORT = 1.0  # for one question "is there a plan without these rules?", in CP-SAT's deterministic seconds
# for all questions of one explanation; a wall clock alone would make reasons depend on the machine
ALL_EFFORT = 4.0
SECONDS, ALL_SECONDS = 3.0, 6.0  # the same by the clock: only many networks at once come to feel it
MOST_QUESTIONS = 600  # to see whether fewer rules collide, too; most take a few milliseconds
MOST_SEARCHED = 6  # networks; for more, what counting has found is said without asking the search as well


@dataclass(frozen=True)
class Situation:
    """What a repair adds to the rules: days open to new dates, and the substitutes that others leave."""

    open_days: Callable[[Course, int], bool]
    spare: Mapping[tuple[str, int], int]
    earliest: date  # of a new date


NOTICE = Rule("notice", "")
UNDECIDED = "No plan was found in the time given, and no proof that there is none. Give the search more time."


def explain(grid: Grid, group: Group, *, seed: int, situation: Situation | None = None) -> Infeasible:
    """The rules of a group without a plan that collide, in words, and what giving up each would give."""
    asked = _Asker(grid, seed, situation)
    if asked.stuck(group, frozenset()) is not True:
        return Infeasible((UNDECIDED,), tuple(sorted(course.network.id for course in group.courses)))
    questions = [asked.crowded, asked.stuck] if asked.crowded(group, frozenset()) else [asked.stuck]
    courses = _shrink(list(group.courses), lambda kept: questions[0](grid.joint(kept), frozenset()) is True)
    if len(courses) > MOST_SEARCHED:
        questions = questions[:1]
    small = grid.joint(courses)
    every = ([NOTICE] if situation is not None else []) + rules_of(grid, small)
    core = list(every)
    for question in questions:
        core = _shrink(core, partial(_without, question, small, frozenset(every)))
    least = False
    if questions[-1] == asked.stuck:
        core, least = _least(every, core, partial(_without_or_unknown, asked.stuck, small, frozenset(every)))
    core.sort(key=every.index, reverse=True)
    says = tuple(
        _of_notice(grid, situation) if rule == NOTICE and situation else sentence(grid, small, rule)
        for rule in core
    )
    outcome = {
        True: "Without it these networks still cannot be planned: other rules collide as well.",
        False: "Giving up this rule alone is enough: {}.",
        None: "Whether giving up this rule alone is enough was not decided in the time given: {}.",
    }
    relaxations = tuple(
        outcome[asked.stuck(group, frozenset({rule}))].format(_given_up(grid, rule)) for rule in core
    )
    networks = tuple(sorted(course.network.id for course in courses))
    return Infeasible(says, networks, relaxations, least)


def _least(
    every: list[Rule], core: list[Rule], question: Callable[[list[Rule]], bool | None]
) -> tuple[list[Rule], bool]:
    """As few colliding rules as there can be, and whether that is proven."""
    known = frozenset(every.index(rule) for rule in core)
    found, proven = smallest(
        len(every), lambda kept: question([every[i] for i in kept]), known, most=MOST_QUESTIONS
    )
    return [every[i] for i in sorted(found)], proven


def _without_or_unknown(
    question: Callable[[Group, frozenset[Rule]], bool | None],
    group: Group,
    every: frozenset[Rule],
    kept: list[Rule],
) -> bool | None:
    """Is there no plan that keeps these rules, all others given up? None: undecided."""
    return question(group, every - frozenset(kept))


def _without(
    question: Callable[[Group, frozenset[Rule]], bool | None],
    group: Group,
    every: frozenset[Rule],
    kept: list[Rule],
) -> bool:
    """Is it certain that no plan keeps these rules, all others given up?"""
    return _without_or_unknown(question, group, every, kept) is True


def rules_of(grid: Grid, group: Group) -> list[Rule]:
    """Every rule that concerns a group; those that explain least come first and are given up first."""
    problem, courses = grid.problem, group.courses
    networks = [course.network for course in courses]
    schools = list(dict.fromkeys(member.school for network in networks for member in network.staying))
    led = [each.id for each in group.facilitators]
    days = list(dict.fromkeys(rule for network in networks for rule in grid.day_rules(network)))
    rules = [Rule("substitutes", district) for course in courses for district in grid.teachers(course)]
    rules += [Rule("absences", s) for s in schools if problem.limits.absences_per_month is not None]
    rules += [Rule("one_visit", s) for s in schools]
    rules += [Rule("fixed", n.id) for n in networks if any(v.network == n.id for v in problem.fixed)]
    order: tuple[Kind, ...] = ("monthly", "round", "start")
    rules += [Rule(kind, network.id) for kind in order for network in networks]
    rules += [rule for kind in ("meeting", "window", "away") for rule in days if rule.kind == kind]
    rules += [Rule("one_place", each) for each in led]
    rules += [Rule("gap", network.id) for network in networks]
    rules += [rule for kind in ("blocked", "central") for rule in days if rule.kind == kind]
    rules += [Rule("owed", network.id) for network in networks]
    return list(dict.fromkeys(rules))


class _Asker:
    def __init__(self, grid: Grid, seed: int, situation: Situation | None) -> None:
        # loading ortools takes a second; only those who need an explanation wait for it
        from intervisit.core.scheduling.cpsat import YearModel  # noqa: PLC0415

        self._grid, self._seed, self._model, self._situation = grid, seed, YearModel, situation
        self._left, self._seconds = ALL_EFFORT, ALL_SECONDS

    def crowded(self, group: Group, off: frozenset[Rule]) -> bool | None:
        """Does counting alone say that there is no plan?"""
        open_days = self._situation.open_days if self._situation and NOTICE not in off else None
        return crowded(self._grid, group, off, open_days)

    def stuck(self, group: Group, off: frozenset[Rule]) -> bool | None:
        """Has a group no plan when the rules in `off` are given up? None: not decided in time."""
        if not group.courses:
            return False
        if self.crowded(group, off):
            return True
        alone = self._alone(group.courses[0], off) if len(group.courses) == 1 else None
        if alone is not None:
            return alone
        if self._left <= 0 or self._seconds <= 0:
            return None
        fixed = [v for v in self._grid.problem.fixed if Rule("fixed", v.network) not in off]
        situation = self._situation
        model = self._model(
            self._grid,
            group,
            off=off,
            fixed=fixed,
            spare=situation.spare if situation else None,
            open_days=situation.open_days if situation and NOTICE not in off else None,
        )
        answer = model.run(
            seed=self._seed, seconds=min(SECONDS, self._seconds), effort=min(EFFORT, self._left)
        )
        self._left -= answer.effort
        self._seconds -= answer.seconds
        return True if answer.status == "infeasible" else None if answer.status == "unknown" else False

    def _alone(self, course: Course, off: frozenset[Rule]) -> bool | None:
        """The same for one network, exactly and in milliseconds; None: its rules are more than days can tell."""
        grid, network, key = self._grid, course.network, course.network.id
        if any(v.network == key for v in grid.problem.fixed) and Rule("fixed", key) not in off:
            return None
        if course.late:
            return None
        if Rule("owed", key) in off:
            return False
        pattern = replace(
            network.pattern,
            min_gap_days=1 if Rule("gap", key) in off else network.pattern.min_gap_days,
            max_per_month=course.owed if Rule("monthly", key) in off else network.pattern.max_per_month,
            first_round=network.pattern.first_round and Rule("round", key) not in off,
        )
        limit = grid.problem.limits.absences_per_month
        counted = any(Rule("absences", member.school) not in off for member in network.staying)
        if limit is not None and counted and limit < pattern.max_per_month:
            return None
        starts = tuple(start or Rule("start", key) in off for start in course.starts)
        one = OneNetwork(grid, replace(course, network=replace(network, pattern=pattern), starts=starts))
        if not one.small:
            return None
        return one.best([d for d in grid.allowed(network, off) if self._free(course, d, off)]) is None

    def _free(self, course: Course, day: int, off: frozenset[Rule]) -> bool:
        """Are the day and its substitutes there for one more visit?"""
        situation, grid = self._situation, self._grid
        if situation and NOTICE not in off and not situation.open_days(course, day):
            return False
        spare = situation.spare if situation else {}
        return all(
            need <= spare.get((district, day), grid.supply(district, day))
            for district, need in grid.teachers(course).items()
            if Rule("substitutes", district) not in off
        )


def _shrink(items: Sequence[T], stuck: Callable[[list[T]], bool]) -> list[T]:
    """A part of `items` that is still stuck, of which nothing can be spared; the first are spared first."""
    kept = list(items)
    chunks = [list(items)] if len(items) > 1 else []
    while chunks:
        chunk = chunks.pop(0)
        rest = [item for item in kept if item not in chunk]
        if rest and stuck(rest):
            kept = rest
        elif len(chunk) > 1:
            middle = len(chunk) // 2
            chunks[:0] = [chunk[:middle], chunk[middle:]]
    return kept


def sentence(grid: Grid, group: Group, rule: Rule) -> str:
    """One rule in words, with the numbers of this year."""
    if rule.kind in ("owed", "start", "round", "gap", "monthly", "fixed"):
        return _of_network(grid, next(c for c in group.courses if c.network.id == rule.subject), rule)
    if rule.kind in ("window", "meeting", "blocked", "central", "away"):
        return _of_days(grid, rule)
    if rule.kind == "one_place":
        led = [course for course in group.courses if course.network.facilitator == rule.subject]
        names = listed(course.network.name for course in led)
        owed = sum(course.owed for course in led)
        who = _leader(grid, rule)
        return f"{who} is present at every visit of {names}, {owed} in all, and never in two places."
    if rule.kind == "one_visit":
        return f"{grid.name(rule.subject)} is never in two places on one day."
    if rule.kind == "absences":
        limit = grid.problem.limits.absences_per_month
        return f"{grid.name(rule.subject)} is away at most {count(limit or 0, 'time')} a month."
    number = f"{count(grid.capacity[rule.subject], 'substitute')} a day"
    fewer = [n for (d, _), n in grid.other_days.items() if d == rule.subject and n < grid.capacity[d]]
    if fewer:
        number += f", fewer on {count(len(fewer), 'day')} (at the least {min(fewer)})"
    needs = (
        f"{course.network.name} needs {grid.teachers(course)[rule.subject]}"
        for course in group.courses
        if rule.subject in grid.teachers(course)
    )
    return f"District {rule.subject} has {number}; {listed(needs)} on each visit day."


def _of_network(grid: Grid, course: Course, rule: Rule) -> str:
    name, pattern = course.network.name, course.network.pattern
    if rule.kind == "owed":
        owed = course.owed
        each = (f"{times} to {grid.name(p)}" for p, times in zip(course.places, course.times, strict=True))
        first, last = say_date(grid.problem.days.first), say_date(grid.problem.days.last)
        year = f"on the {len(grid.dates)} school days from {first} to {last}"
        return f"{name} owes {count(owed, 'visit')} ({listed(each)}) {year}."
    if rule.kind == "start":
        return f"The first visit of {name} goes to the host."
    if rule.kind == "round":
        return f"In {name} every school is seen once before any school is seen again."
    if rule.kind == "gap":
        return f"Two visits of {name} are at least {count(pattern.min_gap_days, 'day')} apart."
    if rule.kind == "monthly":
        return f"{name} has at most {count(pattern.max_per_month, 'visit')} a month."
    fixed = [visit for visit in grid.problem.fixed if visit.network == rule.subject]
    dates = listed(say_date(visit.date) for visit in sorted(fixed, key=lambda visit: visit.date)[:4])
    more = f" and {count(len(fixed) - 4, 'more visit')}" if len(fixed) > 4 else ""
    return f"{name} keeps its visits of {dates}{more}."


def _of_days(grid: Grid, rule: Rule) -> str:
    if rule.kind == "window":
        window = grid.problem.days.windows[int(rule.subject)]
        return f"{window.name}: no visits from {say_date(window.first)} to {say_date(window.last)}."
    if rule.kind == "meeting":
        meeting = grid.problem.meetings[int(rule.subject)]
        return f"{meeting.name}: no visits on {count(len(meeting.dates), 'day')}."
    if rule.kind == "blocked":
        return f"{grid.name(rule.subject)} {days_off(grid.closed_to(rule), grid.dates)}."
    if rule.kind == "away":
        return f"{_leader(grid, rule)} {days_off(grid.closed_to(rule), grid.dates)}."
    weekday = grid.facilitators[rule.subject].weekly_meeting_weekday or 0
    return f"{_leader(grid, rule)} meets centrally on {WEEKDAYS[weekday]}s."


def _of_notice(grid: Grid, situation: Situation) -> str:
    days = count(grid.problem.limits.notice_days, "day")
    return f"New dates need {days} of notice, from {say_date(situation.earliest)} on; lost days stay lost."


def _leader(grid: Grid, rule: Rule) -> str:
    return grid.facilitators[rule.subject].name or rule.subject


def _given_up(grid: Grid, rule: Rule) -> str:
    """What it would mean to give up a rule."""
    if rule.kind == "owed":
        return "with fewer visits in this network"
    if rule.kind in ("blocked", "one_visit", "absences"):
        return f"with other days of {grid.name(rule.subject)}"
    if rule.kind in ("central", "away", "one_place"):
        return f"with another facilitator or other days of {_leader(grid, rule)}"
    if rule.kind == "substitutes":
        return f"with more substitutes in district {rule.subject}"
    says = {
        "start": "with a first visit elsewhere",
        "round": "with second visits before everybody has been seen",
        "gap": "with visits closer together",
        "monthly": "with more visits in a month",
        "window": "with visits on these days",
        "meeting": "with visits on meeting days",
        "fixed": "with these visits moved",
        "notice": "with shorter notice",
    }
    return says[rule.kind]
