"""Which reasons of its match a school may read: what there is to choose from, and what was chosen."""

from dataclasses import dataclass

from intervisit.apps.networks.bridge.why import article
from intervisit.apps.networks.models import Showing
from intervisit.apps.programs.models import Program
from intervisit.core.designs import Design


@dataclass(frozen=True)
class Reason:
    """One kind of reason, as the director chooses it."""

    key: str
    label: str
    example: str
    design: bool  # the design shows it unless the director says otherwise


def reasons_of(design: Design) -> list[Reason]:
    """Every kind of reason that there is in a design. A score is none of them: scores are never shown to a school."""
    area, host = design.words["focus_area"].one, design.words["host"].one
    shown = set(design.matching.shown_to_schools)
    found = [
        ("focus", f"Shared {area}", "You both want to work on the same."),
        ("grades", "Shared grades", "You both teach grades K–5."),
        ("proximity", "Minutes apart", "About 20 minutes apart."),
        ("wishes", "Its own wishes, and whether they were met", "You asked for this school."),
        (
            "next_best",
            "The next best place, and what it would cost everybody",
            "All schools would lose 40 points.",
        ),
    ]
    if any(role.hosts for role in design.roles.values()):
        found[1:1] = [
            (
                "strength",
                f"The {host}’s strength in it",
                f"Your {host} is strong in what you want to grow in.",
            ),
            ("role", f"Why {host} or not", f"You were accepted as {article(host)}."),
        ]
    known = {key for key, _, _ in found}
    found += [(c.key, c.label, f"{c.label}.") for c in design.matching.criteria if c.key not in known]
    return [Reason(key, label, example, key in shown) for key, label, example in found]


def shown_in(program: Program) -> frozenset[str]:
    """The kinds that schools of this program read: the director's choice, else the design's."""
    chosen = Showing.objects.filter(program=program).first()
    if chosen is None:
        return frozenset(program.design.matching.shown_to_schools)
    return frozenset(chosen.reasons) & {r.key for r in reasons_of(program.design)}
