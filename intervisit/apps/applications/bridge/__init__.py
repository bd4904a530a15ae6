"""Applications as the core's values. Parts: rules (facts, checks, wishes, letters), sheet (rows of files)."""

from intervisit.apps.applications.bridge.rules import (
    Check,
    Missing,
    answers_as_wishes,
    checks,
    facts_shown,
    focus_labels,
    focus_question,
    form_for,
    letter,
    missing_in,
    role_label,
    roles_considered,
    wishes_as_answers,
)

__all__ = [
    "Check", "Missing", "answers_as_wishes", "checks", "facts_shown", "focus_labels", "focus_question", "form_for",
    "letter", "missing_in", "role_label", "roles_considered", "wishes_as_answers",
]  # fmt: skip
