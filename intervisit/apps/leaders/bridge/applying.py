"""An application for a post as the core's values."""

from collections.abc import Iterable

from intervisit.apps.instruments.answers import EITHER, Missing, answer_text, is_empty, missing, questions
from intervisit.apps.instruments.bridge import known_facts
from intervisit.apps.leaders.models import LeaderApplication, LeaderCheck
from intervisit.apps.people.models import SchoolYear
from intervisit.core.designs import Design, Form, Position, Question
from intervisit.core.posts import Checked, Finding, findings

ALL = EITHER  # forms of persons ask everybody the same: no role narrows them
EMAIL = "email"
_NOT_SHOWN = ("fact", "file", "table", "yes_no")  # nothing to show about somebody, or not hers to show


def form_of_post(design: Design, post: Position) -> Form:
    return design.forms[post.form]


def interview_form(design: Design, post: Position) -> Form | None:
    """What a member of the committee fills in; None: nobody is interviewed for this post."""
    return design.forms[post.interview] if post.interview else None


def findings_of(
    application: LeaderApplication,
    *,
    years: Iterable[SchoolYear] | None = None,
    checks: Iterable[LeaderCheck] | None = None,
) -> list[Finding]:
    """What the rules say of one application. `years`, `checks`: its rows, when they are at hand."""
    design = application.program.design
    rows = application.checks.select_related("person") if checks is None else checks
    words = {row.rule: Checked(row.met, row.person.name, row.on) for row in rows}
    facts = known_facts(design, application.school, years)
    return findings(design, application.post, facts, application.answers, words)


def missing_in(application: LeaderApplication) -> list[Missing]:
    """What stands in the way of sending it."""
    form = form_of_post(application.program.design, application.post)
    return missing(questions(form, ALL), application.answers)


def shareable(design: Design, post: Position) -> list[Question]:
    """The answers somebody may choose to show to principals: nothing private, nothing about her employment."""
    return [
        q
        for q in form_of_post(design, post).questions()
        if not q.private and q.kind not in _NOT_SHOWN and not q.feeds
    ]


def shown_in_pool(application: LeaderApplication) -> list[tuple[str, str]]:
    """What somebody agreed to show: (heading, text)."""
    design, chosen = application.program.design, set(application.shares)
    found = [
        (q.label, answer_text(q, design, application.answers.get(q.key)))
        for q in shareable(design, application.post)
        if q.key in chosen and not is_empty(application.answers.get(q.key))
    ]
    if EMAIL in chosen:
        found.append(("E-mail", application.person.email))
    return found
