"""Checks of a whole design: do its parts fit each other?"""

from collections.abc import Iterator, Mapping

from .lines import Path
from .program import Design
from .rules import Condition, Fact, Rule

FORM_FILE = "instruments/{}.toml"
Mistake = tuple[str, Path, str, str]  # form key or "", path, what, remedy

_OPS: dict[str, tuple[str, ...]] = {
    "number": (
        "at_least",
        "at_most",
        "more_than",
        "less_than",
        "between",
        "equals",
        "not_equals",
        "one_of",
        "none_of",
    ),
    "level": (
        "at_least",
        "at_most",
        "more_than",
        "less_than",
        "between",
        "equals",
        "not_equals",
        "one_of",
        "none_of",
    ),
    "text": ("equals", "not_equals", "one_of", "none_of"),
    "yes_no": ("equals", "not_equals"),
    "list": ("includes",),
}


def mistakes(design: Design) -> Iterator[Mistake]:
    """Everything that does not fit together, in no particular order."""
    yield from _roles(design)
    yield from _shapes(design)
    yield from _loops(design)
    yield from _calls(design)
    yield from _rules(design)
    yield from _positions(design)
    yield from _forms(design)
    yield from _choices(design)
    yield from _stages(design)


def _roles(design: Design) -> Iterator[Mistake]:
    seated = {seat.role for shape in design.shapes.values() for seat in shape.seats}
    visited = {rule.role for rule in design.visits.rules}
    called = {role for call in design.calls for role in call.for_roles}
    accepted = {decision.role for decision in design.decisions}
    for key, role in design.roles.items():
        place: Path = ("roles", key)
        if key not in seated:
            yield (
                "",
                place,
                f"No network shape has a seat for the role `{key}`.",
                "Add it to `seats` of a shape.",
            )
        if key not in visited:
            yield (
                "",
                place,
                f"The role `{key}` has no rule of visits.",
                "Add [[visits.rules]] (times = 0 if none).",
            )
        if role.may_apply and key not in called:
            yield (
                "",
                place,
                f"No call invites the role `{key}`.",
                "Add it to a call, or set may_apply = false.",
            )
        if role.may_apply and key not in accepted:
            yield "", place, f"No decision accepts a school as `{key}`.", "Add one to [[decisions]]."
        if role.form in design.forms and design.forms[role.form].purpose != "application":
            yield (
                "",
                (*place, "form"),
                f"`{role.form}` is not an application form.",
                'Its purpose must be "application".',
            )


def _shapes(design: Design) -> Iterator[Mistake]:
    hosts = {key for key, role in design.roles.items() if role.hosts}
    for key, shape in design.shapes.items():
        seats = [(seat.min, seat.max) for seat in shape.seats if seat.role in hosts]
        if shape.hosted and seats != [(1, 1)]:
            what = f"The shape `{key}` is hosted."
            yield "", ("shapes", key), what, "Give it exactly one seat (min 1, max 1) of a role that hosts."
        if not shape.hosted and seats:
            what = f"The shape `{key}` is not hosted and has a seat for a host."
            yield "", ("shapes", key), what, "Set hosted = true, or seat another role."


def _loops(design: Design) -> Iterator[Mistake]:
    areas = {area.key: area.within for area in design.focus_areas}
    calls = {call.key: call.after for call in design.calls}
    for name, links, word in (("focus_areas", areas, "within"), ("calls", calls, "after")):
        for at, key in enumerate(links):
            loop = loop_from(key, links)
            if loop and key == min(loop):
                what = f"This would make a loop: {' → '.join(loop)}."
                yield "", (name, at, word), what, f"Remove one `{word}`."


def _calls(design: Design) -> Iterator[Mistake]:
    """A call whose applicants may name a host needs hosts to name, and a question that asks for one."""
    for at, call in enumerate(design.calls):
        if not call.may_name_host:
            continue
        place: Path = ("calls", at, "may_name_host")
        if not call.after:
            what = f"The call `{call.key}` comes after no other, so no host is known when it opens."
            yield "", place, what, "Give it `after`, the key of the call for hosts."
        for key in call.for_roles:
            form = design.forms.get(design.roles[key].form) if key in design.roles else None
            if form is not None and not any(q.choices_from == "hosts" for q in form.questions(key)):
                what = f"No question of this form asks the role `{key}` which host it would join."
                yield form.key, (), what, 'Add one of kind "schools" with choices_from = "hosts".'


def loop_from(start: str, links: Mapping[str, str]) -> list[str]:
    """The loop that `start` stands in, from it to it again; [] if none. A key links to at most one other."""
    path = [start]
    seen = {start}
    while (after := links.get(path[-1], "")) and after not in seen:
        path.append(after)
        seen.add(after)
    return [*path, start] if after == start else []


def _rules(design: Design) -> Iterator[Mistake]:
    every: list[tuple[Path, Rule]] = [
        (("eligibility", at), rule) for at, rule in enumerate(design.eligibility)
    ]
    for key, position in design.positions.items():
        every += [(("positions", key, "rules", at), rule) for at, rule in enumerate(position.rules)]
    for place, rule in every:
        for test, path in _tests(rule.when, (*place, "when")) if rule.when else ():
            if test.fact in design.facts:
                for name, what, remedy in _test(test, design.facts[test.fact]):
                    yield "", (*path, name), what, remedy


def _positions(design: Design) -> Iterator[Mistake]:
    """A post's forms are of its kind, and its rules ask only what its own form asks."""
    for key, position in design.positions.items():
        place: Path = ("positions", key)
        for name, purpose in (("form", "leader"), ("interview", "interview")):
            form = design.forms.get(getattr(position, name))
            if form is not None and form.purpose != purpose:
                what = f"`{form.key}` is a form of purpose {form.purpose}."
                yield "", (*place, name), what, f'Name one whose purpose is "{purpose}".'
        asked = design.forms.get(position.form)
        if asked is None or asked.purpose != "leader":
            continue
        for at, rule in enumerate(position.rules):
            if rule.for_roles:
                what = "A rule of a post speaks of a person, so it has no `for_roles`."
                yield "", (*place, "rules", at, "for_roles"), what, "Remove it."
            for test in rule.when.tests() if rule.when else ():
                if test.answer and asked.question(test.answer) is None:
                    what = f"`{test.answer}` is not asked in `{asked.key}`."
                    yield (
                        "",
                        (*place, "rules", at, "when"),
                        what,
                        "Ask it in that form, or test another answer.",
                    )


def _tests(condition: Condition, path: Path) -> Iterator[tuple[Condition, Path]]:
    if condition.fact:
        yield condition, path
    for name in ("all", "any", "no"):
        for at, part in enumerate(getattr(condition, name)):
            yield from _tests(part, (*path, name, at))


def _test(test: Condition, fact: Fact) -> Iterator[tuple[str, str, str]]:
    if test.op == "known":
        return
    if test.op not in _OPS[fact.kind]:
        allowed = ", ".join((*_OPS[fact.kind], "known"))
        yield (
            "op",
            f"`{test.op}` does not suit `{fact.key}`, a fact of kind {fact.kind}.",
            f"Use one of: {allowed}.",
        )
        return
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    levels = [level.key for level in fact.levels]
    for value in values:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if fact.kind == "number" and not is_number:
            yield "value", f"`{fact.key}` is a number.", "Compare it with a number, without quotation marks."
        elif fact.kind == "yes_no" and not isinstance(value, bool):
            yield "value", f"`{fact.key}` is yes or no.", "Compare it with true or false."
        elif fact.kind == "level" and value not in levels:
            yield "value", f"`{fact.key}` has no level `{value}`.", f"Its levels are: {', '.join(levels)}."


def _forms(design: Design) -> Iterator[Mistake]:
    for key, form in design.forms.items():
        for at, section in enumerate(form.sections):
            for number, question in enumerate(section.questions):
                path: Path = ("sections", at, "questions", number)
                if question.kind == "focus_areas" and not design.focus_areas:
                    yield key, path, "The design has no focus areas to choose from.", "Add [[focus_areas]]."
                if question.choices_from == "criteria" and not design.matching.criteria:
                    yield (
                        key,
                        path,
                        "The design has no matching criteria to rank.",
                        "Add [[matching.criteria]].",
                    )
                offered = question.choices_from not in ("", "hosts")
                most = len(_offered(design, question.choices_from)) if offered else 10_000
                if (question.max_choices or 0) > most:
                    yield (
                        key,
                        (*path, "max_choices"),
                        f"There are only {most} choices.",
                        "Lower `max_choices`.",
                    )


def _offered(design: Design, source: str) -> tuple[object, ...]:
    return design.matching.criteria if source == "criteria" else design.focus_areas


def _choices(design: Design) -> Iterator[Mistake]:
    """What the matching reads must be asked of every role that applies."""
    wanted = ["focus"] if design.matching.focus_points and design.focus_areas else []
    wanted += ["ranking"] if design.matching.ranked_by_schools else []
    for key, role in design.roles.items():
        form = design.forms.get(role.form)
        if form is None or not role.may_apply:
            continue
        fed = {question.feeds for question in form.questions(key)}
        for feed in wanted:
            if feed not in fed:
                what = (
                    f"The matching needs `{feed}`, and no question of this form asks the role `{key}` for it."
                )
                yield form.key, (), what, f'Add a question with feeds = "{feed}".'


def _stages(design: Design) -> Iterator[Mistake]:
    for at, stage in enumerate(design.review.stages):
        place: Path = ("review", "stages", at)
        form = design.forms.get(stage.form)
        if form is not None and form.purpose == "application":
            what = f"`{stage.form}` is an application form."
            yield "", (*place, "form"), what, "Name a form that staff fill in."
        if stage.kind == "school_visit":
            if not stage.form:
                what = f"The visit `{stage.key}` has no form."
                yield "", place, what, "Add `form`, the key of a form for school visits."
            if stage.blind:
                what = f"`{stage.key}` is a visit, and nobody visits a school unnamed."
                yield "", (*place, "blind"), what, "Remove `blind`, or make it a reading."
            continue
        if stage.form:
            what = f"`{stage.key}` is no visit and has a form."
            yield "", (*place, "form"), what, "Remove it: readings are judged by `review.criteria`."
        for role in stage.for_roles or tuple(design.roles):
            if role in design.roles and not any(c.weight for c in design.review.judged(stage, role)):
                what = f"In `{stage.key}` nothing is judged that counts for the role `{role}`."
                yield "", place, what, "Give a criterion of this role a weight above 0, or add one."
