"""What reviewers made of hosts, where the design lets that count as their strength: read once, when a scenario begins.

Schools never read the figure: what they are told of a strength goes by the areas the host itself has named.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from intervisit.apps.applications.models import Application
from intervisit.apps.people.models import RoleHeld, in_force
from intervisit.apps.programs.models import Program
from intervisit.apps.reviews.models import Conflict, Review
from intervisit.apps.reviews.states import ReviewState


@dataclass(frozen=True)
class Reviewed:
    """A host's strength in its first focus area, 0 to 10, and of how many reviews."""

    strength: int
    reviews: int


def reviewed(program: Program, applications: Iterable[Application]) -> dict[Any, Reviewed]:
    """Application id → what reviewers chose, on average, for the criterion the design names. One or three queries.

    Left out: who does not host, whom nobody has judged by it, and a school with which somebody of the office has a
    conflict of interest: the design's own figure tells her nothing of a review.
    """
    criterion = _criterion(program)
    hosts = {
        a.pk: a for a in applications if a.role in program.design.roles and program.design.roles[a.role].hosts
    }
    if criterion is None or not hosts:
        return {}
    office = RoleHeld.objects.filter(in_force(), role__in=("director", "staff"), group=program.group_id)
    shut = Conflict.objects.filter(
        person__in=office.values("person"), school__in=[a.school_id for a in hosts.values()]
    )
    open_ = {pk for pk, a in hosts.items() if a.school_id not in set(shut.values_list("school", flat=True))}
    values = [level.value for level in criterion.levels]
    given: dict[Any, list[int]] = defaultdict(list)
    rows = Review.objects.filter(application__in=open_, stage__program=program, state=ReviewState.SENT)
    for application, levels in rows.values_list("application", "levels"):
        if levels.get(criterion.key) in values:
            given[application].append(levels[criterion.key])
    return {pk: Reviewed(_scaled(found, values), len(found)) for pk, found in given.items()}


def _criterion(program: Program) -> Any:
    key = program.design.matching.strength.from_review
    return next((c for c in program.design.review.criteria if c.key == key), None) if key else None


def _scaled(found: list[int], values: list[int]) -> int:
    """The mean on the way from the lowest level to the highest, in tenths, a half upwards."""
    low, high = min(values), max(values)
    part = Fraction(sum(found), len(found)) - low
    return int(10 * part / (high - low) + Fraction(1, 2)) if high > low else 0


def strength_told(program: Program, problem: Mapping[str, Any]) -> str:
    """A sentence for whoever runs the matching; empty where reviews do not count."""
    kept = problem.get("strength_from_review")
    criterion = _criterion(program)
    if not kept or criterion is None:
        return ""
    hosts = sum(row["role"] == "host" for row in problem["schools"])
    words = program.design.words["host"]
    many = words.one if hosts == 1 else words.many
    about = f"How strong a {words.one} is in its first area is what reviewers chose for “{criterion.label}”, on average"
    return f"{about}: so for {len(kept['hosts'])} of {hosts} {many}. Later reviews do not change what was read then."
