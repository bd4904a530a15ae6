"""A person's word on a rule of eligibility: said with a reason, seen by the school, and it can be taken back."""

import uuid

from intervisit.apps.applications.bridge import roles_considered
from intervisit.apps.applications.models import Application, RuleWord
from intervisit.core.access import Actor
from intervisit.core.text import clean
from intervisit.kit.access import Hidden, person_of, require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused


@action("application.check")
def say_rule(application: Application, *, by: Actor, rule: str, met: bool, reason: str) -> RuleWord:
    """Say that a rule is met or not, whatever is computed. The record behind it is not changed, and no rating is kept.

    Raises Refused: unknown-rule, no-reason; BadValue for a reason that is not text.
    """
    require(by, "application.check", application)
    design = application.program.design
    known = {r.key: r for role in roles_considered(application) for r in design.rules_for(role)}
    if rule not in known:
        raise Refused("unknown-rule", "Choose one of the rules.", "rule")
    words = clean(reason, field="reason", max_length=1000, kind="long", label="reason")
    if not words:
        raise Refused("no-reason", "Say what you have seen. The school reads it.", "reason")
    earlier = RuleWord.objects.filter(application=application, rule=rule, taken_back=None).first()
    if earlier is not None:
        earlier.taken_back = now()
        earlier.save(update_fields=["taken_back"])
    made = RuleWord.objects.create(
        application=application, rule=rule, met=met, reason=words, by=person_of(by)
    )
    record(by, "application.check", application, group=application.program.group_id,
           changes={rule: (None if earlier is None else _said(earlier.met), _said(met))})  # fmt: skip
    return made


def _said(met: bool) -> str:
    return "met" if met else "not met"


@action("application.uncheck")
def take_back_rule(application: Application, *, by: Actor, word: uuid.UUID) -> None:
    """What is computed counts again. Raises Refused: taken-back-already; Hidden for another application's."""
    require(by, "application.check", application)
    found = application.rule_words.filter(pk=word).first()
    if found is None:
        raise Hidden
    if found.taken_back is not None:
        raise Refused("taken-back-already", "This has been taken back already.", status=409)
    found.taken_back = now()
    found.save(update_fields=["taken_back"])
    record(by, "application.uncheck", application, group=application.program.group_id,
           changes={found.rule: (_said(found.met), None)})  # fmt: skip
