"""Letters: their wording, a preview for a real school, and what became of those that were sent."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.urls import reverse

from intervisit.apps.applications.actions.deciding import decision_of
from intervisit.apps.applications.actions.letters import (
    checked,
    resend_letter,
    try_letter,
    unword_letter,
    word_letter,
)
from intervisit.apps.applications.bridge.letters import (
    ABOUT,
    Wording,
    appeal_end,
    filled,
    merge_words,
    wordings,
)
from intervisit.apps.applications.forms import AddressForm, LetterForm
from intervisit.apps.applications.models import Application, Letter, PendingDecision
from intervisit.apps.applications.pages.decision_tabs import Tab, tabs
from intervisit.apps.applications.queries import in_hand
from intervisit.apps.applications.queries.letters import GROUPS, LABELS, TONES, mail_counts, mails_of
from intervisit.apps.applications.queries.people import principals_of_school
from intervisit.apps.people.pages.schools import page_number
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import moment_words, said
from intervisit.kit.access import Hidden, may
from intervisit.kit.clock import now
from intervisit.kit.forms import add_refusal
from intervisit.kit.models import OutgoingMail
from intervisit.kit.outbox import address_of
from intervisit.kit.outbox_bounces import bad_addresses
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue, Refused, Stale


def _way(program: Program, *last: Crumb) -> list[Crumb]:
    here = Crumb(said("{Applications}", program.design), reverse("program_applications", args=[program.pk]))
    return [*crumbs(program), here, *last]


@dataclass(frozen=True)
class LettersPage(PageRecord):
    template: ClassVar[str] = "applications/letters.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    tabs: Sequence[Tab]
    rows: Sequence[dict[str, str]]
    stats: Sequence[dict[str, str | int]]
    bounced: int


@page("program.work", at="programs/<uuid:program>/letters/", model=Program, name="letters")
def letters_page(request: Request, program: Program) -> LettersPage:
    in_program(request, program)
    counts = mail_counts(request.actor, program)
    rows = []
    for wording in wordings(program).values():
        own = wording.own
        note = "as the design has it"
        if own is not None:
            note = f"worded by {own.changed_by or 'somebody'}, {moment_words(own.changed, program.zone)}"
        url = reverse("letter", args=[program.pk, wording.decision.key])
        rows.append({"label": wording.decision.label, "subject": wording.subject, "note": note, "url": url})
    words = {"sent": "Sent", "waiting": "Waiting", "bounced": "Came back", "withheld": "Held back"}
    return LettersPage(
        page_title="Letters",
        lead="One letter for each decision. It goes out when two people release.",
        program=program,
        breadcrumbs=_way(program, Crumb("Letters")),
        tabs=tabs(program, "letters"),
        rows=rows,
        stats=[{"label": words[key], "value": counts[key]} for key in GROUPS if counts[key] or key == "sent"],
        bounced=counts["bounced"],
    )


@dataclass(frozen=True)
class Preview:
    """A letter as one school would get it."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True)
class LetterPage(PageRecord):
    template: ClassVar[str] = "applications/letter.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    form: LetterForm
    decision: str
    fields: Sequence[tuple[str, str]]
    preview: Preview | None
    schools: Sequence[tuple[str, str]]
    chosen: str
    own: bool
    may_manage: bool
    status: int = 200


@page("program.work", at="programs/<uuid:program>/letters/<slug:decision>/", model=Program, methods=("GET", "POST"),
      name="letter")  # fmt: skip
def letter_page(request: Request, program: Program, decision: str) -> LetterPage | Go:
    in_program(request, program)
    wording = wordings(program).get(decision)
    if wording is None:
        raise Hidden
    here = reverse("letter", args=[program.pk, decision])
    found = _of_form(request, program)
    if request.method != "POST":
        form = LetterForm(
            initial={"subject": wording.subject, "text": wording.text, "version": wording.version}
        )
        return _letter_page(request, program, wording, form, found, (wording.subject, wording.text))
    what = request.POST.get("what", "")
    if what == "design":
        unword_letter(program, by=request.actor, decision=decision)
        return Go(here, "The letter is as the design has it again.")
    form = LetterForm(request.POST)
    if not form.is_valid():
        return _letter_page(request, program, wording, form, found, None, 422)
    try:
        return _done(request, program, wording, form, found, what, here)
    except Stale:
        raise
    except (Refused, BadValue) as refusal:
        add_refusal(form, refusal)
        return _letter_page(request, program, wording, form, found, None, 422)


def _done(
    request: Request,
    program: Program,
    wording: Wording,
    form: LetterForm,
    found: Application | None,
    what: str,
    here: str,
) -> LetterPage | Go:
    values: Mapping[str, Any] = form.cleaned_data
    subject, text = checked(values["subject"], values["text"])
    if what == "preview":
        return _letter_page(request, program, wording, form, found, (subject, text))
    if what == "trial":
        shown = _preview(program, wording, found, subject, text)
        try_letter(program, by=request.actor, subject=shown.subject, text=shown.text)
        where = f"{here}?application={found.pk}" if found is not None else here
        return Go(where, f"On its way to {request.person.email}. What you typed is not saved by this.")
    key = wording.decision.key
    word_letter(
        program, by=request.actor, decision=key, subject=subject, text=text, version=values["version"]
    )
    return Go(here, "Saved. Letters that have gone out stay as they were.")


def _of_form(request: Request, program: Program) -> Application | None:
    """The school a letter is previewed for: the one chosen, else one that this decision waits for."""
    asked = (request.POST if request.method == "POST" else request.GET).get("application", "")[:40]
    rows = in_hand(request.actor, program)
    if asked:
        known: dict[str, Application] = {str(a.pk): a for a in rows}
        if asked not in known:
            raise Hidden
        return known[asked]
    first: Application | None = rows.order_by("school__name").first()
    return first


def _letter_page(
    request: Request,
    program: Program,
    wording: Wording,
    form: LetterForm,
    found: Application | None,
    shown: tuple[str, str] | None,
    status: int = 200,
) -> LetterPage:
    rows = in_hand(request.actor, program).order_by("school__name")
    return LetterPage(
        page_title=f"Letter: {wording.decision.label}",
        lead="What a principal reads. Each field in braces is filled in for every school.",
        program=program,
        breadcrumbs=_way(
            program, Crumb("Letters", reverse("letters", args=[program.pk])), Crumb(wording.decision.label)
        ),
        reads=f"the staff of {program.name}; its school, once two people have released it.",
        form=form,
        decision=wording.decision.key,
        fields=[(f"{{{name}}}", about) for name, about in ABOUT.items()],
        preview=_preview(program, wording, found, *shown) if shown is not None else None,
        schools=[(str(pk), name) for pk, name in rows.values_list("pk", "school__name")],
        chosen=str(found.pk) if found is not None else "",
        own=wording.own is not None,
        may_manage=bool(may(request.actor, "program.manage", program)),
        status=status,
    )


def _preview(
    program: Program, wording: Wording, found: Application | None, subject: str, text: str
) -> Preview:
    until = appeal_end(wording.decision, now())
    if found is None:
        words = {
            "school": "P.S. 1", "principal": "Ms. Principal", "program": str(program), "role": "–",
            "focus_areas": "–", "reasons": "The reason you write for each school.", "appeal_until": "–",
        }  # fmt: skip
        return Preview(
            "an invented school: none has applied yet", filled(subject, words), filled(text, words)
        )
    found.program = program
    pending = PendingDecision.objects.filter(pk=found.pk).first()
    mine = pending if pending is not None and pending.decision == wording.decision.key else None
    people = principals_of_school(found.school)
    words = merge_words(
        found, decision_of(program.design, wording.decision.key), role=wording.decision.role,
        reason=mine.reason if mine else "The reason you write for this school.",
        principals=[p.name for p in people], until=until,
    )  # fmt: skip
    to = ", ".join(f"{p.name} <{p.email}>" for p in people) or "nobody: the school has no principal on record"
    return Preview(to, filled(subject, words), filled(text, words))


@dataclass(frozen=True)
class SentRow:
    mail: OutgoingMail
    letter: Letter
    school: str
    url: str
    address: str
    state: str
    tone: str
    when: str
    todo: str
    may_resend: bool
    again: str


@dataclass(frozen=True)
class OutboxPage(PageRecord):
    template: ClassVar[str] = "applications/outbox.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    views: Sequence[dict[str, object]]
    rows: Sequence[SentRow]
    listed: "Page[OutgoingMail]"


_VIEWS = {"": "All", "sent": "Sent", "waiting": "Waiting", "bounced": "Came back", "withheld": "Held back"}


@page("program.work", at="programs/<uuid:program>/letters-sent/", model=Program, name="letters_sent")
def letters_sent_page(request: Request, program: Program) -> OutboxPage:
    in_program(request, program)
    group = request.GET.get("state", "")[:10]
    group = group if group in GROUPS else ""
    counts = mail_counts(request.actor, program)
    paginator = Paginator(mails_of(request.actor, program, group), 50)
    listed = paginator.page(page_number(request, paginator.num_pages))
    bad = bad_addresses(address_of(m) for m in listed)
    return OutboxPage(
        page_title="Letters sent",
        lead="Every letter about a decision, and what became of it.",
        program=program,
        breadcrumbs=_way(program, Crumb("Letters", reverse("letters", args=[program.pk])), Crumb("Sent")),
        reads=f"the staff of {program.name}.",
        views=[
            {
                "label": label,
                "url": f"?state={key}" if key else "?",
                "current": key == group,
                "count": counts[key] if key else sum(counts.values()),
            }
            for key, label in _VIEWS.items()
        ],
        rows=[_sent(m, program, bad) for m in listed],
        listed=listed,
    )


def _sent(mail: OutgoingMail, program: Program, bad: Mapping[str, Any]) -> SentRow:
    letter = mail.letters.all()[0]
    application = letter.application
    address = address_of(mail)
    marked = bad.get(address.lower())
    trouble = mail.state in GROUPS["bounced"]
    return SentRow(
        mail=mail,
        letter=letter,
        school=application.school.name,
        url=reverse("application", args=[application.pk]),
        address=address,
        state=LABELS[mail.state],
        tone=TONES[mail.state],
        when=moment_words(mail.sent or mail.created, program.zone),
        todo=_todo(mail, marked) if trouble else "",
        may_resend=trouble and application.released == letter.told,
        again=reverse("letter_resend", args=[letter.pk]),
    )


def _todo(mail: OutgoingMail, marked: Any) -> str:
    """What staff can do about a mail that did not arrive."""
    if mail.state != "bounced":
        return "The mail system did not take it. Send it again; if that fails, ask whoever runs the server."
    times = (
        f" Mail to it has come back {marked.times} times." if marked is not None and marked.times > 1 else ""
    )
    return (
        f"It came back: {mail.problem}.{times} Ask the school for the right address, and send the letter again. "
        "The account keeps its old address until the district’s office changes it."
    )


@page("letter.view", at="letters/<uuid:letter>/resend/", model=Letter, acts="letter.resend", methods=("POST",),
      name="letter_resend")  # fmt: skip
def letter_resend_page(request: Request, letter: Letter) -> Go:
    program = letter.application.program
    mail = letter.mails.filter(pk=_uuid(request.POST.get("mail", ""))).select_related("to").first()
    if mail is None:
        raise Hidden
    form = AddressForm(request.POST)
    if not form.is_valid():
        raise Refused("not-an-address", "Write the address the letter is to go to.", "address")
    again = resend_letter(letter, by=request.actor, mail=mail, address=form.cleaned_data["address"])
    return Go(reverse("letters_sent", args=[program.pk]), f"On its way to {address_of(again)}.")


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Hidden from None
