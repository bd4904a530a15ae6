"""What happens while the demo's call is open: a question is added, files are given, one school gets more time."""

import datetime as dt
from collections.abc import Mapping

from intervisit.apps.applications.actions.calling import allow_late
from intervisit.apps.applications.actions.changing import ask_changes
from intervisit.apps.applications.actions.checking import say_rule
from intervisit.apps.applications.bridge import checks
from intervisit.apps.applications.models import AnswerText, Application, Attachment, AttachmentContent
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.instruments.actions import publish_form, put_question
from intervisit.apps.instruments.models import FormVersion
from intervisit.apps.people.models import Organization, Person, RoleHeld
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.designs import Outcome
from intervisit.kit.clock import now
from intervisit.kit.files import Taken, take
from intervisit.kit.paper import Paper, Part, Said, pdf_of

REPORT = {
    "key": "report", "kind": "file", "label": "Is there a report or plan that shows what you describe?", "max_rows": 2,
    "help": "A page or two. Nothing about single students, please.",
}  # fmt: skip
_PLAN = (
    (
        "What we set out to do",
        "Every grade team looks at student work for one hour a week, with the same protocol.",
    ),
    (
        "What we saw by March",
        "In 14 of 19 rooms students explain how they found an answer. In autumn it was 6.",
    ),
    (
        "What does not work yet",
        "The hour is lost when a substitute is missing. Grade 2 had it in half of the weeks.",
    ),
)
_EARLIER = (
    "We want to get better at teaching writing.",
    "Half of our fourth graders write one paragraph where three are asked for. We want every teacher to know what to "
    "do next week, not next year.",
)


def begin(program: Program, schools: Mapping[int, Organization], *, director: Actor, staff: Actor) -> None:
    """The director adds a question; schools give files; what stood in a draft before is kept."""
    form = next(iter(program.design.roles.values())).form
    section = program.design.forms[form].sections[0].key
    put_question(program, by=director, key=form, version=0, section=section, question=REPORT)
    version = publish_form(program, by=director, key=form, version=1, note="A report may come along")
    for number in (10, 1):
        _file(program, schools[number], version)
    _earlier_texts(program, schools[30])
    _checked(program, staff)


def go_on(program: Program, schools: Mapping[int, Organization], *, director: Actor, staff: Actor) -> None:
    """One school has more time, another is asked to change an answer."""
    closes = program.call_closes or now()
    allow_late(program, by=director, key=program.design.calls[0].key, school=schools[48],
               until=closes + dt.timedelta(days=5),
               reason="The building was closed for a week after the flood in March.")  # fmt: skip
    found = Application.objects.select_related("program__version", "school", "form").filter(
        program=program, school=schools[11], state=ApplicationState.SUBMITTED
    )
    for application in found:
        note = "Please name one class or grade in which you would notice first that something has changed."
        ask_changes(application, by=staff, keys=["aim"], note=note)


def _file(program: Program, school: Organization, version: FormVersion) -> None:
    application = Application.objects.filter(program=program, school=school).first()
    taken = take("School plan, spring.pdf", pdf_of(_paper(school)))
    if application is None or not isinstance(taken, Taken):
        return
    made = Attachment.objects.create(
        application=application, question="report", name=taken.name, kind=taken.kind, size=len(taken.data),
        digest=taken.digest, person=application.submitted_by,
    )  # fmt: skip
    AttachmentContent.objects.create(attachment=made, data=taken.data)
    application.form, application.answers = version, {**application.answers, "report": 1}
    application.save(update_fields=["form", "answers"])


def _paper(school: Organization) -> Paper:
    parts = (Part("Professional learning", tuple(Said(label, text) for label, text in _PLAN)),)
    return Paper(f"{school.name}: plan for the spring", "Written by the school leadership team", parts=parts)


def _earlier_texts(program: Program, school: Organization) -> None:
    application = Application.objects.filter(program=program, school=school).first()
    roles = RoleHeld.objects.filter(group=school.group, role="principal", ends=None)
    held = roles.select_related("person").first()
    if application is None or held is None:
        return
    person: Person = held.person
    for days, text in zip((6, 2), _EARLIER, strict=True):
        moment = now() - dt.timedelta(days=days)
        AnswerText.objects.create(
            application=application, question="why", answer=text, person=person, began=moment, at=moment
        )
        application.editors = {
            **application.editors,
            "why": [person.name, moment.isoformat(timespec="seconds"), ""],
        }
    application.answers = {**application.answers, "why": _EARLIER[-1]}
    application.save(update_fields=["answers", "editors"])


def _checked(program: Program, staff: Actor) -> None:
    """Where the record is silent, somebody has looked."""
    rows = Application.objects.filter(program=program, state=ApplicationState.SUBMITTED).select_related(
        "program__version", "school", "form"
    )
    for application in rows.order_by("school__code")[:40]:
        for check in checks(application):
            for result in check.results:
                if result.outcome is Outcome.UNKNOWN and result.rule.kind == "bar":
                    say_rule(application, by=staff, rule=result.rule.key, met=True,
                             reason="I have read the report that the school sent, of last spring.")  # fmt: skip
                    return
