"""The public page of an open call, and the mail that tells principals of it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import NoReverseMatch, reverse

from intervisit.apps.programs.actions import announce_call, call_letter
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import (
    CallNow,
    CallState,
    call_named,
    call_state,
    calls_of,
    foremost,
    moment_words,
    principals_of,
    zone_words,
)
from intervisit.core.access import Actor
from intervisit.core.designs import Call, Design, Role, Rule
from intervisit.kit.access import Hidden, load, may
from intervisit.kit.pages import PUBLIC_PAGE, Crumb, Go, PageRecord, Request, page


@dataclass(frozen=True)
class RoleOffer:
    """One role schools can apply for, with what is asked of them and what they promise."""

    role: Role
    bars: Sequence[Rule]
    preferences: Sequence[Rule]
    promises: Sequence[str]


@dataclass(frozen=True)
class OpenCallPage(PageRecord):
    template: ClassVar[str] = "programs/call.html"
    page_title: str
    lead: str
    program: Program
    call: Call
    design: Design
    offers: Sequence[RoleOffer]
    focus_groups: Sequence[tuple[str, Sequence[str]]]
    closes: str
    opens: str
    zone: str
    is_open: bool
    apply_url: str
    phases: Sequence[dict[str, str]]
    others: Sequence[dict[str, str]]
    comes_after: str


@page(PUBLIC_PAGE, at="calls/<uuid:program>/", name="open_call")
def open_call_page(request: Request, program: uuid.UUID) -> OpenCallPage:
    """The call people mean: one that is open, else the next. Anybody may read it in the phase of calls."""
    found = _public(request, program)
    return _call_page(found, foremost(found), request.actor)


@page(PUBLIC_PAGE, at="calls/<uuid:program>/<slug:call>/", name="open_call_named")
def open_call_named_page(request: Request, program: uuid.UUID, call: str) -> OpenCallPage:
    """One of several calls."""
    found = _public(request, program)
    wanted = call_named(found, call)
    if wanted is None:
        raise Hidden
    return _call_page(found, wanted, request.actor)


def _public(request: Request, program: uuid.UUID) -> Program:
    rows = Program.objects.select_related("version", "district")
    return load(request.actor, "program.open_call", rows, pk=program)


def _call_page(found: Program, now: CallNow, reader: Actor) -> OpenCallPage:
    """What the program is, who can apply, for what, until when."""
    design, call = found.design, now.call
    roles = [design.roles[key] for key in call.for_roles]
    state = now.state()
    earlier = call_named(found, call.after) if call.after else None
    try:
        apply_url = f"{reverse('apply', args=[found.pk])}?call={call.key}"
    except NoReverseMatch:
        apply_url = ""
    if reader.person is not None and not may(reader, "program.apply", found):
        apply_url = (
            ""  # a stranger is asked to sign in; who is known and cannot apply has no use for the button
        )
    return OpenCallPage(
        page_title=found.name,
        lead=f"{call.title}, for the school year {found.year}",
        program=found,
        call=call,
        design=design,
        offers=[_offer(design, role) for role in roles if role.may_apply],
        focus_groups=focus_groups(design),
        closes=moment_words(now.closes, found.zone),
        opens=moment_words(now.opens, found.zone),
        zone=zone_words(found.zone),
        is_open=state == CallState.OPEN,
        apply_url=apply_url,
        phases=[{"label": p.title, "value": p.about} for p in design.phases],
        others=[
            {"label": c.call.title, "url": reverse("open_call_named", args=[found.pk, c.key])}
            for c in calls_of(found)
            if c.key != now.key
        ],
        comes_after=earlier.call.title if earlier is not None and state == CallState.CLOSED else "",
    )


def _offer(design: Design, role: Role) -> RoleOffer:
    rules = design.rules_for(role.key)
    return RoleOffer(
        role=role,
        bars=[r for r in rules if r.kind == "bar"],
        preferences=[r for r in rules if r.kind == "preference"],
        promises=[e.text for e in design.expectations_for(role.key)],
    )


def focus_groups(design: Design) -> list[tuple[str, list[str]]]:
    """Focus areas under their headings, in the order of the design."""
    groups: dict[str, list[str]] = {}
    for area in design.focus_areas:
        groups.setdefault(area.group, []).append(area.label)
    return list(groups.items())


@dataclass(frozen=True)
class AnnouncePage(PageRecord):
    template: ClassVar[str] = "programs/announce.html"
    page_title: str
    program: Program
    breadcrumbs: list[Crumb]
    subject: str
    body: str
    count: int
    may_send: bool


@page("program.manage", at="programs/<uuid:program>/announce/", model=Program, methods=("GET", "POST"),
      name="announce_call")  # fmt: skip
def announce_call_page(request: Request, program: Program) -> AnnouncePage | Go:
    """Show the mail first; send it when the button is pressed."""
    in_program(request, program)
    if request.method == "POST":
        written = announce_call(program, by=request.actor)
        said = f"{written} letters are on their way." if written != 1 else "One letter is on its way."
        return Go(
            reverse("program", args=[program.pk]), said if written else "Everybody had been told already."
        )
    subject, body = call_letter(program)
    return AnnouncePage(
        page_title="Tell the principals",
        program=program,
        breadcrumbs=crumbs(program, "Tell the principals"),
        subject=subject,
        body=body,
        count=principals_of(program).count(),
        may_send=call_state(program) != CallState.CLOSED
        and bool(may(request.actor, "program.manage", program)),
    )
