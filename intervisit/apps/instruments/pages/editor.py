"""Forms of a program: the list, the editor with its preview, what a new version changes, and the versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse

from intervisit.apps.instruments import actions
from intervisit.apps.instruments.editing import KIND_WORDS
from intervisit.apps.instruments.forms import ItemSection, build_form, items
from intervisit.apps.instruments.models import FormVersion
from intervisit.apps.instruments.queries import applications_on, form_now, newest_versions
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import moment_words
from intervisit.core.designs import (
    Change,
    Design,
    Form,
    difference,
    form_from_json,
    with_forms,
)
from intervisit.core.designs.drafting import needed_by
from intervisit.kit.access import may
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused


def way(program: Program, *more: Crumb) -> list[Crumb]:
    return [*crumbs(program), Crumb("Forms", reverse("program_forms", args=[program.pk])), *more]


def version_of(request: Request) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


@dataclass(frozen=True)
class FormRow:
    title: str
    url: str
    purpose: str
    questions: int
    version: str
    edited: bool


@dataclass(frozen=True)
class FormsPage(PageRecord):
    template: ClassVar[str] = "instruments/list.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    rows: Sequence[FormRow]


_PURPOSES = {
    "application": "Schools apply on it",
    "school_visit": "For a school visit",
    "interview": "For an interview",
}


@page("program.work", at="programs/<uuid:program>/forms/", model=Program, name="program_forms")
def program_forms_page(request: Request, program: Program) -> FormsPage:
    in_program(request, program)
    newest, drafts = newest_versions(program), set(program.form_drafts.values_list("key", flat=True))
    rows = []
    for key, own in program.design.forms.items():
        form = newest[key].form if key in newest else own
        version = f"Version {newest[key].number}" if key in newest else "As in the design"
        rows.append(
            FormRow(form.title, reverse("program_form", args=[program.pk, key]), _PURPOSES.get(form.purpose, ""),
                    len(list(form.questions())), version, key in drafts)
        )  # fmt: skip
    lead = "What schools and staff fill in. A changed form is for those who begin from then on."
    return FormsPage("Forms", lead, program, crumbs(program, "Forms"), rows)


@dataclass(frozen=True)
class QuestionRow:
    """One question in the editor."""

    key: str
    label: str
    kind: str
    notes: str
    url: str
    needed: bool


@dataclass(frozen=True)
class SectionRow:
    key: str
    title: str
    roles: str
    url: str
    add_url: str
    questions: Sequence[QuestionRow]


@dataclass(frozen=True)
class FormPage(PageRecord):
    template: ClassVar[str] = "instruments/edit.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    form_key: str
    version: int
    edited: bool
    changes: Sequence[Change]
    sections: Sequence[SectionRow]
    preview: Sequence[ItemSection]
    roles: Sequence[dict[str, str]]
    versions: Sequence[dict[str, str]]
    may_edit: bool


def kept_form(program: Program, key: str) -> tuple[dict[str, Any], int, Design]:
    """The form being edited, the version of its draft, and the design with it."""
    kept, version = actions.draft_of(program, key)
    return kept, version, with_forms(program.design, [form_from_json(kept)])


@page("program.work", at="programs/<uuid:program>/forms/<slug:form>/", model=Program, name="program_form")
def program_form_page(request: Request, program: Program, form: str) -> FormPage:
    """The questions in order, and beside them how a school sees them."""
    in_program(request, program)
    kept, version, design = kept_form(program, form)
    shape, now_form = design.forms[form], form_now(program, form)
    as_role = request.GET.get("role", "")
    roles = [r for r in design.roles.values() if r.may_apply]
    role = as_role if as_role in {r.key for r in roles} else roles[0].key
    before = with_forms(program.design, [now_form] if now_form else [])
    return FormPage(
        page_title=shape.title,
        lead=_PURPOSES.get(shape.purpose, ""),
        program=program,
        breadcrumbs=way(program, Crumb(shape.title)),
        form_key=form,
        version=version,
        edited=version > 0,
        changes=difference(before, design) if version else (),
        sections=[_section(program, form, design, s) for s in kept["sections"]],
        preview=preview_of(program, design, shape, role),
        roles=[
            {"label": r.word, "url": f"?role={r.key}", "now": "yes" if r.key == role else ""} for r in roles
        ],
        versions=_versions(program, form),
        may_edit=bool(may(request.actor, "program.manage", program)),
    )


def preview_of(program: Program, design: Design, shape: Form, role: str) -> list[ItemSection]:
    """As a school sees it: its own questions, then the principal's."""
    facts = {q.fact: ("as on record", "") for q in shape.questions() if q.fact}
    own, wished = (
        build_form(shape, design, role, district=program.district, wishes=wishes) for wishes in (False, True)
    )
    return [*items(own, shape, role, facts=facts), *items(wished, shape, role, wishes=True)]


def _section(program: Program, form: str, design: Design, section: Mapping[str, Any]) -> SectionRow:
    url = reverse("form_question", args=[program.pk, form])
    return SectionRow(
        key=section["key"],
        title=section["title"],
        roles=", ".join(design.roles[r].many for r in section["for_roles"]),
        url=f"{reverse('form_section', args=[program.pk, form])}?section={section['key']}",
        add_url=f"{url}?section={section['key']}",
        questions=[
            QuestionRow(q["key"], q["label"], KIND_WORDS.get(q["kind"], q["kind"]), _notes(design, q),
                        f"{url}?key={q['key']}", bool(needed_by(program.design, q["key"])))
            for q in section["questions"]
        ],
    )  # fmt: skip


def _notes(design: Design, question: Mapping[str, Any]) -> str:
    found = ["must be answered"] if question["required"] else []
    found += [f"at most {question['max_words']} words"] if question["max_words"] else []
    found += ["in order"] if question.get("ranked") else []
    found += (
        ["only " + ", ".join(design.roles[r].many for r in question["for_roles"])]
        if question["for_roles"]
        else []
    )
    return " · ".join(found)


def _versions(program: Program, form: str) -> list[dict[str, str]]:
    counts = applications_on(program, form)
    rows = FormVersion.objects.filter(program=program, key=form).select_related("person").order_by("-number")
    found = [
        {
            "label": f"Version {v.number}", "note": v.note or "–", "count": str(counts.get(str(v.pk), 0)),
            "when": f"{moment_words(v.created, program.zone)}, {v.person or 'the system'}",
        }
        for v in rows[:20]
    ]  # fmt: skip
    return [*found, {"label": "As in the design", "note": "–", "when": "", "count": str(counts.get("", 0))}]


@page("program.work", at="programs/<uuid:program>/forms/<slug:form>/change/", model=Program, acts="program.manage",
      methods=("POST",), name="change_form")  # fmt: skip
def change_form_page(request: Request, program: Program, form: str) -> Go:
    """One step: a question or a part up, down, or out; the whole draft dropped, or used from now on."""
    what, key, version = request.POST.get("what", ""), request.POST.get("key", "")[:80], version_of(request)
    here, by = reverse("program_form", args=[program.pk, form]), request.actor
    if what == "publish":
        made = actions.publish_form(
            program, by=by, key=form, version=version, note=request.POST.get("note", "")[:300]
        )
        return Go(here, f"Version {made.number} is in use for all who begin from now on.")
    if what == "drop":
        actions.drop_draft(program, by=by, key=form)
        return Go(here, "Dropped. The form is as it was.")
    step = {"up": -1, "down": 1}.get(what.rpartition("-")[2], 0)
    if what == "remove":
        actions.remove_question(program, by=by, key=form, version=version, question=key)
        return Go(here, "Taken out. Answers that were given to it stay where they are.")
    if what.startswith("section-") and step:
        actions.move_section(program, by=by, key=form, version=version, section=key, step=step)
        return Go(f"{here}#part-{key}")
    if not step:
        raise Refused("unknown-step", "Choose one of the buttons.", "what")
    actions.move_question(program, by=by, key=form, version=version, question=key, step=step)
    return Go(f"{here}#edit-{key}")
