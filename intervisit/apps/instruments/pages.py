"""Forms of a program: the list, the editor with its live preview, what a new version changes, and the versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse

from intervisit.apps.instruments import actions
from intervisit.apps.instruments.editing import KIND_WORDS, KINDS, QuestionForm, SectionForm, initial_of
from intervisit.apps.instruments.forms import Item, ItemSection, build_form, items
from intervisit.apps.instruments.models import FormVersion
from intervisit.apps.instruments.queries import applications_on, form_now, newest_versions
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import moment_words
from intervisit.core.designs import (
    Change,
    Design,
    Problems,
    difference,
    form_from_json,
    with_form,
    with_forms,
)
from intervisit.core.designs.drafting import keys_of, needed_by, new_key, place_of
from intervisit.kit.access import Hidden, may
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue, Refused, Stale


def _way(program: Program, *more: Crumb) -> list[Crumb]:
    return [*crumbs(program), Crumb("Forms", reverse("program_forms", args=[program.pk])), *more]


def _version(request: Request) -> int:
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


def _kept(program: Program, key: str) -> tuple[dict[str, Any], int, Design]:
    """The form being edited, the version of its draft, and the design with it."""
    kept, version = actions.draft_of(program, key)
    return kept, version, with_forms(program.design, [form_from_json(kept)])


@page("program.work", at="programs/<uuid:program>/forms/<slug:form>/", model=Program, name="program_form")
def program_form_page(request: Request, program: Program, form: str) -> FormPage:
    """The questions in order, and beside them how a school sees them."""
    in_program(request, program)
    kept, version, design = _kept(program, form)
    shape, now_form = design.forms[form], form_now(program, form)
    as_role = request.GET.get("role", "")
    roles = [r for r in design.roles.values() if r.may_apply]
    role = as_role if as_role in {r.key for r in roles} else roles[0].key
    made = build_form(shape, design, role, district=program.district)
    before = with_forms(program.design, [now_form] if now_form else [])
    return FormPage(
        page_title=shape.title,
        lead=_PURPOSES.get(shape.purpose, ""),
        program=program,
        breadcrumbs=_way(program, Crumb(shape.title)),
        form_key=form,
        version=version,
        edited=version > 0,
        changes=difference(before, design) if version else (),
        sections=[_section(program, form, design, s) for s in kept["sections"]],
        preview=_preview(made, shape, role),
        roles=[
            {"label": r.word, "url": f"?role={r.key}", "now": "yes" if r.key == role else ""} for r in roles
        ],
        versions=_versions(program, form),
        may_edit=bool(may(request.actor, "program.manage", program)),
    )


def _preview(made: Any, shape: Any, role: str) -> list[ItemSection]:
    """As a school sees it: its own questions, then the principal's."""
    facts = {q.fact: ("as on record", "") for q in shape.questions() if q.fact}
    return [*items(made, shape, role, facts=facts), *items(made, shape, role, wishes=True)]


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
    what, key, version = request.POST.get("what", ""), request.POST.get("key", "")[:80], _version(request)
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


@dataclass(frozen=True)
class QuestionPage(PageRecord):
    template: ClassVar[str] = "instruments/edit_question.html"
    parts: ClassVar[tuple[str, ...]] = ("preview",)
    page_title: str
    program: Program
    breadcrumbs: list[Crumb]
    form_key: str
    version: int
    kinds: Sequence[dict[str, str]]
    form: QuestionForm | None
    key: str
    kind: str
    kind_label: str
    needed: Sequence[str]
    item: Item | None
    problems: Sequence[dict[str, str]]
    status: int = 200


@page("program.manage", at="programs/<uuid:program>/forms/<slug:form>/question/", model=Program,
      methods=("GET", "POST"), name="form_question")  # fmt: skip
def form_question_page(request: Request, program: Program, form: str) -> QuestionPage | Go:
    """A question is added or changed; while one types, the preview shows it as a school will see it."""
    in_program(request, program)
    kept, version, design = _kept(program, form)
    asked = request.POST if request.method == "POST" else request.GET
    key, kind = asked.get("key", "")[:80], asked.get("kind", "")[:20]
    was, section = _standing(kept, key) if key else (None, asked.get("section", "")[:80])
    kind = was["kind"] if was else kind
    if kind not in KIND_WORDS:
        return _question_page(program, form, version, design, None, was, kind="", section=section)
    options: dict[str, Any] = {"kind": kind, "design": program.design, "form": kept}
    if request.method != "POST":
        first = initial_of(was, section) if was else {"section": section}
        return _question_page(
            program, form, version, design, QuestionForm(initial=first, **options), was, kind=kind
        )
    made, status = QuestionForm(request.POST, **options), 422
    if "preview" in request.POST:
        return _question_page(program, form, version, design, made, was, kind=kind)
    if made.is_valid():
        try:
            question = made.question(was)
            actions.put_question(program, by=request.actor, key=form, version=_version(request),
                                 section=made.cleaned_data["section"], question=question)  # fmt: skip
            here = reverse("program_form", args=[program.pk, form])
            return Go(f"{here}#edit-{question['key']}", "Kept. It counts when you use the new form.")
        except Stale:
            raise
        except (Refused, BadValue) as refusal:
            add_refusal(made, refusal)
    return _question_page(program, form, version, design, made, was, kind=kind, status=status)


def _standing(kept: Mapping[str, Any], key: str) -> tuple[Mapping[str, Any], str]:
    try:
        at = place_of(kept, key)
    except LookupError:
        raise Hidden from None
    section = kept["sections"][at.section]
    return section["questions"][at.place], section["key"]


def _question_page(
    program: Program,
    key: str,
    version: int,
    design: Design,
    form: QuestionForm | None,
    was: Mapping[str, Any] | None,
    *,
    kind: str,
    section: str = "",
    status: int = 200,
) -> QuestionPage:
    url = reverse("program_form", args=[program.pk, key])
    title = was["label"] if was else "A new question"
    item, problems = _shown(program, design, key, form, was)
    return QuestionPage(
        page_title=title,
        program=program,
        breadcrumbs=_way(program, Crumb(design.forms[key].title, url), Crumb("Question")),
        form_key=key,
        version=version,
        kinds=[
            {"url": f"?section={section}&kind={k}", "label": label, "about": about}
            for k, label, about in KINDS
        ]
        if form is None
        else [],
        form=form,
        key=was["key"] if was else "",
        kind=kind,
        kind_label=KIND_WORDS.get(kind, ""),
        needed=needed_by(program.design, was["key"]) if was else [],
        item=item,
        problems=problems,
        status=status,
    )


def _shown(
    program: Program, design: Design, key: str, form: QuestionForm | None, was: Mapping[str, Any] | None
) -> tuple[Item | None, list[dict[str, str]]]:
    """The question as a school sees it, from what is typed so far; or why it cannot be shown yet."""
    if form is None:
        return None, []
    question = was
    if form.is_bound:
        if not form.is_valid():
            return None, []
        question = form.question(was)
    if question is None:
        return None, []
    # Alone in a form of its own, so that only what is wrong with this question is said.
    alone = {"key": key, "title": "Preview", "intro": "", "purpose": "application",
             "sections": [{"key": "part", "title": "Part", "questions": [dict(question, for_roles=[])]}]}  # fmt: skip
    others = with_form(design, alone)
    found = list(others) if isinstance(others, Problems) else []
    wrong = [p for p in found if question["key"] in p.what or "choice" in p.what]
    if wrong:
        return None, [{"text": f"{p.what} {p.remedy}", "url": ""} for p in wrong]
    try:
        shape = form_from_json(alone)
    except ValueError:
        return None, []
    role = next(iter(design.roles))
    made = build_form(shape, design, role, district=program.district)
    rows = [i for s in _preview(made, shape, role) for i in s.items]
    return (rows[0] if rows else None), []


@dataclass(frozen=True)
class SectionPage(PageRecord):
    template: ClassVar[str] = "instruments/edit_section.html"
    page_title: str
    program: Program
    breadcrumbs: list[Crumb]
    form_key: str
    version: int
    form: SectionForm
    key: str
    status: int = 200


@page("program.manage", at="programs/<uuid:program>/forms/<slug:form>/part/", model=Program, methods=("GET", "POST"),
      name="form_section")  # fmt: skip
def form_section_page(request: Request, program: Program, form: str) -> SectionPage | Go:
    """The heading of a part: changed, or a new part with a first question."""
    in_program(request, program)
    kept, version, design = _kept(program, form)
    key = (request.POST if request.method == "POST" else request.GET).get("section", "")[:80]
    standing = next((s for s in kept["sections"] if s["key"] == key), None)
    if key and standing is None:
        raise Hidden
    made, status = SectionForm(initial=standing, design=program.design), 200
    if request.method == "POST":
        made, status = SectionForm(request.POST, design=program.design), 422
        if made.is_valid():
            key = key or new_key(made.cleaned_data["title"], [s["key"] for s in kept["sections"]])
            first = None if standing else _first(kept)
            try:
                actions.put_section(program, by=request.actor, key=form, version=_version(request),
                                    section=made.value(key), question=first)  # fmt: skip
                said = "Kept." if standing else "Added, with a first question to reword."
                return Go(f"{reverse('program_form', args=[program.pk, form])}#part-{key}", said)
            except Stale:
                raise
            except (Refused, BadValue) as refusal:
                add_refusal(made, refusal)
    return SectionPage(
        page_title=standing["title"] if standing else "A new part",
        program=program,
        breadcrumbs=_way(program, Crumb(design.forms[form].title, reverse("program_form", args=[program.pk, form])),
                         Crumb("Part")),
        form_key=form,
        version=version,
        form=made,
        key=key if standing else "",
        status=status,
    )  # fmt: skip


def _first(kept: Mapping[str, Any]) -> dict[str, Any]:
    """A part needs a question; this one is there to be reworded."""
    return {"key": new_key("new question", keys_of(kept)), "kind": "long_text", "label": "A new question"}
