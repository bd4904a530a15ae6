"""A memorandum as a value: texts and clauses, each for schools in some roles or for facilitators."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from intervisit.core.designs import Design

Whose = Literal["school", "facilitator"]


@dataclass(frozen=True, slots=True)
class Part:
    """What one group promises: a text at length, and clauses of one sentence each."""

    key: str
    whose: Whose
    roles: tuple[str, ...]  # of schools; empty: all of them
    title: str
    text: str = ""  # Markdown
    clauses: tuple[str, ...] = ()

    def concerns(self, whose: str, role: str) -> bool:
        return self.whose == whose and (not self.roles or role in self.roles)

    @property
    def empty(self) -> bool:
        return not (self.text.strip() or self.clauses)


@dataclass(frozen=True, slots=True)
class Memorandum:
    """One version of what is promised."""

    title: str
    intro: str
    parts: tuple[Part, ...]

    def for_party(self, whose: str, role: str = "") -> tuple[Part, ...]:
        """The parts that a school in this role, or a facilitator, accepts."""
        return tuple(part for part in self.parts if part.concerns(whose, role))

    def seen_by(self, whose: str, role: str = "") -> "Memorandum":
        """The same memorandum as far as it concerns one party."""
        return replace(self, parts=self.for_party(whose, role))


def of_design(design: Design) -> Memorandum:
    """What a design says, its clauses under the text of the same roles; clauses for all schools come first."""
    parts = [
        Part(text.key, text.whose, text.for_roles, text.title, text.text.strip())
        for text in design.agreement.texts
    ]
    for roles in dict.fromkeys(e.for_roles for e in design.expectations):
        said = tuple(" ".join(e.text.split()) for e in design.expectations if e.for_roles == roles)
        home = next((n for n, p in enumerate(parts) if p.whose == "school" and p.roles == roles), None)
        if home is None:
            key = "-".join(("clauses", *roles)) if roles else "everybody"
            parts.append(Part(_unused(key, parts), "school", roles, _title(design, roles), "", said))
        else:
            parts[home] = replace(parts[home], clauses=said)
    ordered = sorted(parts, key=lambda p: (p.whose != "school", bool(p.roles)))
    return Memorandum(design.agreement.title, design.agreement.intro.strip(), tuple(ordered))


def _unused(key: str, parts: Iterable[Part]) -> str:
    taken = {part.key for part in parts}
    while key in taken:
        key += "-more"
    return key


def _title(design: Design, roles: tuple[str, ...]) -> str:
    if not roles:
        return f"What every {design.words['school'].one} promises"
    return f"What {' and '.join(design.roles[key].many for key in roles)} promise"


def to_plain(memorandum: Memorandum) -> dict[str, Any]:
    """As dicts and lists, for keeping. `from_plain` gives it back."""
    return asdict(memorandum)


def from_plain(kept: Mapping[str, Any]) -> Memorandum:
    parts = tuple(
        Part(**{**part, "roles": tuple(part["roles"]), "clauses": tuple(part["clauses"])})
        for part in kept["parts"]
    )
    return Memorandum(kept["title"], kept["intro"], parts)
