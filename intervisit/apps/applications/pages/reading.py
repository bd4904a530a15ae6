"""One application to read: by its school, and by the program once it is submitted; its decision."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse

from intervisit.apps.applications.actions.changing import open_change
from intervisit.apps.applications.actions.deciding import decide, moment_mark
from intervisit.apps.applications.actions.handing_in import reopen_application, withdraw_application
from intervisit.apps.applications.actions.starting import call_for
from intervisit.apps.applications.bridge import (
    Check,
    checks,
    facts_shown,
    focus_labels,
    form_for,
    missing_in,
    role_label,
    wishes_as_answers,
)
from intervisit.apps.applications.forms import DecideForm
from intervisit.apps.applications.models import Application, Letter, PendingDecision, Wishes
from intervisit.apps.applications.pages.mine import state_for_school
from intervisit.apps.applications.pages.writing import ready, way
from intervisit.apps.applications.queries.decisions import letter_seen, pending_on
from intervisit.apps.applications.queries.files import files_of
from intervisit.apps.applications.queries.late import late_for
from intervisit.apps.applications.queries.panels import panels_for
from intervisit.apps.applications.queries.people import writes
from intervisit.apps.applications.states import LABELS, TONES, ApplicationState
from intervisit.apps.instruments.answers import ShownSection, answers_for_display
from intervisit.apps.instruments.queries import school_labels
from intervisit.apps.people.models import SchoolYear
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs
from intervisit.apps.programs.queries import CallState, moment_words, said
from intervisit.core.access import Actor
from intervisit.kit import prepared
from intervisit.kit.access import asked, may, visible
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue, Refused, Stale


@dataclass(frozen=True)
class ApplicationPage(PageRecord):
    template: ClassVar[str] = "applications/read.html"
    page_title: str
    lead: str
    program: Program
    application: Application
    breadcrumbs: list[Crumb]
    reads: str
    state: str
    tone: str
    facts: Sequence[dict[str, str]]
    sections: Sequence[ShownSection]
    wishes: Sequence[ShownSection]
    checks: Sequence[Check]
    todo: int
    letter: str
    subject: str
    note_url: str
    noted: bool
    pending: dict[str, str] | None
    panels: Sequence[Any]
    may_write: bool
    may_submit: bool
    may_withdraw: bool
    for_good: bool  # withdrawn now, it could not be submitted again
    may_reopen: bool
    may_give_up: bool
    may_wish: bool
    may_export: bool
    tools: Sequence[dict[str, str]]
    changes: dict[str, str] | None
    form: DecideForm | None
    seen: str
    status: int = 200


@page("application.view", at="applications/<uuid:application>/", model=Application, acts="application.decide",
      methods=("GET", "POST"), name="application")  # fmt: skip
def application_page(request: Request, application: Application) -> ApplicationPage | Go:
    application = ready(request, application)
    decides = bool(may(request.actor, "application.decide", application))
    design = application.program.design
    pending = pending_on(request.actor, application)
    stands = pending or application
    initial = {"decision": stands.decision, "reason": stands.reason}
    form, status = (DecideForm(design=design, initial=initial) if decides else None), 200
    if request.method == "POST" and decides:
        form, status = DecideForm(request.POST, design=design), 422
        if form.is_valid():
            try:
                return _decided(request, application, form.cleaned_data)
            except Stale:
                raise
            except (Refused, BadValue) as refusal:
                add_refusal(form, refusal)
    return _show(request, application, form, status, pending)


def _decided(request: Request, application: Application, values: dict[str, Any]) -> Go:
    [made] = decide([application], by=request.actor, seen=request.POST.get("seen", "")[:60], **values)
    undo = reverse("undo_decision", args=[application.program_id, made.batch])
    here = reverse("program_applications", args=[application.program_id])
    return Go(here, f"{application.school}: {LABELS[made.state].lower()}. Not told yet.", undo=undo)


def _show(
    request: Request,
    application: Application,
    form: DecideForm | None,
    status: int,
    pending: PendingDecision | None,
) -> ApplicationPage:
    actor, program, design = request.actor, application.program, application.program.design
    inside = not may(actor, "application.decide", application) and not may(actor, "program.work", program)
    wishes = _wishes_seen(actor, application)
    principal = bool(may(actor, "wishes.write", wishes)) if wishes else False
    letter = letter_seen(actor, application)
    state = pending.state if pending is not None else state_for_school(application)
    years = prepared.of(application.school, "years")
    return ApplicationPage(
        page_title=application.school.name,
        lead=f"{said('{Application}', design)} to {program} as {role_label(design, application.role_wanted)}",
        program=program,
        application=application,
        breadcrumbs=way(application) if inside else _program_way(application),
        reads=_reads(application),
        state=LABELS[state],
        tone=TONES[state],
        facts=_facts(application, inside, bool(may(actor, "application.read_decision", application))),
        **_answers(application, wishes, years),
        checks=checks(application, years),
        todo=_todo(application, wishes, principal),
        letter=letter.text if letter is not None else "",
        subject=letter.subject if letter is not None else "",
        **_note(actor, letter),
        pending=_pending(application, pending),
        panels=panels_for(actor, application),
        **_doors(actor, application, principal),
        tools=_tools(actor, application),
        changes=_changes(actor, application),
        form=form,
        seen=moment_mark(pending),
        status=status,
    )


def _answers(application: Application, wishes: Wishes | None, years: list[SchoolYear]) -> dict[str, Any]:
    """What was answered, and what is wished where that may be read, with the names of the schools in both."""
    design, shape, role = application.program.design, form_for(application), application.role_wanted
    wished = wishes_as_answers(shape, role, wishes)
    named = [i for v in wished.values() if isinstance(v, list) for i in v]
    named += [
        i for q in shape.questions() if q.kind == "schools" for i in application.answers.get(q.key) or []
    ]
    schools = school_labels(_ids(named))
    facts = {k: v for k, (v, _) in facts_shown(application, years).items()}
    return {
        "sections": answers_for_display(design, shape, role, application.answers, schools=schools, facts=facts,
                                        files=files_of(application)),
        "wishes": answers_for_display(design, shape, role, wished, schools=schools, wishes=True) if wishes else [],
    }  # fmt: skip


def _todo(application: Application, wishes: Wishes | None, principal: bool) -> int:
    """How many things a draft still misses, for this reader."""
    if application.state != ApplicationState.DRAFT:
        return 0
    about, wished = missing_in(application, wishes)
    return len(about) + (len(wished) if principal else 0)


def _doors(actor: Actor, application: Application, principal: bool) -> dict[str, Any]:
    """What this reader may do with it now."""

    def open_to(verb: str) -> bool:
        return bool(may(actor, f"application.{verb}", application))

    withdraws = open_to("withdraw")
    return {
        "may_write": open_to("write") and writes(actor, application),
        "may_submit": open_to("submit"),
        "may_withdraw": withdraws,
        "for_good": withdraws and not takes_it(application),
        "may_reopen": open_to("reopen") and takes_it(application),
        "may_give_up": open_to("give_up") and not application.program.networks_published,
        "may_wish": principal and application.state in (ApplicationState.DRAFT, ApplicationState.SUBMITTED),
        "may_export": open_to("export"),
    }


def _wishes_seen(actor: Actor, application: Application) -> Wishes | None:
    found = next(iter(asked(actor, _wishes, application.pk)), None)
    if found is not None:
        found.application = application
    return found


def _wishes(actor: Actor, pk: uuid.UUID) -> QuerySet[Wishes]:
    return visible(actor, "wishes.view", Wishes).filter(pk=pk).order_by()


_TOOLS = (
    ("application.receipt", "application_receipt", "Receipt"),
    ("application.export", "application_pdf", "As PDF"),
    ("application.check", "application_check", "Check the rules"),
    ("application.ask_changes", "application_ask_changes", "Ask for changes"),
)


def _tools(actor: Actor, application: Application) -> list[dict[str, str]]:
    """What else this reader can do here."""
    return [
        {"label": label, "url": reverse(route, args=[application.pk])}
        for action, route, label in _TOOLS
        if may(actor, action, application)
    ]


def _changes(actor: Actor, application: Application) -> dict[str, str] | None:
    """The changes that are asked for now: the school goes on to them, the program sees that it waits."""
    asked = open_change(application) if application.state == ApplicationState.SUBMITTED else None
    if asked is None:
        return None
    mine = bool(may(actor, "application.change", application))
    route = "application_changes" if mine else "application_ask_changes"
    text = (
        "The program asks you to change some answers."
        if mine
        else "The school is asked to change some answers."
    )
    when = moment_words(asked.asked, application.program.zone)
    return {"text": text, "when": when, "url": reverse(route, args=[application.pk])}


def takes_it(application: Application) -> bool:
    """Whether the call of this application, or an exception for its school, takes it now."""
    call = call_for(application)
    open_now = call.state() == CallState.OPEN
    return open_now or late_for(application.program, call, application.school) is not None


def _note(actor: Actor, letter: Letter | None) -> dict[str, Any]:
    """Where the note about the decision is written or read, for those between whom it stays."""
    if letter is None:
        return {"note_url": "", "noted": False}
    appeal = getattr(letter, "appeal", None)
    if may(actor, "letter.appeal", letter) and letter.appeal_until is not None:
        return {"note_url": reverse("decision_note", args=[letter.pk]), "noted": appeal is not None}
    if appeal is not None and may(actor, "appeal.view", appeal):
        return {"note_url": reverse("note_answer", args=[appeal.pk]), "noted": True}
    return {"note_url": "", "noted": False}


def _pending(application: Application, pending: PendingDecision | None) -> dict[str, str] | None:
    """The decision on its way, in words for the program's staff."""
    if pending is None:
        return None
    zone = application.program.zone
    asked = f"{pending.asked_by} has proposed to release it." if pending.asked_by else ""
    return {
        "state": LABELS[pending.state],
        "by": f"{pending.decided_by or 'the system'}, {moment_words(pending.decided, zone)}",
        "reason": pending.reason,
        "asked": asked,
        "undo": reverse("clear_decision", args=[application.pk]),
    }


def _ids(texts: list[Any]) -> list[str]:
    """Those that can be ids of schools; rankings hold other keys."""
    found = []
    for text in texts:
        try:
            found.append(str(uuid.UUID(str(text))))
        except ValueError:
            continue
    return found


def _program_way(application: Application) -> list[Crumb]:
    program = application.program
    here = reverse("program_applications", args=[program.pk])
    return [
        *crumbs(program),
        Crumb(said("{Applications}", program.design), here),
        Crumb(application.school.name),
    ]


def _reads(application: Application) -> str:
    team = f"the team of {application.school.name}"
    if application.state in (ApplicationState.DRAFT, ApplicationState.WITHDRAWN):
        return f"{team}. Nobody else."
    told = ""
    if application.released is not None:
        told = said(
            " The decision: also the {facilitator}, the superintendent, those who reviewed it, and evaluators.",
            application.program.design,
        )
    who = f"{team}, and the staff of {application.program.name}."
    return f"{who} The wishes: only the principal and the staff.{told}"


def _facts(application: Application, inside: bool, tells: bool) -> list[dict[str, str]]:
    design, zone = application.program.design, application.program.zone
    school = application.school
    found = [
        {"label": "School", "value": f"{school.name} ({school.code})"},
        {"label": "Wants to be", "value": role_label(design, application.role_wanted)},
        {
            "label": said("{Focus_areas}", design),
            "value": "; ".join(focus_labels(design, application.focus)) or "–",
        },
    ]
    if application.submitted:
        by = f" by {application.submitted_by}" if application.submitted_by else ""
        found.append({"label": "Submitted", "value": f"{moment_words(application.submitted, zone)}{by}"})
    if tells and application.role:
        found.append({"label": "Accepted as", "value": role_label(design, application.role)})
    if tells and application.decided and not inside:
        by = f" by {application.decided_by}" if application.decided_by else ""
        found.append({"label": "Decided", "value": f"{moment_words(application.decided, zone)}{by}"})
        told = moment_words(application.released, zone) or "not yet"
        found.append({"label": "Told to the school", "value": told})
    return found


@page("application.view", at="applications/<uuid:application>/withdraw/", model=Application,
      acts="application.withdraw", methods=("POST",), name="application_withdraw")  # fmt: skip
def application_withdraw_page(request: Request, application: Application) -> Go:
    application = ready(request, application)
    withdraw_application(application, by=request.actor)
    after = (
        "You can open it again while the call is open." if takes_it(application) else "The call is closed."
    )
    return Go(reverse("application", args=[application.pk]), f"Withdrawn. {after}")


@page("application.view", at="applications/<uuid:application>/reopen/", model=Application,
      acts="application.reopen", methods=("POST",), name="application_reopen")  # fmt: skip
def application_reopen_page(request: Request, application: Application) -> Go:
    application = ready(request, application)
    reopen_application(application, by=request.actor)
    return Go(reverse("application_write", args=[application.pk]), "Open again. Submit it when it is ready.")
