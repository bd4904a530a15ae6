"""Rows as the core's values: who is eligible, what is missing, what somebody shows, what a post says."""

from intervisit.apps.leaders.bridge.applying import (
    ALL,
    EMAIL,
    findings_of,
    form_of_post,
    interview_form,
    missing_in,
    shareable,
    shown_in_pool,
)
from intervisit.apps.leaders.bridge.words import pay_words, term_words, verdict_words

__all__ = [
    "ALL", "EMAIL", "findings_of", "form_of_post", "interview_form", "missing_in", "pay_words", "shareable",
    "shown_in_pool", "term_words", "verdict_words",
]  # fmt: skip
