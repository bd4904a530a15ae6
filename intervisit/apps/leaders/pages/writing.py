"""Writing an application for a post: on a phone, in one sitting or in ten."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.instruments.answers import Missing
from intervisit.apps.instruments.bridge import known_facts, shown_fact
from intervisit.apps.instruments.forms import ItemSection, build_form, items
from intervisit.apps.instruments.pages.saved import SavedPart, kept, problems_of
from intervisit.apps.leaders.actions.applying import (
    reopen_application,
    save_application,
    share_answers,
    submit_application,
    withdraw_application,
)
from intervisit.apps.leaders.bridge import ALL, form_of_post, missing_in, shareable
from intervisit.apps.leaders.forms import SharesForm
from intervisit.apps.leaders.models import LeaderApplication
from intervisit.apps.leaders.queries.applying import call_of, takes_applications
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import in_program
from intervisit.apps.programs.queries import day_words
from intervisit.core.designs import Form
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused, Stale


@dataclass(frozen=True)
class LeaderWritePage(PageRecord):
    template: ClassVar[str] = "leaders/write.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    application: LeaderApplication
    form: object
    sections: Sequence[ItemSection]
    shares: SharesForm
    intro: str
    seen: int
    todo: Sequence[Missing]
    problems: Sequence[dict[str, str]]
    takes: bool
    principal_first: bool
    tab: str
    status: int = 200


def crumbs(application: LeaderApplication, last: str = "") -> list[Crumb]:
    here = Crumb(application.post.title, reverse("leader_application", args=[application.pk]))
    way = [Crumb("Teacher leaders", reverse("my_leaders")), here]
    return [*way, Crumb(last)] if last else [way[0], Crumb(application.post.title)]


@page("leader_application.view", at="leader-applications/<uuid:application>/write/", model=LeaderApplication,
      acts="leader_application.write", methods=("GET", "POST"), name="leader_write")  # fmt: skip
def leader_write_page(request: Request, application: LeaderApplication) -> LeaderWritePage | Go:
    """The form. Saved, or saved and sent (`then` = send)."""
    program, post = application.program, application.post
    in_program(request, program)
    design = program.design
    form_of = form_of_post(design, post)
    data = request.POST if request.method == "POST" else None
    form = build_form(form_of, design, ALL, district=program.district, data=data, answers=application.answers)
    questions = shareable(design, post)
    shares = SharesForm(data, questions=questions, initial={"shares": application.shares})
    status, seen = 200, application.version
    if data is not None:
        status, seen = 422, number_in(data.get("seen", ""))
        if form.is_valid() and shares.is_valid():
            saved = save_application(application, by=request.actor, answers=form.answers(), seen=seen,
                                     shares=shares.cleaned_data["shares"], tab=_tab(request))  # fmt: skip
            return _onward(request, saved, sends=(data.get("then") or request.GET.get("then")) == "send")
    todo = missing_in(application)
    checks = request.method == "GET" and request.GET.get("then") == "check"
    takes, until = _until(program)
    return LeaderWritePage(
        page_title=post.title,
        lead=f"{program}, {application.school}.{until}",
        program=program,
        breadcrumbs=crumbs(application, "Write"),
        reads="you alone, until you send it. Then the committee and the program’s staff, and nobody who rates you.",
        application=application,
        form=form,
        sections=items(form, form_of, ALL, facts=_facts(application, form_of)),
        shares=shares,
        intro=form_of.intro.strip(),
        seen=seen,
        todo=todo,
        problems=[{"text": f"{m.label}: {m.what}", "url": f"#ask-{m.question}"} for m in todo]
        if checks
        else [],
        takes=takes,
        principal_first=post.principal_agrees,
        tab=_tab(request) or str(uuid.uuid4()),
        status=status,
    )


def _tab(request: Request) -> str:
    return request.POST.get("tab", "")[:40]


@page("leader_application.view", at="leader-applications/<uuid:application>/autosave/", model=LeaderApplication,
      acts="leader_application.write", methods=("POST",), name="leader_autosave")  # fmt: skip
def leader_autosave_page(request: Request, application: LeaderApplication) -> SavedPart:
    """Keep what is valid while one types, as the applications of schools do."""
    program, post = application.program, application.post
    form = build_form(form_of_post(program.design, post), program.design, ALL, district=program.district,
                      data=request.POST, answers=application.answers)  # fmt: skip
    shares = SharesForm(request.POST, questions=shareable(program.design, post))
    form.is_valid()
    chosen = shares.cleaned_data["shares"] if shares.is_valid() else application.shares
    seen, problems = request.POST.get("seen", "")[:9], problems_of(form)
    try:
        saved = save_application(application, by=request.actor, answers=form.answers(), shares=chosen,
                                 seen=number_in(seen), tab=_tab(request))  # fmt: skip
    except Stale as stale:
        return SavedPart(clash_words(stale), "bad", "seen", seen, problems, status=409)
    return kept(program.zone, problems, field="seen", value=str(saved.version), todo=len(missing_in(saved)))


def clash_words(stale: Stale) -> str:
    return f"{stale.message} Your text is still here. Press “Save” to see both."


def _facts(application: LeaderApplication, form: Form) -> dict[str, tuple[str, str]]:
    """What is known already, with where from, for a form that shows it."""
    if not any(q.kind == "fact" for q in form.questions()):
        return {}
    design = application.program.design
    known = known_facts(design, application.school)
    return {key: (shown_fact(design, key, one), one.source) for key, one in known.items()}


def _until(program: Program) -> tuple[bool, str]:
    """Whether applications are taken now, and the sentence with the last day."""
    call = call_of(program)
    takes = takes_applications(program, call)
    until = f" Send it by {day_words(call.closes)}." if takes and call and call.closes else ""
    return takes, until


def _onward(request: Request, saved: LeaderApplication, *, sends: bool) -> Go:
    """After saving. What was written is kept whether or not it can be sent."""
    if not sends:
        return Go(request.path, "Saved.")
    open_ones = missing_in(saved)
    if open_ones:
        count = "One answer is" if len(open_ones) == 1 else f"{len(open_ones)} answers are"
        return Go(f"{request.path}?then=check", f"Saved, and not sent yet: {count} missing.")
    if not takes_applications(saved.program, call_of(saved.program)):
        return Go(request.path, "Saved, and not sent: applications are not taken now.")
    sent = submit_application(saved, by=request.actor)
    word = "Sent. Your principal is asked first." if sent.state == "consent" else "Sent to the committee."
    return Go(reverse("leader_application", args=[sent.pk]), word)


def note_missing(form: object, refusal: Refused) -> None:
    """What is missing, beside its question."""
    moved = Refused.of([replace(t, field=f"q-{t.field}") for t in refusal.troubles])
    add_refusal(form, moved)  # type: ignore[arg-type]


def number_in(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


@page("leader_application.view", at="leader-applications/<uuid:application>/withdraw/", model=LeaderApplication,
      acts="leader_application.withdraw", methods=("POST",), name="leader_withdraw")  # fmt: skip
def leader_withdraw_page(request: Request, application: LeaderApplication) -> Go:
    withdraw_application(application, by=request.actor)
    return Go(reverse("leader_application", args=[application.pk]), "Withdrawn. You can open it again.")


@page("leader_application.view", at="leader-applications/<uuid:application>/reopen/", model=LeaderApplication,
      acts="leader_application.reopen", methods=("POST",), name="leader_reopen")  # fmt: skip
def leader_reopen_page(request: Request, application: LeaderApplication) -> Go:
    reopen_application(application, by=request.actor)
    return Go(reverse("leader_write", args=[application.pk]), "Open again.")


@page("leader_application.view", at="leader-applications/<uuid:application>/shares/", model=LeaderApplication,
      acts="leader_application.share", methods=("POST",), name="leader_shares")  # fmt: skip
def leader_shares_page(request: Request, application: LeaderApplication) -> Go:
    """Choose again what principals see."""
    form = SharesForm(request.POST, questions=shareable(application.program.design, application.post))
    if not form.is_valid():
        raise Refused("unknown-choice", "Choose from the list.", "shares")
    share_answers(application, by=request.actor, shares=form.cleaned_data["shares"])
    return Go(reverse("leader_application", args=[application.pk]), "Saved. It counts at once.")
