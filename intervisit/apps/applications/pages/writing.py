"""Writing an application: the form, saving while one types, both versions when two have written."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html_join

from intervisit.apps.applications.actions.attaching import attach_file, remove_file
from intervisit.apps.applications.actions.starting import call_for, change_role, open_roles, take_form
from intervisit.apps.applications.actions.writing import BothChanged, Saved, save_answers
from intervisit.apps.applications.bridge import (
    facts_shown,
    form_for,
    missing_in,
    wishes_as_answers,
)
from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.applications.queries.files import files_of
from intervisit.apps.applications.queries.hosts import asks_for_hosts, hosts_of
from intervisit.apps.applications.queries.late import late_for
from intervisit.apps.applications.queries.people import writers_words, writes
from intervisit.apps.instruments.answers import GONE, Missing, answer_text, mark_of, names_text, questions
from intervisit.apps.instruments.forms import PREFIX, AnswersForm, ItemSection, build_form, items
from intervisit.apps.instruments.ordered import MOVE, place_moved
from intervisit.apps.instruments.pages.saved import SavedPart, kept, problems_of
from intervisit.apps.instruments.queries import newest_versions, school_labels, suggestions
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import in_program
from intervisit.apps.programs.queries import CallState, moment_words, said, zone_words
from intervisit.core.text import shown
from intervisit.kit import prepared
from intervisit.kit.access import Hidden, load, may
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused


def ready(request: Request, application: Application) -> Application:
    """The application with what its pages need, in one query, and its program in the frame."""
    if Application.program.is_cached(application):
        in_program(request, application.program)
        return application  # the loader of the page has brought everything along
    rows = Application.objects.select_related(
        "program__version",
        "program__district",
        "school__district",
        "submitted_by",
        "decided_by",
        "form",
        "begun_from__program",
    )
    found = rows.get(pk=application.pk)
    in_program(request, found.program)
    return found


def way(application: Application, last: str = "") -> list[Crumb]:
    here = Crumb(str(application.program), reverse("application", args=[application.pk]))
    found = [Crumb("Applications", reverse("my_applications")), here]
    return [*found, Crumb(last)] if last else found


def _built(application: Application, data: Any = None) -> AnswersForm:
    return build_form(
        form_for(application),
        application.program.design,
        application.role_wanted,
        district=application.program.district,
        data=data,
        answers=application.answers,
        search_url=reverse("application_schools", args=[application.pk]),
        hosts=hosts_of(application.program) if asks_for_hosts(application) else (),
    )


def marks(form: AnswersForm, answers: Mapping[str, Any]) -> str:
    """What the page is loaded with, question by question, short enough for a hidden field."""
    keys = [q.key for q in form.asked if q.kind not in ("fact", "file")]
    keys += [f"{q.key}.words" for q in form.asked if q.own_words]
    return written({k: mark_of(answers.get(k)) for k in keys})


def written(found: Mapping[str, str]) -> str:
    return " ".join(f"{key}:{mark}" for key, mark in found.items())


def read_marks(text: str) -> dict[str, str]:
    """The marks a page sends back. What cannot be read counts as nothing known: then every change is compared."""
    pairs = (part.partition(":") for part in text[:40_000].split())
    return {key: mark for key, _, mark in pairs if mark}


@dataclass(frozen=True)
class WritePage(PageRecord):
    template: ClassVar[str] = "applications/write.html"
    page_title: str
    lead: str
    program: Program
    application: Application
    breadcrumbs: list[Crumb]
    reads: str
    form: AnswersForm
    sections: Sequence[ItemSection]
    intro: str
    base: str
    tab: str
    roles: Sequence[tuple[str, str]]
    todo: Sequence[Missing]
    wishes_todo: int
    has_wishes: bool
    may_submit: bool
    closes: str
    over: bool
    late: str
    before: str
    newer_form: bool
    writers: str
    clash: BothChanged | None
    saved_note: str
    status: int = 200


@page("application.view", at="applications/<uuid:application>/write/", model=Application, acts="application.write",
      methods=("GET", "POST"), name="application_write")  # fmt: skip
def application_write_page(request: Request, application: Application) -> WritePage | Go:
    application = ready(request, application)
    if request.method != "POST":
        if not may(request.actor, "application.write", application) or not writes(request.actor, application):
            return Go(reverse("application", args=[application.pk]))
        return _write_page(request, application, _built(application), tab=str(uuid.uuid4()))
    form = _built(application, request.POST)
    tab, base = request.POST.get("tab", "")[:40], request.POST.get("base", "")
    if not form.is_valid():
        return _write_page(request, application, form, tab=tab, base=base, status=422)
    try:
        saved = save_answers(application, by=request.actor, posted=_chosen(request, application, form),
                             base=read_marks(base), tab=tab, still_true=_looked_at(request, application))  # fmt: skip
    except BothChanged as clash:
        return _clash_page(request, application, form, clash, tab)
    at, wrong = _files(request, application)
    if wrong:
        return _write_page(request, application, form, tab=tab, base=base, status=422, file_errors=wrong)
    at = at or place_moved(request.POST, PREFIX)
    onward = "application_submit" if request.GET.get("then") == "submit" else "application_write"
    return Go(reverse(onward, args=[application.pk]) + at, _said(saved, application))


def _looked_at(request: Request, application: Application) -> list[str]:
    return [key for key in application.carried if request.POST.get(f"keep-{key}") == "yes"]


def _files(request: Request, application: Application) -> tuple[str, dict[str, str]]:
    """Take the files that came along, and take one out where that was pressed: (where to go on, what was refused)."""
    at, wrong = "", {}
    gone = request.POST.get("remove", "")
    if gone:
        file = load(request.actor, "attachment.view", application.files.all(), pk=_uuid(gone))
        remove_file(application, by=request.actor, file=file)
        at = f"#ask-{file.question}"
    for question in questions(form_for(application), application.role_wanted):
        for upload in request.FILES.getlist(f"file-{question.key}")[:20] if question.kind == "file" else ():
            at, name = f"#ask-{question.key}", upload.name or "file"
            try:
                attach_file(
                    application, by=request.actor, question=question.key, name=name, data=upload.read()
                )
            except Refused as refusal:
                wrong[question.key] = f"{shown(name)}: {refusal.message}"
    return at, wrong


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Hidden from None


def _chosen(request: Request, application: Application, form: AnswersForm) -> dict[str, Any]:
    """The answers, with those of somebody else wherever the person chose “theirs” after a collision."""
    answers = form.answers()
    for key in list(answers):
        if request.POST.get(f"use-{key}") == "theirs":
            answers[key] = application.answers.get(key)
    return answers


def _said(saved: Saved, application: Application) -> str:
    if not saved.by_others:
        return "Saved."
    names = {(saved.application.editors.get(k) or [""])[0] for k in saved.by_others} - {""}
    return f"Saved, together with what {' and '.join(sorted(names)) or 'others'} wrote meanwhile."


def _clash_page(
    request: Request, application: Application, form: AnswersForm, clash: BothChanged, tab: str
) -> WritePage:
    """Both versions side by side; the field holds one's own, ready to be put together."""
    application.answers = clash.current
    base = read_marks(request.POST.get("base", "")) | {
        k: mark_of(clash.current.get(k)) for k in clash.questions
    }
    return _write_page(request, application, form, tab=tab, base=written(base), clash=clash, status=409)


def _write_page(
    request: Request,
    application: Application,
    form: AnswersForm,
    *,
    tab: str,
    base: str = "",
    clash: BothChanged | None = None,
    status: int = 200,
    file_errors: Mapping[str, str] | None = None,
) -> WritePage:
    program, shape = application.program, form_for(application)
    newest = newest_versions(program).get(application.form_key)
    wishes = prepared.one(Wishes, application.pk)
    todo, wished = missing_in(application, wishes)
    return WritePage(
        page_title=said("{Application} of ", program.design) + application.school.name,
        lead=f"{program}, {shape.title.lower()}",
        program=program,
        application=application,
        breadcrumbs=way(application, "Write"),
        reads=f"the team of {application.school.name}. {program.name} reads it once it is submitted, and other "
        "schools never, unless you share it.",
        form=form,
        sections=items(form, shape, application.role_wanted, facts=facts_shown(application),
                       changed_by=_changed_by(application), theirs=_theirs(application, clash),
                       carried=application.carried, earlier=_earlier(application), files=files_of(application),
                       file_errors=file_errors),
        intro=shape.intro.strip(),
        base=base or marks(form, application.answers),
        tab=tab,
        **_of_call(application),
        todo=todo,
        wishes_todo=len(wished),
        has_wishes=any(wishes_as_answers(shape, application.role_wanted, Wishes()).keys()),
        may_submit=bool(may(request.actor, "application.submit", application)),
        before=str(application.begun_from.program) if application.begun_from and application.carried else "",
        newer_form=newest is not None and newest.pk != application.form_id,
        writers=writers_words(application),
        clash=clash,
        saved_note=f"Last change {moment_words(application.changed, program.zone)}",
        status=status,
    )  # fmt: skip


def _of_call(application: Application) -> dict[str, Any]:
    """What the call says to this school: the roles it can take, and until when."""
    program, call = application.program, call_for(application)
    late = late_for(program, call, application.school)
    closes = moment_words(late.until if late else call.closes, program.zone)
    return {
        "roles": open_roles(program, call),
        "closes": f"{closes} ({zone_words(program.zone)})" if closes else "",
        "over": call.state() != CallState.OPEN and late is None,
        "late": late.reason if late else "",
    }


def _changed_by(application: Application) -> dict[str, str]:
    """Who changed each answer last: “Tess Moreau, Friday 2 May 2026, 2:31 p.m.”."""
    found = {}
    for key, (name, moment, *_) in application.editors.items():
        when = parse_datetime(moment)
        found[key] = f"{name}, {moment_words(when, application.program.zone)}"
    return found


def _earlier(application: Application) -> dict[str, str]:
    """Where the earlier texts of each question are that somebody has changed."""
    here = reverse("application_earlier", args=[application.pk])
    return {key: f"{here}?of={key}" for key in application.editors}


def _theirs(application: Application, clash: BothChanged | None) -> dict[str, Any]:
    if clash is None:
        return {}
    form, design = form_for(application), application.program.design
    found = {}
    for key in clash.questions:
        question = form.question(key.partition(".")[0])
        if question is None:
            continue
        answer = clash.current.get(key)
        if question.kind == "schools":
            labels = school_labels(answer or [])
            answer = names_text(question, [labels.get(i, GONE) for i in answer or []])
        found[question.key] = {"text": answer_text(question, design, answer) or "Nothing", "by": clash.theirs}
    return found


@page("application.view", at="applications/<uuid:application>/autosave/", model=Application,
      acts="application.write", methods=("POST",), name="application_autosave")  # fmt: skip
def application_autosave_page(request: Request, application: Application) -> SavedPart:
    """Save what is valid while one types; answers a line of text for the page, and the new marks."""
    application = ready(request, application)
    typed = request.POST.copy()
    typed.pop(MOVE, None)  # a button that merely has the focus was not pressed
    form = _built(application, typed)
    form.is_valid()
    posted = form.answers()
    base = read_marks(request.POST.get("base", ""))
    problems = problems_of(form)
    try:
        saved = save_answers(application, by=request.actor, posted=posted, base=base,
                             tab=request.POST.get("tab", "")[:40],
                             still_true=_looked_at(request, application))  # fmt: skip
    except BothChanged as clash:
        text = f"{clash.message} Your text is still here."
        return SavedPart(text, "bad", "base", request.POST.get("base", ""), problems, list(clash.mine),
                         len(clash.questions), True, 409)  # fmt: skip
    # The page still shows what was typed here: that is what the next save compares with.
    shown = base | {k: mark_of(v) for k, v in posted.items()}
    todo, wished = missing_in(saved.application, prepared.one(Wishes, application.pk))
    return kept(
        application.program.zone, problems, field="base", value=written(shown), todo=len(todo) + len(wished),
        others=[_label(saved.application, key) for key in saved.by_others],
    )  # fmt: skip


def _label(application: Application, key: str) -> str:
    question = form_for(application).question(key.partition(".")[0])
    who = (application.editors.get(key) or ["Somebody"])[0]
    return f"{who} changed “{question.label if question else key}”"


@page("application.write", at="applications/<uuid:application>/role/", model=Application, methods=("POST",),
      name="application_role")  # fmt: skip
def application_role_page(request: Request, application: Application) -> Go:
    change_role(ready(request, application), by=request.actor, role=request.POST.get("role", "")[:60])
    return Go(reverse("application_write", args=[application.pk]), "Changed. Your answers are kept.")


@page("application.write", at="applications/<uuid:application>/newest-form/", model=Application, methods=("POST",),
      name="application_take_form")  # fmt: skip
def application_take_form_page(request: Request, application: Application) -> Go:
    take_form(ready(request, application), by=request.actor)
    said_so = "You write on the newest form. Your answers are kept."
    return Go(reverse("application_write", args=[application.pk]), said_so)


@page("application.view", at="applications/<uuid:application>/schools/", model=Application,
      name="application_schools")  # fmt: skip
def application_schools_page(request: Request, application: Application) -> HttpResponse:
    """Options for a list of schools, as one types."""
    name = request.GET.get("from", "q")[:80]
    found = suggestions(request.GET.get(name, "")[:100], ready(request, application).program.district)
    return HttpResponse(format_html_join("", '<option value="{}"></option>', ((label,) for label in found)))
