"""Schools' own words beside the list of focus areas: what they come near, and what the office made of it.

A suggestion weighs nothing. What counts in a matching is what a school chose, and what a person has placed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from intervisit.apps.applications.bridge import form_for
from intervisit.apps.applications.models import Application
from intervisit.apps.networks.models import FocusPlacing
from intervisit.core.designs import Design
from intervisit.core.matching.wording import stem, suggest, words

MOST_CHOSEN = 2  # areas that the method reads; the first one counts more
_WORTH_SAYING = 250  # of 1000: how much of what a text says must belong to an area
_SHOWN = 6  # words that spoke for an area


@dataclass(frozen=True)
class Near:
    """An area that a school's words come near."""

    area: str
    label: str
    because: tuple[str, ...]  # words of the school


@dataclass(frozen=True)
class Placed:
    """What somebody decided about one area."""

    row: FocusPlacing
    label: str
    instead: str  # label of the area it takes the place of


@dataclass(frozen=True)
class SchoolWords:
    """One school: what it chose, what it wrote, what that comes near and what was decided."""

    application: Application
    chosen: tuple[tuple[str, str], ...]  # key and label
    texts: tuple[tuple[str, str], ...]  # question, answer
    fits: tuple[Near, ...]  # chosen areas that the words speak for as well
    near: tuple[Near, ...]  # others, undecided
    placed: tuple[Placed, ...]

    @property
    def full(self) -> bool:
        """Whether another area can only take the place of a chosen one."""
        return len(counted([k for k, _ in self.chosen], [p.row for p in self.placed])) >= MOST_CHOSEN

    @property
    def free(self) -> tuple[tuple[str, str], ...]:
        """Chosen areas whose place is not taken yet, the last one first: it counts less."""
        taken = {p.row.instead for p in self.placed if p.row.counts}
        return tuple(reversed([pair for pair in self.chosen if pair[0] not in taken]))


def counted(chosen: Sequence[str], placings: Iterable[FocusPlacing]) -> list[str]:
    """The areas that a matching counts: what a school chose, as changed by what was placed."""
    found = list(chosen[:MOST_CHOSEN])
    for placing in placings:
        if not placing.counts or placing.area in found:
            continue
        if placing.instead in found:
            found[found.index(placing.instead)] = placing.area
        elif not placing.instead and len(found) < MOST_CHOSEN:
            found.append(placing.area)
    return found


def taxonomy(design: Design) -> dict[str, tuple[str, ...]]:
    """Each area with the words that belong to it: its label, what the design says of it, the wider area it is in."""
    labels = {area.key: area.label for area in design.focus_areas}
    return {
        area.key: tuple(t for t in (area.label, area.help, labels.get(area.within, "")) if t)
        for area in design.focus_areas
    }


def own_texts(application: Application) -> tuple[tuple[str, str], ...]:
    """What a school wrote about its focus: its own words for an area, and the long answers beside that question."""
    found = []
    for section in form_for(application).sections:
        if not any(q.feeds == "focus" for q in section.questions):
            continue
        for question in section.questions:
            if question.private:
                continue
            if question.kind == "focus_areas":
                own = [w for w in application.answers.get(f"{question.key}.words") or () if w]
                found += [("In its own words", text) for text in own]
            elif question.kind in ("long_text", "text") and application.answers.get(question.key):
                found.append((question.label, str(application.answers[question.key])))
    return tuple(found)


def words_of(application: Application, design: Design, placings: Sequence[FocusPlacing]) -> SchoolWords:
    labels = {area.key: area.label for area in design.focus_areas}
    texts = own_texts(application)
    chosen = tuple((key, labels.get(key, key)) for key in application.focus)
    known = {p.area for p in placings}
    areas = taxonomy(design)
    near = [
        Near(s.area, labels[s.area], s.because[:_SHOWN])
        for s in suggest(" ".join(text for _, text in texts), areas, most=4)
        if s.points >= _WORTH_SAYING and _says_enough(s.because, areas)
    ]
    return SchoolWords(
        application=application,
        chosen=chosen,
        texts=texts,
        fits=tuple(n for n in near if n.area in application.focus),
        near=tuple(n for n in near if n.area not in application.focus and n.area not in known),
        placed=tuple(Placed(p, labels.get(p.area, p.area), labels.get(p.instead, "")) for p in placings),
    )


def _says_enough(because: Sequence[str], areas: Mapping[str, Sequence[str]]) -> bool:
    """One word that belongs to this area alone, or several that each belong to a few: not a word of everybody's."""
    stems = [{stem(w) for phrase in phrases for w in words(phrase)} for phrases in areas.values()]
    return sum(Fraction(1, max(1, sum(stem(w) in some for some in stems))) for w in because) >= 1


def because_of(application: Application, design: Design, area: str) -> tuple[str, ...]:
    """The words that speak for an area; none when nothing does."""
    texts = " ".join(text for _, text in own_texts(application))
    found = suggest(texts, taxonomy(design), most=len(design.focus_areas))
    return next((s.because[:_SHOWN] for s in found if s.area == area), ())
