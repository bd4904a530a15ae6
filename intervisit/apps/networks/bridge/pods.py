"""Smaller groups inside a network: proposals by pair, grade band, focus or a question of the form."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from intervisit.apps.networks.bridge.filtering import LEVELS
from intervisit.apps.networks.models import Network, NetworkMember
from intervisit.apps.networks.states import PodBasis
from intervisit.core.designs import Design


@dataclass(frozen=True)
class Proposal:
    """One way to split a network: groups with their names. Schools that fit nowhere stand in `alone`."""

    basis: PodBasis
    key: str  # names it in an address: the basis, or the question with it
    label: str
    groups: tuple[tuple[str, tuple[NetworkMember, ...]], ...]
    alone: tuple[NetworkMember, ...]


def proposals(network: Network, members: Sequence[NetworkMember]) -> list[Proposal]:
    """Every way of splitting that makes at least two groups, or one group and somebody beside it."""
    design = network.program.design
    found = [_pairs(design, members)] if any(m.hosts for m in members) else []
    found.append(_by(members, PodBasis.GRADES, "grades", "By grade band", _band))
    area = design.words["focus_area"].one
    labels = {a.key: a.label for a in design.focus_areas}
    found.append(_by(members, PodBasis.FOCUS, "focus", f"By first {area}", lambda m: _focus(m, labels)))
    for key, label in _questions(design, members):
        answered = partial(_answer, key=key)
        found.append(_by(members, PodBasis.SUBJECT, f"subject-{key}", f"By answer: {label}", answered))
    return [p for p in found if p.groups and (len(p.groups) > 1 or p.alone)]


def _pairs(design: Design, members: Sequence[NetworkMember]) -> Proposal:
    """The host with each of the others: it sits in every pair."""
    host = next(m for m in members if m.hosts)
    groups = tuple((f"{host.school.name} and {m.school.name}", (host, m)) for m in members if m.pk != host.pk)
    label = f"In pairs: the {design.words['host'].one} with each of the others"
    return Proposal(PodBasis.PAIR, "pair", label, groups, ())


def _by(
    members: Iterable[NetworkMember],
    basis: PodBasis,
    key: str,
    label: str,
    of: Callable[[NetworkMember], str],
) -> Proposal:
    groups: dict[str, list[NetworkMember]] = {}
    for member in members:
        groups.setdefault(of(member), []).append(member)
    whole = tuple((name, tuple(found)) for name, found in groups.items() if len(found) > 1)
    alone = tuple(m for found in groups.values() if len(found) == 1 for m in found)
    return Proposal(basis, key, label, whole, alone)


def _band(member: NetworkMember) -> str:
    """The level in which a school has most of its grades; the lower one where two are even."""
    grades = set(member.school.grades)
    counts = {label: len(grades & set(span)) for label, span in LEVELS.values()}
    return max(counts, key=lambda label: counts[label]) if any(counts.values()) else "No grades on file"


def _focus(member: NetworkMember, labels: dict[str, str]) -> str:
    areas = member.application.focus if member.application else []
    return labels.get(areas[0], areas[0]) if areas else "None named"


def _questions(design: Design, members: Sequence[NetworkMember]) -> list[tuple[str, str]]:
    """Questions of one choice that the members have answered, such as the subject a team works on."""
    found: dict[str, str] = {}
    for form in design.forms.values():
        for question in form.questions():
            if question.kind == "choice" and not question.private:
                found.setdefault(question.key, question.label)
    return [
        (key, label) for key, label in found.items() if sum(bool(_answer(m, key=key)) for m in members) > 1
    ]


def _answer(member: NetworkMember, *, key: str) -> str:
    value: Any = (member.application.answers or {}).get(key) if member.application else None
    return value if isinstance(value, str) else ""
