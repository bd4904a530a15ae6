"""One application for a post: as its person reads it, and as the program checks, arranges and decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.instruments.answers import ShownSection, answers_for_display
from intervisit.apps.leaders.actions.applying import check_rule
from intervisit.apps.leaders.actions.interviewing import arrange_interview, decide, seat_of, undo_decision
from intervisit.apps.leaders.bridge import (
    ALL,
    findings_of,
    form_of_post,
    interview_form,
    shareable,
    verdict_words,
)
from intervisit.apps.leaders.forms import ArrangeForm, DecideForm, SharesForm
from intervisit.apps.leaders.models import Interview, InterviewSheet, LeaderApplication, PoolEntry
from intervisit.apps.leaders.pages.writing import crumbs as own_crumbs
from intervisit.apps.leaders.queries.committee import conflicts_with, members_of, sheets_read
from intervisit.apps.leaders.states import APPLY_LABELS, APPLY_TONES, DECIDED, ApplyState
from intervisit.apps.programs.forms import moment_input
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import day_words, moment_words
from intervisit.core.posts import Finding
from intervisit.kit.access import may
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue, Refused

SIGNS = {"met": ("Met", "good"), "not_met": ("Not met", "bad"), "unknown": ("Not known", "warn")}


@dataclass(frozen=True)
class RuleShown:
    """One rule with its answer, and who looked."""

    key: str
    label: str
    outcome: str
    sign: str
    tone: str
    reason: str
    help: str
    checked: str
    evidence: Sequence[str]


@dataclass(frozen=True)
class SheetShown:
    """What one member of the committee wrote."""

    name: str
    side: str
    sections: Sequence[ShownSection]


@dataclass(frozen=True)
class LeaderApplicationPage(PageRecord):
    template: ClassVar[str] = "leaders/read.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    application: LeaderApplication
    state: str
    tone: str
    mine: bool
    sections: Sequence[ShownSection]
    rules: Sequence[RuleShown]
    verdict: str
    verdict_tone: str
    outcome: str
    interview: str
    entry: PoolEntry | None
    entry_until: str
    shares: SharesForm | None
    may_write: bool
    may_withdraw: bool
    may_reopen: bool
    may_check: bool
    may_undo: bool
    arrange: ArrangeForm | None
    decide: DecideForm | None
    sheets: Sequence[SheetShown]
    waiting: str
    shut: Sequence[str]
    status: int = 200


def rules_shown(found: Sequence[Finding], program: Program) -> list[RuleShown]:
    rows = []
    for one in found:
        sign, tone = SIGNS[one.outcome.value]
        checked = f"Checked by {one.checked.by}, {day_words(one.checked.on)}" if one.checked else ""
        evidence = (
            []
            if one.checked
            else [f"{e.label}: {e.shown}" for e in one.evidence if e.shown and not e.is_answer]
        )
        rows.append(
            RuleShown(
                one.rule.key,
                one.rule.label,
                one.outcome.value,
                sign,
                tone,
                one.reason,
                one.rule.help,
                checked,
                evidence,
            )
        )
    return rows


@page("leader_application.view", at="leader-applications/<uuid:application>/", model=LeaderApplication,
      name="leader_application")  # fmt: skip
def leader_application_page(request: Request, application: LeaderApplication) -> LeaderApplicationPage:
    return _shown(request, application)


@page("leader_application.view", at="leader-applications/<uuid:application>/interview/", model=LeaderApplication,
      acts="leader_application.arrange", methods=("POST",), name="leader_arrange")  # fmt: skip
def leader_arrange_page(request: Request, application: LeaderApplication) -> LeaderApplicationPage | Go:
    """Day, place and members. Whoever has a conflict is not offered, and refused."""
    members = list(members_of(application.program))
    form = ArrangeForm(request.POST, zone=application.program.zone, members=members, shut={})
    if form.is_valid():
        values = form.cleaned_data
        seats = [seat_of(application.program, key, members) for key in values["seats"]]
        try:
            arrange_interview(
                application, by=request.actor, at=values["at"], place=values["place"], seats=seats
            )
            return Go(
                reverse("leader_application", args=[application.pk]), "Arranged. Everybody concerned is told."
            )
        except (Refused, BadValue) as refusal:
            add_refusal(form, refusal)
    return _shown(request, application, arrange=form)


@page("leader_application.view", at="leader-applications/<uuid:application>/check/", model=LeaderApplication,
      acts="leader_application.check", methods=("POST",), name="leader_check")  # fmt: skip
def leader_check_page(request: Request, application: LeaderApplication) -> Go:
    """Somebody has looked: `answer` yes or no, or nothing to take it back. What was seen is never asked for."""
    answer = request.POST.get("answer", "")
    met = {"yes": True, "no": False}.get(answer)
    check_rule(application, by=request.actor, rule=request.POST.get("rule", "")[:60], met=met)
    return Go(
        reverse("leader_application", args=[application.pk]) + "#rules",
        "Noted, with your name and today’s date.",
    )


@page("leader_application.view", at="leader-applications/<uuid:application>/outcome/", model=LeaderApplication,
      acts="leader_application.decide", methods=("POST",), name="leader_decide")  # fmt: skip
def leader_decide_page(request: Request, application: LeaderApplication) -> LeaderApplicationPage | Go:
    form = DecideForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            decide(
                application,
                by=request.actor,
                qualified=values["outcome"] == "qualified",
                sentence=values["sentence"],
            )
            return Go(reverse("leader_application", args=[application.pk]), "Noted. The person is told.")
        except (Refused, BadValue) as refusal:
            if refusal.troubles[0].code == "decided-already":
                raise
            add_refusal(form, refusal)
    return _shown(request, application, decided=form)


@page("leader_application.view", at="leader-applications/<uuid:application>/reopen-outcome/", model=LeaderApplication,
      acts="leader_application.undo_decision", methods=("POST",), name="leader_undo")  # fmt: skip
def leader_undo_page(request: Request, application: LeaderApplication) -> Go:
    undo_decision(application, by=request.actor)
    return Go(reverse("leader_application", args=[application.pk]), "The outcome is open again.")


def _shown(
    request: Request,
    application: LeaderApplication,
    *,
    arrange: ArrangeForm | None = None,
    decided: DecideForm | None = None,
) -> LeaderApplicationPage:
    program, post = application.program, application.post
    in_program(request, program)
    mine = str(application.person_id) == request.actor.person
    verdict, tone = verdict_words(found := findings_of(application))
    interview = Interview.objects.filter(application=application).first()
    entry = PoolEntry.objects.filter(application=application).first()
    arranging, shut = _arranging(request, application, interview, arrange)
    return LeaderApplicationPage(
        page_title=post.title if mine else application.person.name,
        lead=f"{program if mine else post.title}, {application.school}",
        program=program,
        breadcrumbs=own_crumbs(application) if mine else _office_crumbs(application),
        reads="the person, the committee’s members at this interview, the staff. Nobody who rates the person.",
        application=application,
        state=APPLY_LABELS[application.state],
        tone=APPLY_TONES[application.state],
        mine=mine,
        sections=shown_answers(application),
        rules=rules_shown(found, program),
        verdict=verdict, verdict_tone=tone,
        outcome=application.sentence if application.state in DECIDED else "",
        interview=_when(interview, program),
        entry=entry, entry_until=day_words(entry.until) if entry else "",
        shares=_shares(application) if mine and application.state == ApplyState.QUALIFIED else None,
        may_write=_can(request, "write", application), may_withdraw=_can(request, "withdraw", application),
        may_reopen=_can(request, "reopen", application),
        may_check=_can(request, "check", application) and application.state == ApplyState.SUBMITTED,
        may_undo=_can(request, "undo_decision", application),
        arrange=arranging, shut=shut,
        decide=(decided or DecideForm()) if _can(request, "decide", application) else None,
        sheets=_sheets(request, interview),
        waiting=_waiting(request, interview),
        status=422 if arrange or decided else 200,
    )  # fmt: skip


def _can(request: Request, what: str, application: LeaderApplication) -> bool:
    return bool(may(request.actor, f"leader_application.{what}", application))


def _arranging(
    request: Request, application: LeaderApplication, interview: Interview | None, asked: ArrangeForm | None
) -> tuple[ArrangeForm | None, list[str]]:
    """The form for whoever may arrange, and the members who may not sit here, each with the reason."""
    if not (_can(request, "arrange", application) and application.post.interview):
        return None, []
    members = list(members_of(application.program))
    shut = conflicts_with(application, [m.person for m in members])
    out = [f"{m.person.name} {shut[str(m.person_id)]}" for m in members if str(m.person_id) in shut]
    return asked or _arrange(interview, application.program, shut), out


def _office_crumbs(application: LeaderApplication) -> list[Crumb]:
    program = application.program
    here = Crumb("Teacher leaders", reverse("program_leaders", args=[program.pk]))
    return [*crumbs(program), here, Crumb(application.person.name)]


def shown_answers(application: LeaderApplication) -> list[ShownSection]:
    design = application.program.design
    form = form_of_post(design, application.post)
    return answers_for_display(design, form, ALL, application.answers, schools={})


def _when(interview: Interview | None, program: Program) -> str:
    if interview is None or interview.at is None:
        return ""
    when = moment_words(interview.at, program.zone)
    return f"{when}, {interview.place}" if interview.place else when


def _shares(application: LeaderApplication) -> SharesForm:
    questions = shareable(application.program.design, application.post)
    return SharesForm(questions=questions, initial={"shares": application.shares})


def _arrange(interview: Interview | None, program: Program, shut: dict[str, str]) -> ArrangeForm:
    members = list(members_of(program))
    initial: dict[str, object] = {}
    if interview is not None:
        seated = interview.sheets.filter(away=False).values_list("seat_id", flat=True)
        initial = {
            "at": moment_input(interview.at, program.zone),
            "place": interview.place,
            "seats": [str(pk) for pk in seated],
        }
    return ArrangeForm(initial=initial, zone=program.zone, members=members, shut=shut)


def sheet_shown(sheet: InterviewSheet, program: Program) -> SheetShown:
    design = program.design
    form = interview_form(design, sheet.interview.application.post)
    sections = answers_for_display(design, form, ALL, sheet.answers, schools={}) if form else []
    return SheetShown(sheet.seat.person.name, sheet.seat.title, sections)


def _sheets(request: Request, interview: Interview | None) -> list[SheetShown]:
    """The forms that this reader may read: none for the person it is about."""
    if interview is None:
        return []
    program = interview.application.program
    rows = sheets_read(request.actor, interview)
    for row in rows:
        row.interview = interview
    return [sheet_shown(row, program) for row in rows]


def _waiting(request: Request, interview: Interview | None) -> str:
    """Whose forms are still to come: for the program."""
    if interview is None or not may(request.actor, "leader_application.decide", interview.application):
        return ""
    rows = interview.sheets.filter(away=False, state="open").select_related("seat__person")
    names = [row.seat.person.name for row in rows]
    return f"Still to come: {', '.join(names)}." if names else ""
