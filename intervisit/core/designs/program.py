"""A program design: everything a program is, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from .forms import Form
from .leaders import AgreementText, Committee, Position
from .limits import (
    AtLeast,
    Clock,
    Help,
    Key,
    Line,
    MaybeCount,
    MaybeMonthDay,
    Month,
    MonthDay,
    Note,
    Prose,
    Ref,
    RoleKey,
    Span,
    Text,
    say,
)  # fmt: skip
from .matching import Matching, Shape
from .review import Decision, Review
from .rules import Fact, Rule
from .table import Table
from .wording import Word

Part = Literal["full_day", "half_day", "either"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What a school is in its network."""

    key: Key = say("Name in the data.")
    word: Line = say("One of them, as people say it.")
    many: Line = say("Several of them.")
    hosts: bool = say("Whether the school with this role hosts its network.")
    about: Help = say("What the role means, for those who think of applying.", "")
    form: Annotated[str, Ref("forms")] = say("The application form for this role.")
    may_apply: bool = say("Whether schools can apply for it themselves.", True)
    places: MaybeCount = say("How many schools can be accepted in this role; none: no limit.", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusArea:
    """Something schools may want to work on together."""

    key: Key = say("Kept with the application.")
    label: Line = say("What people read.")
    group: Note = say("Heading under which it is listed.", "")
    help: Help = say("What belongs to it.", "")
    within: Annotated[str, Ref("focus_areas", optional=True)] = say("The wider area it is part of.", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An invitation to apply."""

    key: Key = say("Name in the data.")
    title: Line = say("Heading of the call.")
    intro: Help = say("Who should apply, and for what.", "")
    for_roles: Annotated[tuple[RoleKey, ...], AtLeast(1)] = say("Roles one can apply for in this call.")
    either: bool = say(
        "A school may offer itself for any of these roles and leave the choice to the program.", False
    )
    intake: Literal["rolling", "fixed"] = say(
        "rolling: read as they come; fixed: read together after the closing day."
    )
    opens: MaybeMonthDay = say("First day; empty: when the director opens it.", "")
    closes: MonthDay = say("Last day, to midnight in the district's time zone.")
    grace_seconds: Annotated[int, Span(0, 3600)] = say(
        "Still accepted so long after midnight.", 60, unit="seconds"
    )
    after: Annotated[str, Ref("calls", optional=True)] = say(
        "Opens only when this call has been decided.", ""
    )
    may_name_host: bool = say("Applicants may name a school accepted in the earlier call.", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of the program's year."""

    key: Key = say("Name in the data.")
    title: Line = say("What people read.")
    kind: Literal["call", "review", "decide", "match", "plan", "learn", "close"] = say("What is done in it.")
    starts: MonthDay = say("First day.")
    ends: MonthDay = say("Last day.")
    about: Help = say("What happens, for schools.", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRule:
    """How often the schools of one role are visited by their network."""

    role: RoleKey = say("The role of the school that is visited.")
    times: Annotated[int, Span(0, 40)] = say("Visits to each such school in a year.")
    part: Part = say("How long a visit lasts; either: the network decides.", "full_day")
    visitors: Literal["network", "host", "partners"] = say("Who comes.", "network")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting that comes again and again: the schools concerned have no visit on its days."""

    name: Line = say("What it is.")
    weekday: Weekday = say("Its day of the week.")
    every_weeks: Annotated[int, Span(1, 8)] = say("It comes every so many weeks.", 1, unit="weeks")
    first_week: Annotated[int, Span(1, 8)] = say("The week of the year in which it comes first.", 1)
    roles: tuple[RoleKey, ...] = say("Schools of these roles; none: all.", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """The pattern of a year of visits."""

    rules: Annotated[tuple[VisitRule, ...], AtLeast(1)] = say("Per role.")
    first_round: bool = say("Every school is seen once before any is seen twice.", False)
    starts_at: Annotated[str, Ref("roles", optional=True)] = say(
        "The first visit is to the school of this role.", ""
    )
    min_gap_days: Annotated[int, Span(0, 120)] = say("Days between two visits of a network.", 7, unit="days")
    months: Annotated[tuple[Month, ...], AtLeast(1)] = say(
        "Months of visits, in the order of the school year."
    )
    per_month: Annotated[int, Span(1, 31)] = say("Most visits of one network in a month.", 2)
    day_start: Clock = say("A full day or a morning begins.", "08:30")
    half_day_end: Clock = say("A morning ends and an afternoon begins.", "12:00")
    day_end: Clock = say("A full day or an afternoon ends.", "15:00")
    team_size: Annotated[int, Span(1, 40)] = say("People of one school on a visit, to reckon substitutes.", 6)
    notice_days: Annotated[int, Span(0, 120)] = say(
        "A visit nearer than this is not moved unless its schools say yes.", 7, unit="days"
    )
    absences_per_month: Annotated[int, Span(0, 31)] = say(
        "Most visits of one school to others in a month; 0: no limit.", 0
    )
    facilitators_move: bool = say("A facilitator may move the visits of her own networks.", False)
    schools_propose: bool = say(
        "Schools may propose another day to each other; it counts when all have said yes.", False
    )
    answer_days: Annotated[int, Span(1, 60)] = say(
        "How long a school may take to answer such a proposal.", 5, unit="days"
    )

    meetings: tuple[Meeting, ...] = say("Meetings on other days.", ())

    def days(self, members: Mapping[str, int]) -> int:
        """Visits in a year of a network with so many members of each role, like {"host": 1, "partner": 2}."""
        return sum(rule.times * members.get(rule.role, 0) for rule in self.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """One thing a school promises when it takes part."""

    key: Key = say("Name in the data.")
    for_roles: tuple[RoleKey, ...] = say("Promised by schools in these roles; empty: by all.", ())
    text: Prose = say("The promise.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The paper a school signs by name and date; its clauses are the expectations."""

    title: Line = say("Heading.", "Agreement")
    intro: Help = say("Above the expectations.", "")
    accepted_by: Line = say("Who accepts it for the school.", "principal")
    texts: tuple[AgreementText, ...] = say("What each side does, above the clauses.", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Facilitators:
    """How facilitators are shared out."""

    min_networks: Annotated[int, Span(0, 50)] = say("A facilitator has at least so many networks.")
    max_networks: Annotated[int, Span(1, 50)] = say("At most so many.")
    new_schools_first: bool = say("Give schools that are new to the program a facilitator first.", True)
    meet_on: Literal["", Weekday] = say("The weekday of their central meeting, without visits; none.", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount of the program's budget, in whole units of the design's currency."""

    key: Key = say("Name in the data.")
    label: Line = say("What people read.")
    kind: Literal["reimbursement", "substitute", "supplies", "stipend", "meals"] = say("What it pays.")
    amount: Annotated[int, Span(0, 100_000_000)] = say("How much.")
    per: Literal["school", "network", "person", "day"] = say("For each of these …")
    every: Literal["year", "visit", "once"] = say("… and how often.", "year")
    at_most: bool = say("The amount is an upper limit.", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """A discussion protocol: `protocols/<key>.md`, its first line `# Title`."""

    key: Key = say("The name of the file without `.md`.")
    title: Line = say("Its first line.")
    text: Annotated[str, Text(20_000, lines=True)] = say("The rest, in Markdown.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What a program is. Read it with `load`; keep it with `to_json`."""

    slug: Key = say("Name of the folder.")
    title: Line = say("Name of the program.")
    summary: Prose = say("What is particular about it, in a few sentences.")
    version: Annotated[int, Span(1, 10_000)] = say(
        "Goes up by one with every change that a running program takes over."
    )
    currency: Annotated[str, Text(3, "[A-Z]{3}", 'three capital letters like "USD"')] = say(
        "Currency, by its ISO code.", "USD"
    )
    words: Table[Word] = say("Words of the program; ours hold where it names none.", Table[Word]())
    roles: Annotated[Table[Role], AtLeast(1)] = say("Roles of schools in networks.")
    shapes: Annotated[Table[Shape], AtLeast(1)] = say("Shapes of networks.")
    facts: Table[Fact] = say("Facts about schools that forms show and rules read.", Table[Fact]())
    focus_areas: tuple[FocusArea, ...] = say("What schools can choose to work on.", ())
    calls: Annotated[tuple[Call, ...], AtLeast(1)] = say("Calls for applications.")
    forms: Annotated[Table[Form], AtLeast(1)] = say("Forms; each is a file of its own.")
    eligibility: tuple[Rule, ...] = say("Rules of eligibility.", ())
    review: Review = say("How applications are read.")
    decisions: Annotated[tuple[Decision, ...], AtLeast(1)] = say("What can be decided, with its letter.")
    matching: Matching = say("What makes a good match.")
    visits: Visits = say("The pattern of visits.")
    facilitators: Facilitators = say("Facilitators' load.")
    agreement: Agreement = say("The agreement.", Agreement())
    expectations: tuple[Expectation, ...] = say("Clauses of the agreement.", ())
    positions: Table[Position] = say("Posts of teacher leaders and leading principals.", Table[Position]())
    committee: Committee = say("Who interviews for these posts.", Committee())
    phases: Annotated[tuple[Phase, ...], AtLeast(1)] = say("The year, in order.")
    money: tuple[Money, ...] = say("Amounts.", ())
    protocols: Table[Protocol] = say("Discussion protocols; each is a file of its own.", Table[Protocol]())

    def focus_area(self, key: str) -> FocusArea | None:
        """The focus area with this key, or None."""
        return next((area for area in self.focus_areas if area.key == key), None)

    def rules_for(self, role: str) -> tuple[Rule, ...]:
        """The rules of eligibility for schools applying for `role`."""
        return tuple(rule for rule in self.eligibility if not rule.for_roles or role in rule.for_roles)

    def expectations_for(self, role: str) -> tuple[Expectation, ...]:
        """The clauses a school in `role` agrees to."""
        return tuple(e for e in self.expectations if not e.for_roles or role in e.for_roles)

    def form_for(self, role: str) -> Form:
        """The application form for `role`. Raises KeyError for a role the design does not have."""
        return self.forms[self.roles[role].form]
