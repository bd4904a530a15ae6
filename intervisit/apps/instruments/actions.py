"""The director edits a form of a program: a draft that nobody else sees, then a version that new applications get."""

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

from intervisit.apps.instruments.models import FormDraft, FormVersion
from intervisit.apps.instruments.queries import form_now
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.states import Phase
from intervisit.core.access import Actor
from intervisit.core.designs import Design, Problems, drafting, form_digest, form_to_json, with_form
from intervisit.core.text import Trouble, clean
from intervisit.kit.access import Hidden, person_of, require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused, Stale

Change = Callable[[Mapping[str, Any]], dict[str, Any]]


def draft_of(program: Program, key: str) -> tuple[dict[str, Any], int]:
    """The form as it is being edited, and the version of the draft; 0: nobody edits it. Raises Hidden: no such form."""
    form = form_now(program, key)
    if form is None:
        raise Hidden
    draft = FormDraft.objects.filter(program=program, key=key).first()
    return (draft.content, draft.version) if draft is not None else (form_to_json(form), 0)


def _change(
    program: Program, key: str, version: int, change: Change, *, by: Actor, what: str, about: str
) -> Design:
    """One step of editing, kept only when the whole form still fits its design."""
    require(by, "program.manage", program)
    if program.phase == Phase.CLOSED:
        raise Refused("year-closed", "The year is closed, so its forms can no longer be changed.", status=409)
    kept, standing = draft_of(program, key)
    if version != standing:
        raise Stale({"form": f"{what}: {about}"}, {"form": "somebody else has changed this form"})
    try:
        made = change(copy.deepcopy(kept))
    except drafting.NotThere:
        raise Hidden from None
    found = with_form(program.design, made)
    if isinstance(found, Problems):
        raise Refused.of([Trouble("does-not-fit", f"{p.what} {p.remedy}", "") for p in found])
    whole = json.loads(json.dumps(form_to_json(found.forms[key])))  # nothing of a question is left unsaid
    fields = {"content": whole, "version": standing + 1, "person": person_of(by), "changed": now()}
    mine = FormDraft.objects.filter(program=program, key=key)
    if standing:
        kept_it = bool(mine.filter(version=standing).update(**fields))
    else:
        _, kept_it = FormDraft.objects.get_or_create(program=program, key=key, defaults=fields)
    if not kept_it:
        raise Stale({"form": f"{what}: {about}"}, {"form": "somebody else has changed this form"})
    record(by, "program.edit_form", program, label=f"{found.forms[key].title}", group=program.group_id,
           changes={what: (None, about)})  # fmt: skip
    return found


@action("program.edit_form")
def put_question(
    program: Program, *, by: Actor, key: str, version: int, section: str, question: Mapping[str, Any]
) -> Design:
    """Add a question, or change one. Raises Refused: does-not-fit, with what does not; Stale."""
    return _change(program, key, version, lambda form: drafting.put_question(form, section, question), by=by,
                   what="question", about=str(question["key"]))  # fmt: skip


@action("program.edit_form")
def remove_question(program: Program, *, by: Actor, key: str, version: int, question: str) -> Design:
    """Take a question out. Answers to it stay where they were given. Raises Refused: is-needed, does-not-fit; Stale."""
    needed = drafting.needed_by(program.design, question)
    if needed:
        raise Refused("is-needed", f"This question must stay. {' '.join(needed)}", status=409)
    return _change(program, key, version, lambda form: drafting.remove_question(form, question), by=by,
                   what="removed", about=question)  # fmt: skip


@action("program.edit_form")
def move_question(program: Program, *, by: Actor, key: str, version: int, question: str, step: int) -> Design:
    """One place up or down."""
    return _change(program, key, version, lambda form: drafting.move_question(form, question, step), by=by,
                   what="moved", about=question)  # fmt: skip


@action("program.edit_form")
def put_section(
    program: Program,
    *,
    by: Actor,
    key: str,
    version: int,
    section: Mapping[str, Any],
    question: Mapping[str, Any] | None = None,
) -> Design:
    """Change a heading, or add a part with its first question. Raises Refused: does-not-fit; Stale."""
    return _change(program, key, version, lambda form: drafting.put_section(form, section, question), by=by,
                   what="part", about=str(section["key"]))  # fmt: skip


@action("program.edit_form")
def move_section(program: Program, *, by: Actor, key: str, version: int, section: str, step: int) -> Design:
    return _change(program, key, version, lambda form: drafting.move_section(form, section, step), by=by,
                   what="moved", about=section)  # fmt: skip


@action("program.drop_form_draft")
def drop_draft(program: Program, *, by: Actor, key: str) -> None:
    """Forget what was edited. Raises Refused: nothing-edited."""
    require(by, "program.manage", program)
    if not FormDraft.objects.filter(program=program, key=key).delete()[0]:
        raise Refused("nothing-edited", "Nothing has been edited.", status=409)
    record(by, "program.drop_form_draft", program, label=key, group=program.group_id)


@action("program.publish_form")
def publish_form(program: Program, *, by: Actor, key: str, version: int, note: str = "") -> FormVersion:
    """Make the draft the form that new applications get. Those that were begun keep the form they have.

    Raises Refused: nothing-edited; Stale.
    """
    require(by, "program.manage", program)
    words = clean(note, field="note", max_length=240, label="note")
    kept, standing = draft_of(program, key)
    form = form_now(program, key)
    if not standing or (form is not None and form_digest(form_to_json(form)) == form_digest(kept)):
        raise Refused("nothing-edited", "Nothing has been edited.", status=409)
    if version != standing:
        raise Stale({"form": words or "use it"}, {"form": "somebody else has changed this form"})
    last = FormVersion.objects.filter(program=program, key=key).order_by("-number").first()
    made = FormVersion.objects.create(
        program=program, key=key, number=1 if last is None else last.number + 1, digest=form_digest(kept),
        content=kept, note=words, person=person_of(by),
    )  # fmt: skip
    FormDraft.objects.filter(program=program, key=key).delete()
    program.__dict__.pop("_newest_forms", None)
    record(by, "program.publish_form", program, label=made.form.title, group=program.group_id,
           changes={"version": (None if last is None else last.number, made.number)})  # fmt: skip
    return made
