"""What evaluators read: all reviews together where enough stand behind a number, and shared applications, covered."""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intervisit.apps.applications.bridge import role_label
from intervisit.apps.applications.models import Application, Share, Wishes
from intervisit.apps.applications.states import IN_HAND
from intervisit.apps.instruments.answers import Shown, ShownSection
from intervisit.apps.programs.models import Program
from intervisit.apps.reviews.bridge.reading import (
    Reading,
    questions_of,
    reading,
    suggested,
    suggested_questions,
)
from intervisit.apps.reviews.models import Redaction, Review
from intervisit.apps.reviews.queries import StageView
from intervisit.apps.reviews.states import ReviewState, StageState
from intervisit.core.reviewing import Mark, Spread, publish, share_words
from intervisit.core.reviewing.totals import FEWEST_SCHOOLS


@dataclass(frozen=True)
class CriterionTotal:
    """One criterion of a closed stage: of whom there is a column, and a line for each level with its shares."""

    label: str
    columns: Sequence[tuple[str, Spread]]  # all together, then each role; empty: too few
    lines: Sequence[tuple[str, Sequence[str]]]
    roles_hidden: bool  # there are several roles, and too few behind one of them


@dataclass(frozen=True)
class StageTotal:
    title: str
    closed: bool
    criteria: Sequence[CriterionTotal]


def totals(stage: StageView, reviews: Iterable[Review]) -> StageTotal:
    """Published once, when the stage is closed: an open one says nothing that the next review could be told from."""
    if stage.row is None or stage.state != StageState.CLOSED:
        return StageTotal(stage.shape.title, False, [])
    counted = [r for r in reviews if r.stage_id == stage.row.pk and r.state == ReviewState.SENT]
    design, found = stage.program.design, []
    for criterion in design.review.judged(stage.shape, None):
        levels = [level.value for level in criterion.levels]
        marks = [_mark(r, criterion.key) for r in counted if r.levels.get(criterion.key) in levels]
        told = publish(marks, levels)
        columns = [] if told.overall is None else [("All", told.overall)]
        columns += [(role_label(design, key), spread) for key, spread in told.groups.items()]
        lines = [
            (level.label, [spread.shares[n] for _, spread in columns])
            for n, level in enumerate(criterion.levels)
        ]
        several = len({m.group for m in marks}) > 1
        found.append(CriterionTotal(criterion.label, columns, lines, several and not told.groups))
    return StageTotal(stage.shape.title, True, found)


def _mark(review: Review, criterion: str) -> Mark:
    school, role = review.application.school_id, review.application.role_wanted
    return Mark(str(school), str(review.seat.person_id), role, review.levels[criterion])


def ranked(program: Program) -> tuple[int, list[tuple[str, str, str]]]:
    """(schools, [(criterion, ranked first, ranked at all)]) of what schools wished of the matching, once it is over.

    Nothing where fewer than ten schools have ranked, or the networks are not known yet.
    """
    rows = Wishes.objects.filter(application__program=program, application__state__in=sorted(IN_HAND))
    orders = [w for w in rows.values_list("ranking", flat=True) if w]
    if program.networks_published is None or len(orders) < FEWEST_SCHOOLS:
        return 0, []
    found = []
    for criterion in program.design.matching.criteria:
        first = sum(order[0] == criterion.key for order in orders)
        at_all = sum(criterion.key in order for order in orders)
        found.append((criterion.label, share_words(first, len(orders)), share_words(at_all, len(orders))))
    return len(orders), found


def covered_name(share: Share) -> str:
    """What evaluators call a shared application: by the share's own id, which stands nowhere else."""
    return f"Application {share.pk.hex[-5:].upper()}"


def covered(application: Application, phrases: Iterable[str]) -> Reading:
    """The answers without names, places, files, and without figures that a public table would lead back from."""
    known = Redaction.objects.filter(pk=application.pk).first()
    # Figures lead back by public tables, focus areas by the letters that evaluators may read.
    facts = [q.key for q in questions_of(application) if q.kind in ("fact", "focus_areas")]
    also = known.questions if known else []
    over = Redaction(
        application=application,
        phrases=[*suggested(application), *(known.phrases if known else []), *phrases],
        questions=[*suggested_questions(application), *also, *facts],
    )
    text = reading(application, blind=True, redaction=over)
    out = set(over.questions)
    sections = [
        ShownSection(
            s.title, tuple(Shown(a.key, a.label, none="Left out") if a.key in out else a for a in s.answers)
        )
        for s in text.sections
    ]
    return dataclasses.replace(text, title="", focus=[], sections=sections)
