"""The head of the minutes: what the list of a day says, as pages, paper and plain text take it."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.dateformat import time_format

from intervisit.apps.calendar.models import Visit
from intervisit.apps.calendar.states import VisitState
from intervisit.apps.gatherings.queries.attendance import Row, SchoolRows, Sheet, note_of, sheet_of
from intervisit.apps.gatherings.states import Presence
from intervisit.core.access import Actor
from intervisit.core.text import long_date

HEADINGS = {
    Presence.PRESENT: "There", Presence.EXCUSED: "Excused", Presence.ABSENT: "Not there",
    Presence.EXPECTED: "Not noted yet",
}  # fmt: skip
NOBODY = "Nobody is noted yet."


@dataclass(frozen=True)
class Fact:
    """One line of the head."""

    label: str
    value: str


@dataclass(frozen=True)
class Party:
    """One school: who was there and who was not, each with title and with whom somebody stood in for."""

    name: str
    visited: bool
    memorandum: str  # "" where the program has none
    people: tuple[Fact, ...]  # only what there is: "There", "Excused" …


@dataclass(frozen=True)
class Minutes:
    """What stands above the minutes of one visit."""

    title: str
    facts: tuple[Fact, ...]
    parties: tuple[Party, ...]
    named: int  # people on the list
    noted: bool  # somebody is; before, there is nothing to take along
    bring: str  # the note on the day
    parts: tuple[str, ...]  # headings that the day fills

    @property
    def text(self) -> str:
        return "\n".join(_lines(self)) + "\n"


def minutes_of(visit: Visit, actor: Actor) -> Minutes:
    """Nothing that the list does not show to this reader. The queries of the list, and one for the note."""
    words = visit.plan.program.design.words
    sheet = sheet_of(visit, actor)
    return Minutes(
        title=f"{words['visit'].one.capitalize()} to {visit.school.name}",
        facts=tuple(fact for fact in _facts(visit, sheet) if fact.value),
        parties=tuple(_party(group) for group in sheet.schools if group.school is not None)
        if sheet.noted
        else (),
        named=len(sheet.rows),
        noted=sheet.noted,
        bring=note_of(visit).text,
        parts=(
            "What we saw",
            "What we asked ourselves",
            f"What each {words['school'].one} takes home",
            "Until next time: who does what",
        ),
    )


def _facts(visit: Visit, sheet: Sheet) -> Iterator[Fact]:
    design, school = visit.plan.program.design, visit.school
    hours = f"{time_format(visit.starts, 'g:i a')} to {time_format(visit.ends, 'g:i a')}"
    areas = {area.key: area.label for area in design.focus_areas}
    yield Fact("When", f"{visit.date:%A}, {long_date(visit.date)}, {hours}")
    yield Fact("Where", ", ".join(x for x in (school.name, school.address, school.area) if x))
    yield Fact(design.words["network"].one.capitalize(), visit.network.name)
    yield Fact(design.words["focus_area"].one.capitalize(), areas.get(visit.network.focus, ""))
    yield Fact("Led by", "; ".join(_leads(row) for g in sheet.schools if g.school is None for row in g.rows))
    yield Fact("How many", how_many(sheet) if sheet.noted else "")
    yield Fact("The list", _standing(visit, sheet))


def _leads(row: Row) -> str:
    return row.name if row.state == Presence.PRESENT else f"{row.name} ({HEADINGS[row.state].lower()})"


def how_many(sheet: Sheet) -> str:
    """`5 there: 4 of 6 expected, and 1 in somebody's place. 1 excused, 1 not there.`"""
    expected = [row for row in sheet.rows if not row.alternate]
    came = [row for row in sheet.rows if row.alternate and row.state == Presence.PRESENT]
    instead = sum(bool(row.stands_in_for) for row in came)
    there = sum(row.state == Presence.PRESENT for row in expected)
    parts = [f"{there} of {len(expected)} expected"]
    parts += [f"{instead} in somebody’s place"] if instead else []
    parts += [f"{len(came) - instead} besides"] if len(came) > instead else []
    rest = [(sheet.excused, "excused"), (sheet.missing, "not there"), (sheet.expected, "not noted yet")]
    away = ", ".join(f"{count} {word}" for count, word in rest if count)
    return f"{sheet.here} there: {', '.join(parts)}." + (f" {away[0].upper()}{away[1:]}." if away else "")


def _standing(visit: Visit, sheet: Sheet) -> str:
    if visit.state != VisitState.PLANNED:
        return "It did not take place on this day."
    if sheet.closed is None:
        return "As noted so far: it is not closed."
    local = sheet.closed.astimezone(ZoneInfo(visit.plan.program.district.zone))
    return f"Closed on {local:%A}, {long_date(local.date())}, {time_format(local.time(), 'g:i a')}"


def _party(group: SchoolRows) -> Party:
    people = tuple(
        Fact(heading, "; ".join(_named(row) for row in group.rows if row.state == state))
        for state, heading in HEADINGS.items()
    )
    memorandum = group.agreed.label if group.agreed else ""
    return Party(group.name, group.visited, memorandum, tuple(fact for fact in people if fact.value))


def _named(row: Row) -> str:
    titled = f"{row.name} ({row.title})" if row.title else row.name
    return f"{titled}, instead of {row.stands_in_for}" if row.stands_in_for else titled


def _lines(minutes: Minutes) -> Iterator[str]:
    yield minutes.title
    yield ""
    yield from (f"{fact.label}: {fact.value}" for fact in minutes.facts)
    if not minutes.noted:
        yield from ("", NOBODY)
    for party in minutes.parties:
        yield from ("", party.name + (" (is visited)" if party.visited else ""))
        yield from (f"- {fact.label}: {fact.value}" for fact in party.people)
        if not party.people:
            yield "- Nobody is named."
        if party.memorandum:
            yield f"- Memorandum: {party.memorandum}"
    if minutes.bring:
        yield from ("", "What was said to bring, and where to come in:", minutes.bring.strip())
    for heading in minutes.parts:
        yield from ("", "", heading, "", "")
