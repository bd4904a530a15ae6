"""Stages of review, who sits in them, what they write. Parts: stages (and covered names), seats (and conflicts),
reviews, visits."""

from intervisit.apps.reviews.models.reviews import Review
from intervisit.apps.reviews.models.seats import Conflict, Seat
from intervisit.apps.reviews.models.stages import Redaction, Stage
from intervisit.apps.reviews.models.visits import SchoolVisit, Visitor

__all__ = ["Conflict", "Redaction", "Review", "SchoolVisit", "Seat", "Stage", "Visitor"]
