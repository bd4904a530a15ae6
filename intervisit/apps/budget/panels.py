"""What this chapter adds to the page of a visit: who is out, and whether they are covered."""

from dataclasses import dataclass
from decimal import Decimal

from intervisit.apps.budget.models import ZERO, CoverRequest
from intervisit.apps.budget.queries import who_is_out
from intervisit.apps.budget.states import CoverState
from intervisit.apps.calendar.models import Visit
from intervisit.core.access import Actor
from intervisit.kit.access import visible


@dataclass(frozen=True)
class CoverRow:
    """One school's cover on the day; `cost` only for those who may read it."""

    school: str
    out: str
    state: str
    words: str
    tone: str
    cost: Decimal | None


@dataclass(frozen=True)
class CoverPanel:
    """Cover for one visit."""

    template: str
    rows: list[CoverRow]
    cost: Decimal | None


_TONES = {
    CoverState.ASKED: "warn",
    CoverState.APPROVED: "good",
    CoverState.USED: "good",
    CoverState.REFUSED: "bad",
}


def _words(row: CoverRequest) -> str:
    return {
        CoverState.ASKED: f"{row.needed} asked for",
        CoverState.APPROVED: f"{row.approved} approved",
        CoverState.USED: f"{row.used} came",
        CoverState.REFUSED: "refused",
    }[CoverState(row.state)]


def cover_panel(actor: Actor, visit: Visit) -> CoverPanel:
    found = (
        visible(actor, "cover.status", CoverRequest).filter(uid=visit.uid).exclude(state=CoverState.DROPPED)
    )
    rows = list(found.select_related("budget__school").order_by("budget__school__name"))
    if not rows:
        return CoverPanel("", [], None)
    costs = set(visible(actor, "cover.view", CoverRequest).filter(uid=visit.uid).values_list("pk", flat=True))
    out = who_is_out(visit)
    shown = [
        CoverRow(
            row.budget.school.name, ", ".join(out.get(row.budget.school_id, ())), row.state, _words(row),
            _TONES[CoverState(row.state)], row.cost if row.pk in costs else None,
        )
        for row in rows
    ]  # fmt: skip
    readable = [row.cost for row in shown if row.cost is not None]
    return CoverPanel("budget/cover_panel.html", shown, sum(readable, ZERO) if len(readable) > 1 else None)
