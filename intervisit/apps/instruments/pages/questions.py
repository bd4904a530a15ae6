"""One question of a form, and the heading of a part: added, changed, and shown while one types."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse

from intervisit.apps.instruments import actions
from intervisit.apps.instruments.editing import KIND_WORDS, KINDS, QuestionForm, SectionForm, initial_of
from intervisit.apps.instruments.forms import Item
from intervisit.apps.instruments.pages.editor import kept_form, preview_of, version_of, way
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import in_program
from intervisit.core.designs import (
    Design,
    Problems,
    form_from_json,
    with_form,
)
from intervisit.core.designs.drafting import keys_of, needed_by, new_key, place_of
from intervisit.kit.access import Hidden
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue, Refused, Stale


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
    lacks: Sequence[str]
    status: int = 200


@page("program.manage", at="programs/<uuid:program>/forms/<slug:form>/question/", model=Program,
      methods=("GET", "POST"), name="form_question")  # fmt: skip
def form_question_page(request: Request, program: Program, form: str) -> QuestionPage | Go:
    """A question is added or changed; while one types, the preview shows it as a school will see it."""
    in_program(request, program)
    kept, version, design = kept_form(program, form)
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
            actions.put_question(program, by=request.actor, key=form, version=version_of(request),
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
    item, lacks = _shown(program, design, key, form, was)
    return QuestionPage(
        page_title=title,
        program=program,
        breadcrumbs=way(program, Crumb(design.forms[key].title, url), Crumb("Question")),
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
        lacks=lacks,
        status=status,
    )


def _shown(
    program: Program, design: Design, key: str, form: QuestionForm | None, was: Mapping[str, Any] | None
) -> tuple[Item | None, list[str]]:
    """The question as a school sees it, from what is typed so far; or why it cannot be shown yet."""
    if form is None:
        return None, []
    question = was
    if form.is_bound:
        if not form.is_valid():
            lacking = [str(text) for name, texts in form.errors.items() if name != "label" for text in texts]
            return None, lacking
        question = form.question(was)
    if question is None:
        return None, []
    # Alone in a form of its own, so that only what is wrong with this question is said.
    alone = {"key": key, "title": "Preview", "intro": "", "purpose": "application",
             "sections": [{"key": "part", "title": "Part", "questions": [dict(question, for_roles=[])]}]}  # fmt: skip
    others = with_form(design, alone)
    found = list(others) if isinstance(others, Problems) else []
    wrong = [p for p in found if f"`{question['key']}`" in p.what]
    if wrong:
        return None, [f"{p.what} {p.remedy}" for p in wrong]
    try:
        shape = form_from_json(alone)
    except ValueError:
        return None, []
    role = next(iter(design.roles))
    rows = [i for s in preview_of(program, design, shape, role) for i in s.items]
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
    kept, version, design = kept_form(program, form)
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
                actions.put_section(program, by=request.actor, key=form, version=version_of(request),
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
        breadcrumbs=way(program, Crumb(design.forms[form].title, reverse("program_form", args=[program.pk, form])),
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
