"""Rows 1 and 2 of the matrix beyond the application itself: files, earlier texts, more time, changes asked, exports.

P.S. 1 has a file on what it submitted and one on its draft; P.S. 5 is asked for changes and has begun to write them;
P.S. 1 has more time for the open call; Dana has asked for a full export, and Sol has confirmed it.
"""

import datetime as dt
import json
from typing import Any

from django.utils import timezone

from intervisit.apps.applications.models import (
    AnswerText,
    Attachment,
    AttachmentContent,
    ChangeAsked,
    FullExport,
    FullExportPart,
    LateAllowed,
    RuleWord,
    Share,
)
from intervisit.apps.instruments.models import FormDraft
from intervisit.core.designs import Problems, form_to_json, with_form
from intervisit.core.designs.drafting import put_question
from tests.world import canary


def build(places: Any) -> None:
    """Add everything of these rows to the things of the places."""
    world, things, people = places.world, places.things, places.world.people
    near, far, now = world.applications, things["far application"], timezone.now()
    for name, application in (
        ("attachment", near[1]),
        ("draft attachment", things["near draft"]),
        ("far attachment", far),
    ):
        word = canary(name.replace(" ", "-"))
        things[name] = Attachment.objects.create(
            application=application, question="why", name=f"{word}.pdf", kind="pdf", size=9, digest="0" * 64
        )
        AttachmentContent.objects.create(attachment=things[name], data=f"%PDF-{word}".encode())
        AnswerText.objects.create(
            application=application,
            question="why",
            answer=canary(f"text-{name.replace(' ', '-')}"),
            began=now,
            at=now,
        )
    for name, application in (("1", near[1]), ("5", near[5]), ("6", near[6]), ("far", far)):
        things[f"word {name}"] = RuleWord.objects.create(
            application=application, rule="host_ready", met=True, reason=canary(f"word-{name}")
        )
    ChangeAsked.objects.create(
        application=near[5], questions=["why"], note=canary("change-note"), by=people["Sol"],
        answers={"why": canary("change-unsent")},
    )  # fmt: skip
    for where, program, school in (
        ("", things["near call"], world.schools[1]),
        ("far ", things["far call"], places.far_school),
    ):
        things[f"{where}late"] = LateAllowed.objects.create(
            program=program, call=program.design.calls[0].key, school=school, until=now + dt.timedelta(days=30),
            reason=canary(f"{where.strip() or 'near'}-late"),
        )  # fmt: skip
    for where, program, who in (("", world.program, "Dana"), ("far ", places.far_program, "Lou")):
        word = canary(f"{where.strip() or 'near'}-export")
        things[f"{where}export"] = made = FullExport.objects.create(
            program=program, kind="full", purpose=word, person=people[who], confirmed=now, size=len(word),
            expires=now + dt.timedelta(days=1),
        )  # fmt: skip
        FullExportPart.objects.create(export=made, number=0, data=word.encode())
        form = json.loads(json.dumps(form_to_json(program.design.forms["application"])))
        question = {"key": "new", "kind": "text", "label": canary(f"{where.strip() or 'near'}-form")}
        found = with_form(program.design, put_question(form, form["sections"][0]["key"], question))
        assert not isinstance(found, Problems)
        content = json.loads(json.dumps(form_to_json(found.forms["application"])))
        FormDraft.objects.create(program=program, key="application", content=content)

    for name, application, whom in (
        ("share", near[1], "facilitator"),
        ("covered share", near[2], "evaluators"),
        ("far share", far, "facilitator"),
        ("far covered share", far, "evaluators"),
    ):
        things[name] = Share.objects.create(
            application=application, whom=whom, phrases=[canary(f"{name.replace(' ', '-')}-phrase")]
        )


def things_of(places: Any, one: Any) -> dict[str, tuple[Any, Any]]:
    """Each thing, typed by hand. `one` makes a Thing as the oracle does."""
    made, people = places.things, places.world.people
    found = {
        "attachment": one("attachment", school="1", program="program"),
        "draft attachment": one("attachment", school="1"),
        "far attachment": one("attachment", school="9", program="far_program"),
        "late": one("late", school="1", program="call"),
        "far late": one("late", school="9", program="far_call"),
        "share": one("share", network_shared="East"),
        "covered share": one("share", program_shared="program"),
        "far share": one("share", network_shared="far_network"),
        "far covered share": one("share", program_shared="far_program"),
        "export": one("full_export", "", {"person": people["Dana"]}, program="program"),
        "far export": one("full_export", "", {"person": people["Lou"]}, program="far_program"),
    }
    return {name: (made[name], thing) for name, thing in found.items()}


TRIED: dict[str, tuple[str, ...]] = {
    "Attachment": ("attachment", "draft attachment", "far attachment"),
    "FullExport": ("export", "far export"),
    "Share": ("share", "covered share", "far share", "far covered share"),
}

OPENED: dict[str, tuple[tuple[str, str], ...]] = {
    "attachment": (("attachment.view", "attachment"),),
    "draft-attachment": (("attachment.view", "draft attachment"),),
    "far-attachment": (("attachment.view", "far attachment"),),
    "text-attachment": (("application.texts", "application 1"),),
    "text-draft-attachment": (("application.texts", "draft"),),
    "text-far-attachment": (("application.texts", "far application"),),
    **{f"word-{n}": (("application.view", f"application {n}"),) for n in (1, 5, 6)},
    "word-far": (("application.view", "far application"),),
    "change-note": (("application.view", "application 5"),),
    "change-unsent": (("application.change", "application 5"),),
    "near-late": (("late.view", "late"),),
    "far-late": (("late.view", "far late"),),
    "near-export": (("full_export.view", "export"),),
    "far-export": (("full_export.view", "far export"),),
    "near-form": (("program.work", "program"),),
    "far-form": (("program.work", "far program"),),
}

# What the school wants covered is read by the school alone, where it says so.
OPENED |= {
    "share-phrase": (("application.share", "application 1"),),
    "covered-share-phrase": (("application.share", "application 2"),),
    "far-share-phrase": (("application.share", "far application"),),
    "far-covered-share-phrase": (("application.share", "far application"),),
}
# What is read of an application because its school shares it.
READ_BY_SHARE = {
    "answer1": ("share.read", "share"),
    "answer2": ("share.read_covered", "covered share"),
    "far-answer": ("share.read", "far share"),
}

F, E = "F facilitator", "E evaluator"
T, P, C, D, V = "T team", "P principal", "C staff", "C director", "V superintendent"
CELLS: tuple[tuple[int, str, str, set[str]], ...] = (
    (1, "application.name_writers", "draft", {P}),
    (1, "application.texts", "draft", {T, P}),
    (1, "application.status", "draft", set()),
    (1, "application.receipt", "draft", set()),
    (1, "attachment.view", "draft attachment", {T, P}),
    (1, "late.view", "late", {T, P, C}),
    (2, "application.status", "application 1", {V}),
    (2, "application.share", "application 1", {T, P}),
    (2, "application.share", "application 5", set()),  # of another school
    (2, "share.read", "share", {F}),
    (2, "share.read", "covered share", set()),
    (2, "share.read_covered", "covered share", {E}),
    (2, "share.read_covered", "share", set()),
    (2, "share.read", "far share", set()),
    (2, "share.read_covered", "far covered share", set()),
    (1, "application.share", "draft", set()),
    (2, "application.status", "application 5", {V}),
    (2, "application.texts", "application 1", {T, P}),
    (2, "application.receipt", "application 1", {T, P}),
    (2, "application.name_writers", "application 1", set()),
    (2, "application.check", "application 1", {C, D}),
    (2, "application.ask_changes", "application 5", {C, D}),
    (2, "application.ask_changes", "application 1", set()),
    (2, "application.change", "application 1", set()),
    (2, "application.withdraw", "application 1", set()),
    (2, "attachment.view", "attachment", {T, P, C, D}),
    (2, "full_export.view", "export", {C, D}),
    (2, "full_export.fetch", "export", {D}),
    (2, "program.ask_full_export", "program", {D}),
    (2, "program.confirm_full_export", "program", {C, D}),
    (2, "program.ask_papers", "program", {C, D}),
)


def second(places: Any, route: Any, name: str) -> dict[str, Any] | None:
    """The other parts of an address; None: not one of ours."""
    things, far = places.things, name.startswith("far")
    where = "far " if far else ""
    more: dict[str, Any] = {}
    if "<slug:call>" in route.at:
        more["call"] = places.world.program.design.calls[0].key
    if "<uuid:late>" in route.at:
        more["late"] = things[f"{where}late"].pk
    if "<slug:form>" in route.at:
        more["form"] = "application"
    if "<uuid:word>" in route.at:
        more["word"] = things["word far" if far else f"word {name[-1] if name[-1] in '156' else '1'}"].pk
    if "<uuid:export>" in route.at and route.model is not None and route.model.__name__ == "Program":
        more["export"] = things[f"{where}export"].pk
    return more or None


def hidden(may: Any, name: str, route: str, method: str) -> bool | None:
    """Whether a page of ours hides itself beyond its route's rule; None: not one of ours."""
    if route == "application_earlier":
        return True  # no question is named
    if route == "application_writers":
        return not may("application.texts")
    if route in ("application_changes", "application_send_changes"):
        return name != "application 5" or not may("application.change")
    if route == "end_late":
        return not name.endswith("call")  # the exception named is one of another program
    if route == "confirm_export":
        return bool(name.endswith("call"))
    if route == "open_call_named":
        return not may("program.open_call")
    return None
