"""Decisions on many applications at once, wherever a list of them stands."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.urls import reverse

from intervisit.apps.applications.actions.deciding import decide, undo_decision
from intervisit.apps.applications.forms import DecideForm
from intervisit.apps.applications.models import Application
from intervisit.apps.applications.pages.decision_tabs import after_deciding
from intervisit.apps.applications.states import LABELS
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import said
from intervisit.core.access import Actor
from intervisit.kit.access import Hidden, visible
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Go, Request, page
from intervisit.kit.refusal import BadValue, Refused


def chosen(actor: Actor, program: Program, ids: Iterable[str]) -> list[Application]:
    """The applications of these ids; one that is foreign or unknown makes all of it not there (B11)."""
    wanted = set()
    for text in ids:
        try:
            wanted.add(uuid.UUID(text))
        except ValueError:
            raise Hidden from None
    rows = visible(actor, "application.decide", program.applications.filter(pk__in=wanted))
    found = list(rows.select_related("school", "program__version"))
    if len(found) != len(wanted):
        raise Hidden
    return found


@dataclass(frozen=True)
class Deciding:
    """The form below a list, as it is to be shown: empty, or with what was typed and what is wrong with it."""

    form: DecideForm
    ticked: frozenset[uuid.UUID] = frozenset()
    status: int = 200


def decide_many(request: Request, program: Program) -> Deciding | Go:
    """Decide for those that are ticked. Whatever is missing is said at the form, which keeps what it was given."""
    if request.method != "POST":
        return Deciding(DecideForm(design=program.design))
    found = chosen(request.actor, program, request.POST.getlist("ids")[:2000])
    form = DecideForm(request.POST, design=program.design)
    if not found:
        first = said("Tick at least one {school} in the list first.", program.design)
        form.add_error(None, ValidationError(first, code="nothing-chosen"))
    if form.is_valid():
        try:
            return _decided(request, program, found, form)
        except (Refused, BadValue) as refusal:
            add_refusal(form, refusal)
    return Deciding(form, frozenset(a.pk for a in found), 422)


def _decided(request: Request, program: Program, found: list[Application], form: DecideForm) -> Go:
    rows = decide(found, by=request.actor, **form.cleaned_data)
    then = request.POST.get("then", "")[:20]
    undo = f"{reverse('undo_decision', args=[program.pk, rows[0].batch])}?{urlencode({'then': then})}"
    # The list stays as it was narrowed, unless the form stood on another page than the list.
    back = request.get_full_path() if then != "waiting" else after_deciding(program, then)
    what = LABELS[rows[0].state].lower()
    many = "One school" if len(rows) == 1 else f"{len(rows)} schools"
    return Go(back, f"{many}: {what}. Nobody has been told yet.", undo=undo)


@page("program.work", at="programs/<uuid:program>/applications/undo/<uuid:batch>/", model=Program,
      methods=("POST",), name="undo_decision")  # fmt: skip
def undo_decision_page(request: Request, program: Program, batch: uuid.UUID) -> Go:
    count = undo_decision(program, by=request.actor, batch=batch)
    many = "One decision is" if count == 1 else f"{count} decisions are"
    return Go(after_deciding(program, request.GET.get("then", "")), f"{many} taken back, as it was before.")
