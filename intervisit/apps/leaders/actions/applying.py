"""A program opens its posts; somebody applies, her principal agrees, people look up what no fact tells."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Q

from intervisit.apps.instruments.answers import is_empty
from intervisit.apps.leaders.bridge import EMAIL, missing_in, shareable, shown_in_pool
from intervisit.apps.leaders.models import (
    LeaderApplication,
    LeaderCall,
    LeaderCheck,
    LeaderConsent,
    PoolEntry,
)
from intervisit.apps.leaders.queries.applying import call_of, schools_for, takes_applications
from intervisit.apps.leaders.states import ApplyState, ConsentState
from intervisit.apps.people.models import Organization, Person, RoleHeld, in_force
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.designs import Position
from intervisit.core.text import Trouble, search_key
from intervisit.kit.access import Hidden, NotAllowed, person_of, require
from intervisit.kit.clock import now, today
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused, Stale

RECEIPT_MAIL = mail_kind("leader.receipt", "leader_application.view")
CONSENT_MAIL = mail_kind("leader.consent", "leader_consent.answer")
ANSWERED_MAIL = mail_kind("leader.consent_answered", "leader_application.view")


@action("program.open_posts")
def open_posts(program: Program, *, by: Actor, closes: dt.date | None) -> LeaderCall:
    """Take applications for the program's posts, until a day or until closed. Raises Refused: already-over."""
    require(by, "program.manage", program)
    if closes is not None and closes < today(program.zone):
        raise Refused("already-over", "This day is past. Choose a later one, or leave it empty.", "closes")
    call, _ = LeaderCall.objects.update_or_create(
        program=program, defaults={"opened": now(), "closes": closes}
    )
    record(by, "program.open_posts", program, changes={"closes": (None, closes)}, group=program.group_id)
    return call


@action("program.close_posts")
def close_posts(program: Program, *, by: Actor) -> None:
    """Take none any more. Drafts stay with their writers."""
    require(by, "program.manage", program)
    LeaderCall.objects.filter(program=program).update(opened=None)
    record(by, "program.close_posts", program, group=program.group_id)


def written_here(seen: int, tab: str) -> Q:
    """Rows that this page may write: as it was loaded, or as it wrote them itself, whose answer got lost."""
    return Q(version=seen) | Q(tab=tab) if tab else Q(version=seen)


def stamp(moment: dt.datetime | None) -> str:
    """A moment inside the key of a mail."""
    return str(int(moment.timestamp())) if moment else "open"


def _check_open(program: Program) -> None:
    if not takes_applications(program, call_of(program)):
        raise Refused(
            "posts-not-open", "Applications for posts are not taken now. Your draft is kept.", status=409
        )


@action("leader_application.start")
def start_application(
    program: Program, *, by: Actor, post: Position, school: Organization
) -> LeaderApplication:
    """Begin an application, from one's last answers. Raises Refused: posts-not-open, exists-already."""
    require(by, "program.apply_for_post", program)
    if not schools_for(by, program, post).filter(pk=school.pk).exists():
        raise Hidden
    _check_open(program)
    person = person_of(by)
    if person is None:
        raise Hidden
    if LeaderApplication.objects.filter(program=program, position=post.key, person=person).exists():
        raise Refused("exists-already", f"You have an application as {post.title} already.", status=409)
    before = (
        LeaderApplication.objects.filter(
            person=person, position=post.key, program__district=program.district_id
        )
        .order_by("-created")
        .first()
    )
    made = LeaderApplication.objects.create(
        program=program, position=post.key, person=person, school=school,
        answers=before.answers if before else {}, shares=before.shares if before else [],
    )  # fmt: skip
    record(by, "leader_application.start", made, label=post.title)
    return made


def save_application(
    application: LeaderApplication,
    *,
    by: Actor,
    answers: Mapping[str, Any],
    shares: Iterable[str],
    seen: int,
    tab: str = "",
) -> LeaderApplication:
    """Save what was written. `seen`: the version the page was loaded with; `tab`: which page writes.

    What is saved already leaves no line. Raises Stale when another tab saved.
    """
    require(by, "leader_application.write", application)
    known = {q.key for q in shareable(application.program.design, application.post)} | {EMAIL}
    kept = {k: v for k, v in {**application.answers, **answers}.items() if not is_empty(v)}
    shown = sorted(known & set(shares))
    fresh = LeaderApplication.objects.get(pk=application.pk)
    if (kept, shown) == (fresh.answers, sorted(fresh.shares)):
        application.version = fresh.version
        return application
    return _write(application, kept, shown, seen, tab, by=by)


@action("leader_application.write")
def _write(
    application: LeaderApplication, kept: dict[str, Any], shown: list[str], seen: int, tab: str, *, by: Actor
) -> LeaderApplication:
    rows = LeaderApplication.objects.filter(
        written_here(seen, tab), pk=application.pk, state=ApplyState.DRAFT
    )
    if not rows.update(answers=kept, shares=shown, tab=tab, version=F("version") + 1):
        theirs = LeaderApplication.objects.get(pk=application.pk)
        differing = [k for k in kept if kept[k] != theirs.answers.get(k)]
        labels = {
            q.key: q.label for form in application.program.design.forms.values() for q in form.questions()
        }
        raise Stale(
            {labels.get(k, k): str(kept[k]) for k in differing},
            {labels.get(k, k): str(theirs.answers.get(k, "")) for k in differing},
            "You, in another window,",
        )
    application.refresh_from_db()
    record(by, "leader_application.write", application, label=application.post.title)
    return application


@action("leader_application.submit")
def submit_application(application: LeaderApplication, *, by: Actor) -> LeaderApplication:
    """Send it: to the principal first where the design wants her word, else to the committee.

    Raises Refused: posts-not-open, and what is missing, all at once.
    """
    require(by, "leader_application.write", application)
    _check_open(application.program)
    open_ones = missing_in(application)
    if open_ones:
        raise Refused.of([Trouble("missing", f"{m.label}: {m.what}.", m.question) for m in open_ones])
    asked = _principals(application) if application.post.principal_agrees else []
    state = ApplyState.CONSENT if asked else ApplyState.SUBMITTED
    moment = now()
    rows = LeaderApplication.objects.filter(pk=application.pk, state=ApplyState.DRAFT)
    if not rows.update(state=state, submitted=moment):
        raise Refused("sent-already", "It has been sent already.", status=409)
    application.state, application.submitted = state, moment
    record(
        by,
        "leader_application.submit",
        application,
        label=application.post.title,
        changes={"state": ("draft", state)},
    )
    _ask_principals(application, asked)
    onward = "Your principal is asked first." if asked else "It is with the committee now."
    _tell(application, RECEIPT_MAIL, "Your application is in", onward, key=stamp(moment))
    return application


def _principals(application: LeaderApplication) -> list[Person]:
    held = RoleHeld.objects.filter(in_force(), role="principal", group=application.school.group_id)
    rows = held.exclude(person=application.person_id).select_related("person")
    return [row.person for row in rows if row.person.is_active]


def _ask_principals(application: LeaderApplication, people: list[Person]) -> None:
    if not people:
        return
    consent, _ = LeaderConsent.objects.update_or_create(
        application=application,
        defaults={
            "school": application.school, "state": ConsentState.ASKED, "asked": now(), "answered": None,
            "answered_by": None,
        },
    )  # fmt: skip
    for person in people:
        send_later(
            CONSENT_MAIL,
            person,
            subject=f"{application.program.name}: your word is asked",
            body=f"Dear {person.name},\n\n{application.person.name} would like to apply as {application.post.title} "
            f"in {application.program}, and asks whether you agree. You say yes or no to the name and the post; "
            "what is written in the application is read by the committee alone.\n\nAnswer here:",
            link="/leaders/",
            about=consent,
            key=f"leader-consent:{consent.pk}:{stamp(consent.asked)}:{person.pk}",
        )


def _tell(application: LeaderApplication, kind: str, subject: str, text: str, *, key: str) -> None:
    send_later(
        kind,
        application.person,
        subject=f"{application.program.name}: {subject[:1].lower()}{subject[1:]}",
        body=f"Dear {application.person.name},\n\n{subject}: {application.post.title} in {application.program}. {text}"
        "\n\nYou find it here:",
        link=f"/leader-applications/{application.pk}/",
        about=application,
        key=f"{kind}:{application.pk}:{key}",
    )


@action("leader_consent.answer")
def answer_consent(consent: LeaderConsent, *, by: Actor, agrees: bool) -> LeaderConsent:
    """The principal's word. A yes sends the application on, a no stops it; the person hears either."""
    require(by, "leader_consent.answer", consent)
    state = ConsentState.AGREED if agrees else ConsentState.DECLINED
    rows = LeaderConsent.objects.filter(pk=consent.pk, state=ConsentState.ASKED)
    if not rows.update(state=state, answered=now(), answered_by=by.person):
        raise Refused("answered-already", "This has been answered already.", status=409)
    consent.refresh_from_db()
    application = consent.application
    LeaderApplication.objects.filter(pk=application.pk, state=ApplyState.CONSENT).update(
        state=ApplyState.SUBMITTED if agrees else ApplyState.STOPPED
    )
    record(
        by,
        "leader_consent.answer",
        consent,
        label=application.post.title,
        group=consent.school.group_id,
        changes={"state": ("asked", state)},
    )
    if agrees:
        _tell(
            application,
            ANSWERED_MAIL,
            "Your principal agrees",
            "It is with the committee now.",
            key=stamp(consent.asked),
        )
    else:
        text = "Talk with her or him; you can withdraw it, and send it again."
        _tell(application, ANSWERED_MAIL, "Your principal does not agree", text, key=stamp(consent.asked))
    return consent


@action("leader_application.withdraw")
def withdraw_application(application: LeaderApplication, *, by: Actor) -> LeaderApplication:
    """Take it back before anything is decided. The committee's appointment and forms go with it."""
    require(by, "leader_application.withdraw", application)
    before = application.state
    rows = LeaderApplication.objects.filter(pk=application.pk, state=before)
    if not rows.update(state=ApplyState.WITHDRAWN):
        raise Refused("changed-meanwhile", "Something has happened to it meanwhile. Look again.", status=409)
    application.state = ApplyState.WITHDRAWN
    LeaderConsent.objects.filter(application=application).delete()
    interview = getattr(application, "interview", None)
    if interview is not None:
        interview.delete()
    record(by, "leader_application.withdraw", application, label=application.post.title,
           changes={"state": (before, ApplyState.WITHDRAWN)})  # fmt: skip
    return application


@action("leader_application.reopen")
def reopen_application(application: LeaderApplication, *, by: Actor) -> LeaderApplication:
    """Write a withdrawn one again."""
    require(by, "leader_application.reopen", application)
    _check_open(application.program)
    LeaderApplication.objects.filter(pk=application.pk, state=ApplyState.WITHDRAWN).update(
        state=ApplyState.DRAFT, submitted=None
    )
    application.refresh_from_db()
    record(by, "leader_application.reopen", application, label=application.post.title)
    return application


@action("leader_application.share")
def share_answers(application: LeaderApplication, *, by: Actor, shares: Iterable[str]) -> LeaderApplication:
    """Choose again what principals see in the pool; it counts at once."""
    require(by, "leader_application.share", application)
    known = {q.key for q in shareable(application.program.design, application.post)} | {EMAIL}
    application.shares = sorted(known & set(shares))
    application.save(update_fields=["shares"])
    for entry in PoolEntry.objects.filter(application=application).select_related("person", "school"):
        fill_entry(entry, application)
        entry.save(update_fields=["shown", "search_key"])
    record(by, "leader_application.share", application, label=application.post.title)
    return application


def fill_entry(entry: PoolEntry, application: LeaderApplication) -> None:
    """Copy into the pool what its person agreed to show, and what can be searched for: that and nothing else."""
    shown = shown_in_pool(application)
    entry.shown = [list(pair) for pair in shown]
    words = [
        entry.person.name,
        entry.school.name,
        entry.school.code,
        application.post.title,
        *(t for _, t in shown),
    ]
    entry.search_key = search_key(" ".join(words))


@action("leader_application.check")
def check_rule(application: LeaderApplication, *, by: Actor, rule: str, met: bool | None) -> None:
    """Note that somebody has looked, and whether the person can apply: never what was seen. None takes it back.

    Raises Refused: unknown-rule, decided-already.
    """
    require(by, "leader_application.check", application)
    if rule not in {r.key for r in application.post.rules}:
        raise Refused("unknown-rule", "This rule is not one of the post’s.", "rule")
    if application.state != ApplyState.SUBMITTED:
        raise Refused("decided-already", "This has been decided.", status=409)
    person = person_of(by)
    if person is None:
        raise NotAllowed("Only a person can say that she has looked.")
    rows = LeaderCheck.objects.filter(application=application, rule=rule)
    if met is None:
        rows.delete()
    else:
        day = today(application.program.zone)
        LeaderCheck.objects.update_or_create(
            application=application, rule=rule, defaults={"met": met, "person": person, "on": day}
        )
    record(
        by,
        "leader_application.check",
        application,
        label=application.post.title,
        group=application.program.group_id,
        changes={"rule": (None, rule)},
    )
