"""The design a program runs on, readable; and what a newer version would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.programs.actions import keep_version, take_version
from intervisit.apps.programs.bridge import shipped_design
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.call import focus_groups
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import newer_version
from intervisit.apps.programs.states import Phase
from intervisit.core.designs import Change, Design, Rule, Shape, VisitRule, difference, digest
from intervisit.kit.access import may
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused

_KINDS = {
    "text": "one line", "long_text": "long text", "choice": "one of a list", "choices": "several of a list",
    "ranking": "a ranking", "schools": "schools", "number": "a number", "yes_no": "yes or no", "date": "a day",
    "table": "a table", "file": "a file", "fact": "shown from the school’s record",
}  # fmt: skip


@dataclass(frozen=True)
class DesignPage(PageRecord):
    template: ClassVar[str] = "programs/design.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    design: Design
    facts: Sequence[dict[str, str]]
    shapes: Sequence[dict[str, str]]
    focus_groups: Sequence[tuple[str, Sequence[str]]]
    forms: Sequence[tuple[str, str, Sequence[dict[str, str]]]]
    visits: Sequence[str]
    weights: Sequence[dict[str, str]]
    rules: Sequence[dict[str, str]]
    phases: Sequence[dict[str, str]]
    months: str
    newer: bool
    newer_url: str


@page("program.view", at="programs/<uuid:program>/design/", model=Program, name="program_design")
def program_design_page(request: Request, program: Program) -> DesignPage:
    in_program(request, program)
    design = program.design
    return DesignPage(
        page_title="Design",
        lead=f"{design.title}, version {program.version.number}: frozen when this program took it.",
        program=program,
        breadcrumbs=crumbs(program, "Design"),
        design=design,
        facts=[
            {"label": "Design", "value": f"{design.title} ({design.slug})"},
            {"label": "Version", "value": f"{program.version.number} (its own number: {design.version})"},
            {"label": "Fingerprint", "value": program.version.digest[:12]},
        ],
        shapes=[_shape(design, shape) for shape in design.shapes.values()],
        focus_groups=focus_groups(design),
        forms=[_form(design, key) for key in design.forms],
        visits=[_visit(design, rule) for rule in design.visits.rules],
        weights=_weights(design),
        rules=[_rule(design, rule) for rule in design.eligibility],
        phases=[
            {"label": p.title, "value": f"{_day(p.starts)} to {_day(p.ends)}. {p.about}".strip()}
            for p in design.phases
        ],
        months=_months(design),
        newer=_candidate(program) is not None,
        newer_url=reverse("design_difference", args=[program.pk])
        if may(request.actor, "program.manage", program)
        else "",
    )


def _shape(design: Design, shape: Shape) -> dict[str, str]:
    seats = []
    for seat in shape.seats:
        role = design.roles[seat.role]
        many = f"{seat.min}" if seat.min == seat.max else f"{seat.min} to {seat.max}"
        seats.append(f"{many} {role.word if seat.max == 1 else role.many}")
    size = (
        f"{shape.min_size}" if shape.min_size == shape.max_size else f"{shape.min_size} to {shape.max_size}"
    )
    count = (
        f"At most {shape.max_count}." if not shape.min_count else f"{shape.min_count} to {shape.max_count}."
    )
    return {
        "label": shape.word,
        "value": f"{size} {design.words['school'].many}: {', '.join(seats)}. {count}",
    }


def _form(design: Design, key: str) -> tuple[str, str, list[dict[str, str]]]:
    form = design.forms[key]
    rows = []
    for section in form.sections:
        for question in section.questions:
            roles = question.for_roles or section.for_roles
            limit = f", at most {question.max_words} words" if question.max_words else ""
            kind = _KINDS.get(question.kind, design.words["focus_area"].many)
            rows.append(
                {
                    "label": question.label,
                    "kind": f"{kind}{limit}",
                    "asked": ", ".join(design.roles[r].many for r in roles) or "all",
                    "required": "yes" if question.required else "",
                }
            )
    return form.title, form.intro.strip(), rows


def _visit(design: Design, rule: VisitRule) -> str:
    part = {"full_day": "for a full day", "half_day": "for half a day", "either": "for a full or half day"}[
        rule.part
    ]
    role = design.roles[rule.role].word
    times = {1: "once", 2: "twice"}.get(rule.times, f"{rule.times} times")
    return f"Each {role} is visited {times}, {part}."


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def _months(design: Design) -> str:
    return ", ".join(_MONTHS[m - 1] for m in design.visits.months)


def _day(text: str) -> str:
    """`05-02` → `2 May`: a day of every year."""
    month, _, day = text.partition("-")
    return f"{int(day)} {_MONTHS[int(month) - 1]}"


def _rule(design: Design, rule: Rule) -> dict[str, str]:
    return {
        "label": rule.label,
        "roles": ", ".join(design.roles[key].many for key in rule.for_roles) or "all",
        "weight": "must be met" if rule.kind == "bar" else "counts, bars nobody",
    }


def _weights(design: Design) -> list[dict[str, str]]:
    matching = design.matching
    rows = [
        (design.words["focus_area"].one.capitalize(), str(matching.focus_points)),
        ("Grades", str(matching.grade_points)),
        ("Wishes", str(matching.wish_points)),
    ]
    points = list(matching.criteria_points)
    for number, criterion in enumerate(matching.criteria):
        fixed = str(points[number]) if number < len(points) else "0"
        worth = "by rank" if matching.ranked_by_schools else fixed
        rows.append((criterion.label, worth))
    if matching.ranked_by_schools:
        rows.append(("By rank: first, second, …", ", ".join(map(str, points))))
    return [{"label": label, "value": value} for label, value in rows]


def _candidate(program: Program) -> Design | None:
    """A design of the same slug that differs: a newer kept version, or the folder as it is now."""
    kept = newer_version(program)
    if kept is not None:
        return kept.design
    shipped = shipped_design(program.version.slug)
    if shipped is None or program.version.uploaded_to_id or digest(shipped) == program.version.digest:
        return None
    return shipped


@dataclass(frozen=True)
class DifferencePage(PageRecord):
    template: ClassVar[str] = "programs/difference.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    changes: Sequence[Change]
    frozen: bool


@page("program.manage", at="programs/<uuid:program>/design/newer/", model=Program, methods=("GET", "POST"),
      name="design_difference")  # fmt: skip
def design_difference_page(request: Request, program: Program) -> DifferencePage | Go:
    """What the newer version changes; taken over only while the program is being prepared."""
    in_program(request, program)
    newer = _candidate(program)
    if request.method == "POST":
        if newer is None:
            raise Refused("nothing-newer", "There is no newer version.", status=409)
        if program.phase == Phase.SETUP:
            take_version(program, keep_version(newer), by=request.actor)
            return Go(reverse("program_design", args=[program.pk]), "The newer version is taken over.")
        raise Refused(
            "design-is-frozen", "The design is frozen once the call has opened. Use it next year.", status=409
        )
    way = [
        *crumbs(program),
        Crumb("Design", reverse("program_design", args=[program.pk])),
        Crumb("Newer version"),
    ]
    return DifferencePage(
        page_title="What the newer version changes",
        lead=f"{program.design.title}: version {program.design.version} runs now"
        + (f", version {newer.version} is there." if newer else "."),
        program=program,
        breadcrumbs=way,
        changes=difference(program.design, newer) if newer else (),
        frozen=program.phase != Phase.SETUP,
    )
