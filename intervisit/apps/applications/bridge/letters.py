"""The words of a letter: a template, and what one school puts in its places."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from intervisit.apps.applications.bridge.rules import focus_labels, role_label
from intervisit.apps.applications.models import Application, LetterTemplate, PendingDecision
from intervisit.apps.applications.states import OUTCOMES
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import day_words
from intervisit.core.designs import Decision
from intervisit.core.designs.checks import MERGE_FIELDS, PRIVATE_FIELDS, placeholders
from intervisit.core.text import Trouble
from intervisit.kit.clock import local_day

_PLACE = re.compile(r"\{([a-z_]+)\}")  # one pass: what a school wrote is never read again
ABOUT: Mapping[str, str] = {
    "school": "the school’s name",
    "principal": "who the letter is to",
    "program": "the program and its year",
    "role": "the role of the decision",
    "focus_areas": "what the school wants to work on",
    "reasons": "the reason you have written, for this school alone",
    "appeal_until": "the last day for a note about the decision",
}


@dataclass(frozen=True)
class Wording:
    """Subject and text of one decision's letter, and whether the program has written them itself."""

    decision: Decision
    subject: str
    text: str
    own: LetterTemplate | None

    @property
    def version(self) -> int:
        return self.own.version if self.own is not None else 0


def wordings(program: Program) -> dict[str, Wording]:
    """The letter of every decision of the design, in its order."""
    own = {t.decision: t for t in program.letter_templates.select_related("changed_by")}
    found = {}
    for decision in program.design.decisions:
        mine = own.get(decision.key)
        subject, text = (mine.subject, mine.text) if mine else (decision.subject, decision.letter.strip())
        found[decision.key] = Wording(decision, subject, text, mine)
    return found


def letter_troubles(subject: str, text: str) -> list[Trouble]:
    """Every field of a template that no letter can fill, by name."""
    found = []
    listed = ", ".join(f"{{{name}}}" for name in MERGE_FIELDS)
    for where, words in (("subject", subject), ("text", text)):
        for place in dict.fromkeys(placeholders(words)):
            if place not in MERGE_FIELDS:
                message = f"{{{place[:40]}}} is not a field of letters. Possible are: {listed}."
                found.append(Trouble("unknown-field", message, where))
            elif where == "subject" and place in PRIVATE_FIELDS:
                message = f"{{{place}}} is private, and subjects show on locked phones. Put it into the text."
                found.append(Trouble("private-field", message, where))
        if words.count("{") != words.count("}") or (not placeholders(words) and "{" in words):
            message = "A brace { has no partner }. A field is written like {school}."
            found.append(Trouble("broken-field", message, where))
    return found


def appeal_end(decision: Decision, told: dt.datetime) -> dt.datetime | None:
    """Until when the principal may write a note about a decision told at `told`; None: not at all."""
    return told + dt.timedelta(days=decision.appeal_days) if decision.appeal_days else None


def merge_words(
    application: Application,
    decision: Decision,
    *,
    role: str,
    reason: str,
    principals: Iterable[str],
    until: dt.datetime | None,
) -> dict[str, str]:
    """Field → what this school's letter says there."""
    program = application.program
    design = program.design
    names = " and ".join(principals)
    return {
        "school": application.school.name,
        "principal": names or design.words["principal"].one,
        "program": str(program),
        "role": role_label(design, role),
        "focus_areas": ", ".join(focus_labels(design, application.focus)) or "–",
        "reasons": reason or "–",
        "appeal_until": day_words(local_day(until, program.zone)) if until else "–",
    }


def filled(template: str, words: Mapping[str, str]) -> str:
    """The template with its fields filled in. Nothing that a school wrote is ever interpreted."""
    return _PLACE.sub(lambda found: words.get(found.group(1), found.group()), template)


def wording_for(words: Mapping[str, Wording], pending: PendingDecision) -> Wording:
    """The letter of a decision; where a newer design no longer has it, that of one with the same outcome."""
    found = words.get(pending.decision)
    if found is not None:
        return found
    alike = [w for w in words.values() if OUTCOMES[w.decision.outcome] == pending.state]
    same_role = [w for w in alike if w.decision.role == pending.role]
    return (same_role or alike or list(words.values()))[0]
