"""The memorandum as those read it whom it concerns: what is promised, what is new, one's own yes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.programs.actions.agreements import accept_agreement, withdraw_acceptance
from intervisit.apps.programs.forms.agreements import AcceptForm, WithdrawForm
from intervisit.apps.programs.models import Acceptance, Agreement, Program
from intervisit.apps.programs.pages.desk import in_program
from intervisit.apps.programs.queries import day_words, moment_words, said
from intervisit.apps.programs.queries.agreements import (
    OWES,
    Party,
    Standing,
    parties_of,
    roles_read,
    standings,
    versions_of,
)
from intervisit.apps.programs.states import AgreementState
from intervisit.core.designs import Design
from intervisit.core.memoranda import Memorandum, Part, PartChange, changes
from intervisit.core.text.marked import Block, blocks
from intervisit.kit.access import may
from intervisit.kit.clock import local_day
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue, Refused


@dataclass(frozen=True)
class PartShown:
    """One part, ready to read."""

    title: str
    whose: str
    blocks: Sequence[Block]
    clauses: Sequence[str]


def parts_shown(memorandum: Memorandum, design: Design) -> list[PartShown]:
    return [
        PartShown(part.title, whose_words(part, design), blocks(part.text), part.clauses)
        for part in memorandum.parts
        if not part.empty
    ]


def whose_words(part: Part, design: Design) -> str:
    """Whom a part concerns, in the design's words."""
    if part.whose == "facilitator":
        return said("{facilitators}", design)
    if not part.roles:
        return said("all {schools}", design)
    return ", ".join(design.roles[key].many for key in part.roles if key in design.roles)


@dataclass(frozen=True)
class Mine:
    """What one party of this reader has answered, and can."""

    party: Party
    title: str
    state: str
    label: str
    tone: str
    sentence: str
    acceptance: Acceptance | None
    form: AcceptForm | None
    withdraw: WithdrawForm | None


@dataclass(frozen=True)
class AgreementPage(PageRecord):
    template: ClassVar[str] = "programs/agreement.html"
    page_title: str
    lead: str
    reads: str
    program: Program
    breadcrumbs: list[Crumb]
    agreement: Agreement
    intro: str
    promises: Sequence[PartShown]
    mine: Sequence[Mine]
    news: Sequence[PartChange]
    news_title: str
    due: str
    replaced_url: str
    versions: Sequence[dict[str, str]]
    list_url: str
    status: int = 200


@page("agreement.view", at="agreements/<uuid:agreement>/", model=Agreement, acts="agreement.accept",
      methods=("GET", "POST"), name="agreement")  # fmt: skip
def agreement_page(request: Request, agreement: Agreement) -> AgreementPage | Go:
    """Read it, and accept it by name. On POST `for` says for which school (or for oneself)."""
    forms: dict[str, AcceptForm] = {}
    status = 200
    if request.method == "POST":
        key = request.POST.get("for", "")
        form = AcceptForm(request.POST, auto_id=f"id_{key}_%s")
        forms[key], status = form, 422
        if form.is_valid():
            try:
                made = accept_agreement(
                    agreement, by=request.actor, party=key, name=form.cleaned_data["name"]
                )
                whom = f" for {made.school}" if made.school else ""
                return Go(request.path, f"Accepted{whom}. A mail to you says so as well.")
            except (Refused, BadValue) as refusal:
                add_refusal(form, refusal)
    return _shown(request, agreement, forms, {}, status)


@page("acceptance.view", at="acceptances/<uuid:acceptance>/withdraw/", model=Acceptance, acts="acceptance.withdraw",
      methods=("POST",), name="agreement_withdraw")  # fmt: skip
def agreement_withdraw_page(request: Request, acceptance: Acceptance) -> AgreementPage | Go:
    """Take one's own yes back, with a note."""
    form = WithdrawForm(request.POST, auto_id=f"id_{acceptance.pk}_%s")
    if form.is_valid():
        try:
            withdraw_acceptance(acceptance, by=request.actor, note=form.cleaned_data["note"])
            there = reverse("agreement", args=[acceptance.agreement_id])
            return Go(there, "Withdrawn. The program’s director is told.")
        except (Refused, BadValue) as refusal:
            add_refusal(form, refusal)
    return _shown(request, acceptance.agreement, {}, {str(acceptance.pk): form}, 422)


def _shown(
    request: Request,
    agreement: Agreement,
    forms: dict[str, AcceptForm],
    withdrawals: dict[str, WithdrawForm],
    status: int,
) -> AgreementPage:
    program, design = agreement.program, agreement.program.design
    in_program(request, program)
    whole = agreement.memorandum
    memorandum = _read_by(request, agreement)
    mine = _mine(request, agreement, forms, withdrawals)
    news_title, news = _news(agreement, mine, memorandum)
    works = bool(may(request.actor, "program.work", program))
    newer = program.agreements.filter(state=AgreementState.PUBLISHED).exclude(pk=agreement.pk).first()
    published = (
        day_words(local_day(agreement.published, program.zone))
        if agreement.published
        else "not published yet"
    )
    return AgreementPage(
        page_title=whole.title,
        lead=f"{program}. Version {agreement.number}, {published}.",
        reads=said(
            "everybody of the {schools} in this district, and the program. Who has accepted it is read by the {school} "
            "itself, its {facilitator} and the program’s staff.",
            design,
        ),
        program=program,
        breadcrumbs=[Crumb(str(program)), Crumb(whole.title)],
        agreement=agreement,
        intro=whole.intro,
        promises=parts_shown(memorandum, design),
        mine=mine,
        news=news,
        news_title=news_title,
        due=day_words(agreement.due) if agreement.due else "",
        replaced_url=reverse("agreement", args=[newer.pk]) if newer and agreement.published else "",
        versions=_versions(agreement),
        list_url=reverse("program_agreement", args=[program.pk]) if works else "",
        status=status,
    )


def _read_by(request: Request, agreement: Agreement) -> Memorandum:
    """What of it concerns this reader: for the staff, the whole."""
    whole = agreement.memorandum
    roles = roles_read(request.actor, agreement.program)
    if not roles:
        return whole
    wanted = tuple(p for p in whole.parts if any(p.concerns(whose, role) for whose, role in roles))
    return Memorandum(whole.title, whole.intro, wanted)


def _versions(agreement: Agreement) -> list[dict[str, str]]:
    zone = agreement.program.zone
    return [
        {
            "label": f"Version {one.number}",
            "url": "" if one.pk == agreement.pk else reverse("agreement", args=[one.pk]),
            "note": moment_words(one.published, zone) + (f". {one.note}" if one.note else ""),
        }
        for one in versions_of(agreement.program)
    ]


def _mine(
    request: Request,
    agreement: Agreement,
    forms: dict[str, AcceptForm],
    withdrawals: dict[str, WithdrawForm],
) -> list[Mine]:
    program = agreement.program
    keys = {party.key for party in parties_of(request.actor, program)}
    if not keys:
        return []
    found = []
    for one in standings(program, agreement):
        if one.party.key in keys:
            found.append(_one(request, agreement, one, forms, withdrawals))
    return found


def _one(
    request: Request,
    agreement: Agreement,
    one: Standing,
    forms: dict[str, AcceptForm],
    withdrawals: dict[str, WithdrawForm],
) -> Mine:
    asked = agreement.state == AgreementState.PUBLISHED
    key = one.party.key
    form = withdraw = None
    if asked and one.state != "accepted":
        form = forms.get(key) or AcceptForm(auto_id=f"id_{key}_%s")
    if asked and one.state == "accepted" and one.last is not None:
        withdraw = withdrawals.get(str(one.last.pk)) or WithdrawForm(auto_id=f"id_{one.last.pk}_%s")
    return Mine(
        party=one.party,
        title=one.party.name if one.party.school else "You",
        state=one.state,
        label=one.label,
        tone=one.tone,
        sentence=sentence_of(one, agreement.program),
        acceptance=one.last,
        form=form,
        withdraw=withdraw,
    )


def sentence_of(one: Standing, program: Program) -> str:
    """Who accepted what, and on which day, in one sentence; empty when nobody has."""
    last = one.last
    if last is None or (one.state == OWES and last.withdrawn is None):
        return ""
    told = f"Version {last.agreement.number}, accepted by {last.name} on {_day(last.at, program)}"
    if last.withdrawn is None:
        return f"{told}."
    return f"{told}; withdrawn on {_day(last.withdrawn, program)}."


def _day(moment: dt.datetime, program: Program) -> str:
    return day_words(local_day(moment, program.zone))


def _news(
    agreement: Agreement, mine: Sequence[Mine], memorandum: Memorandum
) -> tuple[str, Sequence[PartChange]]:
    """What changed since the version this reader accepted, as far as it concerns her; else since the one before."""
    if agreement.number == 1:
        return "", ()
    seen = [one.acceptance.agreement for one in mine if one.acceptance is not None and one.state == "earlier"]
    before = min(seen, key=lambda a: a.number) if seen else None
    title = "What is new since you accepted it" if seen else ""
    if before is None:
        before = versions_of(agreement.program).filter(number__lt=agreement.number).first()
        title = f"What is new since version {before.number}" if before else ""
    if before is None:
        return "", ()
    keys = {part.key for part in memorandum.parts}
    old = before.memorandum
    concerned = tuple(p for p in old.parts if p.key in keys or not _still_there(p, agreement))
    return title, changes(Memorandum(old.title, old.intro, concerned), memorandum)


def _still_there(part: Part, agreement: Agreement) -> bool:
    return any(p.key == part.key for p in agreement.memorandum.parts)
