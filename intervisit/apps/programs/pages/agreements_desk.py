"""The memorandum as the program runs it: who has accepted, a new version, reminders to those who owe."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.urls import reverse

from intervisit.apps.people.pages.schools import page_number
from intervisit.apps.programs.actions.agreements import (
    drop_agreement,
    prepare_agreement,
    publish_agreement,
    remind_of_agreement,
    write_agreement,
)
from intervisit.apps.programs.forms.agreements import AgreementForm
from intervisit.apps.programs.models import Agreement, Program
from intervisit.apps.programs.pages.agreements import PartShown, parts_shown, sentence_of, whose_words
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import PROGRAM_PANELS, Panel, day_words, said
from intervisit.apps.programs.queries.agreements import (
    LABELS,
    Standing,
    Wanted,
    draft_agreement,
    in_force_agreement,
    parties,
    standings,
)
from intervisit.core.access import Actor
from intervisit.core.designs import Design
from intervisit.core.memoranda import PartChange, changes
from intervisit.core.tables import write_csv, write_xlsx
from intervisit.kit.access import Hidden, may
from intervisit.kit.clock import local_day
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused, Stale

PAGE_SIZE = 100
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Row:
    """One party and where it stands."""

    name: str
    code: str
    url: str
    role: str
    label: str
    tone: str
    sentence: str
    note: str


@dataclass(frozen=True)
class ProgramAgreementPage(PageRecord):
    template: ClassVar[str] = "programs/agreement_list.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    agreement: Agreement | None
    draft: Agreement | None
    may_manage: bool
    stats: Sequence[dict[str, str | int]]
    owing: int
    filters: Wanted
    states: Sequence[tuple[str, str]]
    roles: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    listed: "Page[Any]"
    concerned: int


def title_of(program: Program) -> str:
    return said("{Agreement}", program.design)


@page("program.work", at="programs/<uuid:program>/agreement/", model=Program, name="program_agreement")
def program_agreement_page(request: Request, program: Program) -> ProgramAgreementPage:
    """Who has accepted, who owes, who has withdrawn."""
    in_program(request, program)
    agreement = in_force_agreement(program)
    every = standings(program, agreement) if agreement else []
    filters = Wanted.of(request.GET)
    paginator = Paginator(filters.apply(every), PAGE_SIZE)
    listed = paginator.page(page_number(request, paginator.num_pages))
    due = f" To be accepted by {day_words(agreement.due)}." if agreement and agreement.due else ""
    lead = f"Version {agreement.number}, since {_since(agreement)}.{due}" if agreement else ""
    return ProgramAgreementPage(
        page_title=title_of(program),
        lead=lead,
        program=program,
        breadcrumbs=crumbs(program, title_of(program)),
        reads=f"the staff of {program.name}. Each {program.design.words['school'].one} sees its own line.",
        agreement=agreement,
        draft=draft_agreement(program),
        may_manage=bool(may(request.actor, "program.manage", program)),
        stats=[{"label": LABELS[k], "value": sum(one.state == k for one in every)} for k in LABELS]
        if every
        else [],
        owing=sum(one.owes for one in every),
        filters=filters,
        states=list(LABELS.items()),
        roles=_roles(program.design),
        rows=[_row(one, program) for one in listed],
        listed=listed,
        concerned=len(every) if agreement else len(parties(program)),
    )


def _since(agreement: Agreement) -> str:
    if agreement.published is None:
        return ""
    return day_words(local_day(agreement.published, agreement.program.zone))


def _roles(design: Design) -> list[tuple[str, str]]:
    return [(r.key, r.word) for r in design.roles.values()] + [
        ("facilitator", design.words["facilitator"].one)
    ]


def _row(one: Standing, program: Program) -> Row:
    school = one.party.school
    word = dict(_roles(program.design)).get(one.party.role or one.party.whose, one.party.role)
    return Row(
        name=one.party.name,
        code=school.code if school else "",
        url=reverse("school", args=[school.pk]) if school else "",
        role=word[:1].upper() + word[1:],
        label=one.label,
        tone=one.tone,
        sentence=sentence_of(one, program),
        note=one.last.note if one.last and one.state == "withdrawn" else "",
    )


@page("program.work", at="programs/<uuid:program>/agreement/export/", model=Program, name="export_agreement")
def export_agreement_page(request: Request, program: Program) -> HttpResponse:
    """The list as it is narrowed, as CSV or XLSX."""
    agreement = in_force_agreement(program)
    if agreement is None:
        raise Hidden
    header = [
        "School code",
        "Name",
        "Role",
        "State",
        "Version",
        "Accepted by",
        "Accepted on",
        "Withdrawn on",
        "Note",
    ]
    lines = []
    for one in Wanted.of(request.GET).apply(standings(program, agreement)):
        row, last = _row(one, program), one.last
        at = local_day(last.at, program.zone) if last else None
        gone = local_day(last.withdrawn, program.zone) if last and last.withdrawn else None
        version = last.agreement.number if last else None
        lines.append(
            [row.code, row.name, row.role, row.label, version, last.name if last else "", at, gone, row.note]
        )
    name = f"agreement-{program.year}-version-{agreement.number}"
    if request.GET.get("format") == "xlsx":
        return _file(write_xlsx(header, lines, sheet="Agreement"), _XLSX, f"{name}.xlsx")
    return _file(write_csv(header, lines), "text/csv; charset=utf-8", f"{name}.csv")


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@page("program.work", at="programs/<uuid:program>/agreement/remind/", model=Program, methods=("POST",),
      name="remind_agreement")  # fmt: skip
def remind_agreement_page(request: Request, program: Program) -> Go:
    """Write to those who owe an answer, and to nobody else."""
    agreement = in_force_agreement(program)
    if agreement is None:
        raise Refused("nothing-in-force", "Publish a version first.", status=409)
    written = remind_of_agreement(agreement, by=request.actor)
    said_ = "One reminder is on its way." if written == 1 else f"{written} reminders are on their way."
    nobody = "Nobody owes an answer, or all were reminded today already."
    return Go(reverse("program_agreement", args=[program.pk]), said_ if written else nobody)


@page("program.manage", at="programs/<uuid:program>/agreement/prepare/", model=Program, methods=("POST",),
      name="prepare_agreement")  # fmt: skip
def prepare_agreement_page(request: Request, program: Program) -> Go:
    """Begin a version, from the one in force or (`from` = design) from the design."""
    prepare_agreement(program, by=request.actor, from_design=request.POST.get("from") == "design")
    return Go(reverse("agreement_draft", args=[program.pk]))


@dataclass(frozen=True)
class AgreementDraftPage(PageRecord):
    template: ClassVar[str] = "programs/agreement_draft.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    agreement: Agreement
    form: AgreementForm
    seen: int
    whose: Sequence[tuple[str, Sequence[Any]]]
    promises: Sequence[PartShown]
    news: Sequence[PartChange]
    before: Agreement | None
    concerned: int
    status: int = 200


def _draft(program: Program) -> Agreement:
    found = draft_agreement(program)
    if found is None:
        raise Hidden
    return found


@page("program.manage", at="programs/<uuid:program>/agreement/draft/", model=Program, methods=("GET", "POST"),
      name="agreement_draft")  # fmt: skip
def agreement_draft_page(request: Request, program: Program) -> AgreementDraftPage | Go:
    """Write the next version; below stands how it will read and what it changes."""
    in_program(request, program)
    agreement = _draft(program)
    agreement.program = program
    memorandum = agreement.memorandum
    form, status, seen = _form_of(agreement), 200, agreement.version
    if request.method == "POST":
        form, status = AgreementForm(request.POST, memorandum=memorandum), 422
        seen = _number(request.POST.get("seen", ""))
        if form.is_valid() and _written(request, agreement, form, seen):
            return Go(request.path + "#preview", "Saved. Nobody has been asked yet.")
    before = in_force_agreement(program)
    return AgreementDraftPage(
        page_title=f"{title_of(program)}, version {agreement.number}",
        lead="A draft: nobody but the program’s directors reads it.",
        program=program,
        breadcrumbs=[
            *crumbs(program),
            Crumb(title_of(program), reverse("program_agreement", args=[program.pk])),
            Crumb("Draft"),
        ],
        agreement=agreement,
        form=form,
        seen=seen,
        whose=[(whose_words(part, program.design), fields) for part, fields in form.parts()],
        promises=parts_shown(memorandum, program.design),
        news=changes(before.memorandum, memorandum) if before else (),
        before=before,
        concerned=len(parties(program)),
        status=status,
    )


def _form_of(agreement: Agreement) -> AgreementForm:
    memorandum = agreement.memorandum
    start = {
        "title": memorandum.title,
        "intro": memorandum.intro,
        "note": agreement.note,
        "due": agreement.due,
    }
    return AgreementForm(initial=start, memorandum=memorandum)


def _written(request: Request, agreement: Agreement, form: AgreementForm, seen: int) -> bool:
    """Whether it could be saved; if not, the form says why."""
    values = form.cleaned_data
    try:
        write_agreement(agreement, by=request.actor, memorandum=form.written(), note=values["note"],
                        due=values["due"], seen=seen)  # fmt: skip
    except Stale:
        raise
    except Refused as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


@page("program.manage", at="programs/<uuid:program>/agreement/publish/", model=Program, methods=("POST",),
      name="publish_agreement")  # fmt: skip
def publish_agreement_page(request: Request, program: Program) -> Go:
    agreement = _draft(program)
    agreement.program = program
    written = publish_agreement(agreement, by=request.actor, seen=_number(request.POST.get("seen", "")))
    letters = "One mail is" if written == 1 else f"{written} mails are"
    return Go(reverse("program_agreement", args=[program.pk]), f"Published. {letters} on the way.")


@page("program.manage", at="programs/<uuid:program>/agreement/drop/", model=Program, methods=("POST",),
      name="drop_agreement")  # fmt: skip
def drop_agreement_page(request: Request, program: Program) -> Go:
    drop_agreement(_draft(program), by=request.actor)
    return Go(reverse("program_agreement", args=[program.pk]), "The draft is gone.")


def panel(actor: Actor, program: Program) -> Panel | None:
    """What the overview of a program shows of its memorandum."""
    if not may(actor, "program.work", program):
        return None
    title, agreement = title_of(program), in_force_agreement(program)
    if agreement is None:
        return Panel(
            title, "program_agreement", said("What {schools} and {facilitators} promise.", program.design)
        )
    every = standings(program, agreement)
    owing = sum(one.owes for one in every)
    gone = sum(one.state == "withdrawn" for one in every)
    stats = [("Accepted", sum(one.state == "accepted" for one in every)), ("Not yet", owing)]
    if gone:
        stats.append(("Withdrawn", gone))
    todo = f"{gone} {'has' if gone == 1 else 'have'} withdrawn the {title}" if gone else ""
    return Panel(title, "program_agreement", f"Version {agreement.number}.", stats, todo)


PROGRAM_PANELS.append(panel)
