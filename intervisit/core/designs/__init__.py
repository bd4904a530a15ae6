"""Program designs: what a program is, as data (M1).

A design is a folder of texts a program director can read. `load` turns the texts into one frozen `Design`,
or into `Problems` with file, line and remedy; `evaluate` applies its rules of eligibility; `difference` shows
what a new version changes; `to_json` and `from_json` keep the copy a running program holds; `digest` is its
fingerprint.

Parts: `program` the design itself · `forms` `rules` `review` `matching` `wording` its chapters ·
`limits` what a value may be · `lines` `reading` `checks` `coherence` `loading` from text to record ·
`eligibility` · `keeping` · `editing` a form · `changes` · `reference`.
"""

from .changes import Change, difference
from .editing import form_digest, form_from_json, form_to_json, with_form, with_forms
from .eligibility import Evidence, Known, Outcome, Result, eligibility, evaluate
from .forms import Choice, Column, Form, Question, Section
from .keeping import digest, from_json, to_json
from .leaders import AgreementText, Committee, Position, PostsAt, Side
from .loading import load
from .matching import Criterion, Fairness, GradeOverlap, Matching, Seat, Shape, Strength, Travel
from .problems import DesignError, Problem, Problems
from .program import (
    Agreement,
    Call,
    Design,
    Expectation,
    Facilitators,
    FocusArea,
    Money,
    Phase,
    Protocol,
    Role,
    VisitRule,
    Visits,
)
from .review import Decision, Review, ReviewCriterion, Score, Stage
from .rules import Condition, Fact, Level, Rule
from .table import Table
from .wording import DEFAULT_WORDS, Word

__all__ = [
    "DEFAULT_WORDS", "Agreement", "AgreementText", "Call", "Change", "Choice", "Column", "Committee",
    "Condition", "Criterion", "Decision", "Design", "DesignError", "Evidence", "Expectation", "Facilitators",
    "Fact", "Fairness", "FocusArea", "Form", "GradeOverlap", "Known", "Level", "Matching", "Money", "Outcome",
    "Phase", "Position", "PostsAt", "Problem", "Problems", "Protocol", "Question", "Result", "Review",
    "ReviewCriterion", "Role", "Rule", "Score", "Seat", "Section", "Shape", "Side", "Stage", "Strength",
    "Table", "Travel", "VisitRule", "Visits", "Word", "difference", "digest", "eligibility", "evaluate",
    "form_digest", "form_from_json", "form_to_json", "from_json", "load", "to_json", "with_form", "with_forms",
]  # fmt: skip
