"""The calls of a program: their days and states, and more time for one school."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.applications.actions import calling
from intervisit.apps.applications.forms.changing import CallForm, LateForm, ReopenForm
from intervisit.apps.applications.models import Application, LateAllowed
from intervisit.apps.applications.queries.late import LATE_PHASES, late_in_force
from intervisit.apps.applications.states import IN_HAND
from intervisit.apps.instruments.queries import find_schools
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.forms import moment_input
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import (
    STATUS_WORDS,
    CallNow,
    CallState,
    CallStatus,
    call_named,
    calls_of,
    moment_words,
    zone_words,
)
from intervisit.apps.programs.states import Phase
from intervisit.core.text import Trouble
from intervisit.kit.access import Hidden, load, may
from intervisit.kit.clock import now
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue, Refused, Stale

_TONES = {CallState.OPEN: "good", CallState.SOON: "info", CallState.OVER: "plain", CallState.CLOSED: "plain"}
_STATES = {CallState.OPEN: "Open", CallState.SOON: "Opens by itself", CallState.OVER: "Closed"}


@dataclass(frozen=True)
class CallRow:
    """One call, ready to read."""

    title: str
    url: str
    state: str
    tone: str
    roles: str
    facts: Sequence[dict[str, str]]
    in_hand: int
    drafts: int
    late: int


@dataclass(frozen=True)
class CallsPage(PageRecord):
    template: ClassVar[str] = "applications/calls.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    rows: Sequence[CallRow]


def state_words(call: CallNow) -> str:
    if call.status == CallStatus.PLANNED:
        return STATUS_WORDS[CallStatus.PLANNED]
    return _STATES.get(call.state(), "Closed" if call.phase != Phase.SETUP else "Not opened yet")


def _facts(program: Program, call: CallNow) -> list[dict[str, str]]:
    opens, closes = (moment_words(m, program.zone) for m in (call.opens, call.closes))
    earlier = call_named(program, call.call.after) if call.call.after else None
    found = [
        {"label": "Opens", "value": opens or "when you open it"},
        {"label": "Closes", "value": closes or "when you close it"},
        {"label": "Read", "value": "as they come" if call.rolling else "together, after the closing day"},
    ]
    if earlier is not None:
        found.append({"label": "Comes after", "value": f"{earlier.call.title}, once it is decided and told"})
    return found


def _row(program: Program, call: CallNow, counts: list[tuple[str, str]], late: list[str]) -> CallRow:
    keys = {call.key, ""} if call.key == program.design.calls[0].key else {call.key}
    states = [state for key, state in counts if key in keys]
    return CallRow(
        title=call.call.title,
        url=reverse("program_call", args=[program.pk, call.key]),
        state=state_words(call),
        tone=_TONES[call.state()],
        roles=", ".join(program.design.roles[key].many for key in call.call.for_roles),
        facts=_facts(program, call),
        in_hand=sum(s in IN_HAND for s in states),
        drafts=states.count("draft"),
        late=late.count(call.key),
    )


@page("program.work", at="programs/<uuid:program>/calls/", model=Program, name="program_calls")
def program_calls_page(request: Request, program: Program) -> CallsPage:
    in_program(request, program)
    counts = list(Application.objects.filter(program=program).values_list("call", "state"))
    late = list(late_in_force(program).values_list("call", flat=True))
    return CallsPage(
        page_title="Calls",
        lead=f"Times are {zone_words(program.zone)}. After each closing moment {program.call.grace_seconds} seconds "
        "are allowed.",
        program=program,
        breadcrumbs=crumbs(program, "Calls"),
        rows=[_row(program, call, counts, late) for call in calls_of(program)],
    )


@dataclass(frozen=True)
class LateRow:
    school: str
    until: str
    reason: str
    by: str
    over: bool
    url: str


@dataclass(frozen=True)
class CallPage(PageRecord):
    template: ClassVar[str] = "applications/call.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    call: CallNow
    state: str
    tone: str
    facts: Sequence[dict[str, str]]
    form: CallForm
    seen: str
    reopen: ReopenForm
    late_form: LateForm
    late: Sequence[LateRow]
    may_manage: bool
    may_open: bool
    may_close: bool
    may_reopen: bool
    may_late: bool
    public_url: str
    status: int = 200


def _call(program: Program, key: str) -> CallNow:
    found = call_named(program, key)
    if found is None:
        raise Hidden
    return found


def _page(
    request: Request,
    program: Program,
    call: CallNow,
    *,
    form: CallForm | None = None,
    reopen: ReopenForm | None = None,
    late_form: LateForm | None = None,
    seen: str = "",
) -> CallPage:
    in_program(request, program)
    zone, state = program.zone, call.state()
    manages = bool(may(request.actor, "program.manage", program))
    early = program.phase in (Phase.SETUP, Phase.CALL, Phase.REVIEW)
    is_open = program.phase == Phase.CALL and call.status == CallStatus.OPEN
    first = {"opens": moment_input(call.opens, zone), "closes": moment_input(call.closes, zone),
             "rolling": call.rolling}  # fmt: skip
    wrong = any(f is not None and f.errors for f in (form, reopen, late_form))
    over = state == CallState.OVER or (program.phase == Phase.REVIEW and call.status != CallStatus.PLANNED)
    return CallPage(
        page_title=call.call.title,
        lead=call.call.intro,
        program=program,
        breadcrumbs=[*crumbs(program), Crumb("Calls", reverse("program_calls", args=[program.pk])),
                     Crumb(call.call.title)],
        call=call,
        state=state_words(call), tone=_TONES[state],
        facts=_facts(program, call),
        form=form or CallForm(initial=first, zone=zone),
        seen=seen or calling.call_mark(call),
        reopen=reopen or ReopenForm(zone=zone),
        late_form=late_form or LateForm(zone=zone),
        late=[_late_row(program, call.key, late) for late in late_in_force(program).filter(call=call.key)],
        may_manage=manages,
        may_open=manages and early and not is_open and not over, may_close=manages and is_open,
        may_reopen=manages and early and over,
        may_late=manages and program.phase in LATE_PHASES and call.status != CallStatus.PLANNED,
        public_url=reverse("open_call", args=[program.pk]) if program.phase == Phase.CALL else "",
        status=422 if wrong else 200,
    )  # fmt: skip


def _late_row(program: Program, key: str, late: LateAllowed) -> LateRow:
    return LateRow(
        school=late.school.name,
        until=moment_words(late.until, program.zone),
        reason=late.reason,
        by=str(late.by or ""),
        over=late.until < now(),
        url=reverse("end_late", args=[program.pk, key, late.pk]),
    )


@page("program.work", at="programs/<uuid:program>/calls/<slug:call>/", model=Program, acts="program.manage",
      methods=("GET", "POST"), name="program_call")  # fmt: skip
def program_call_page(request: Request, program: Program, call: str) -> CallPage | Go:
    """One call: its days, its state, and the schools with more time."""
    wanted = _call(program, call)
    if request.method != "POST":
        return _page(request, program, wanted)
    form, seen = CallForm(request.POST, zone=program.zone), request.POST.get("seen", "")[:300]
    if form.is_valid():
        given = {k: form.cleaned_data[k] for k in ("opens", "closes", "rolling")}
        try:
            calling.set_call(program, by=request.actor, key=wanted.key, seen=seen, **given)
            return Go(request.path, "The days are saved.")
        except Stale:
            raise
        except Refused as refusal:
            add_refusal(form, refusal)
    return _page(request, program, wanted, form=form, seen=seen)


@page("program.work", at="programs/<uuid:program>/calls/<slug:call>/state/", model=Program, acts="program.manage",
      methods=("POST",), name="program_call_state")  # fmt: skip
def program_call_state_page(request: Request, program: Program, call: str) -> CallPage | Go:
    """Open it, close it, or open it again until a new moment."""
    wanted, what = _call(program, call), request.POST.get("what", "")
    back = reverse("program_call", args=[program.pk, wanted.key])
    if what == "open":
        calling.open_call(program, by=request.actor, key=wanted.key)
        return Go(back, f"Open: {wanted.call.title}.")
    if what == "close":
        calling.close_call(program, by=request.actor, key=wanted.key)
        return Go(back, f"Closed: {wanted.call.title}. Drafts stay with their schools.")
    form = ReopenForm(request.POST, zone=program.zone)
    if form.is_valid():
        try:
            calling.reopen_call(program, by=request.actor, key=wanted.key, closes=form.cleaned_data["closes"])
            return Go(back, f"Open again: {wanted.call.title}.")
        except Refused as refusal:
            add_refusal(form, refusal)
    return _page(request, program, wanted, reopen=form)


@page("program.work", at="programs/<uuid:program>/calls/<slug:call>/late/", model=Program, acts="program.manage",
      methods=("POST",), name="allow_late")  # fmt: skip
def allow_late_page(request: Request, program: Program, call: str) -> CallPage | Go:
    """One school gets more time."""
    wanted = _call(program, call)
    form = LateForm(request.POST, zone=program.zone)
    if form.is_valid():
        try:
            school = _school(program, form.cleaned_data["school"])
            given = {"until": form.cleaned_data["until"] or now(), "reason": form.cleaned_data["reason"]}
            made = calling.allow_late(program, by=request.actor, key=wanted.key, school=school, **given)
            undo = reverse("end_late", args=[program.pk, wanted.key, made.pk])
            return Go(
                reverse("program_call", args=[program.pk, wanted.key]), f"{school} has more time.", undo=undo
            )
        except (Refused, BadValue) as refusal:
            add_refusal(form, refusal)
    return _page(request, program, wanted, late_form=form)


def _school(program: Program, text: str) -> Organization:
    found = find_schools([text], program.district)[text.strip()]
    if isinstance(found, Trouble):
        raise Refused(found.code, found.message, "school")
    return Organization.objects.get(pk=found)


@page("program.work", at="programs/<uuid:program>/calls/<slug:call>/late/<uuid:late>/end/", model=Program,
      acts="program.manage", methods=("POST",), name="end_late")  # fmt: skip
def end_late_page(request: Request, program: Program, call: str, late: uuid.UUID) -> Go:
    found = load(request.actor, "late.view", program.late.filter(call=_call(program, call).key), pk=late)
    calling.take_back_late(program, by=request.actor, late=found)
    return Go(reverse("program_call", args=[program.pk, call]), "Taken back. What was submitted stays.")
