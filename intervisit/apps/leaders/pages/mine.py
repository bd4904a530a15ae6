"""What posts mean for one person: offers and terms, applications, a principal's word, interviews to hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse

from intervisit.apps.leaders.actions.applying import answer_consent, start_application
from intervisit.apps.leaders.actions.choosing import answer_offer, answer_renewal, show_in_pool
from intervisit.apps.leaders.bridge import pay_words, term_words
from intervisit.apps.leaders.models import LeaderApplication, LeaderConsent, LeaderTerm, PoolEntry
from intervisit.apps.leaders.queries.applying import (
    call_of,
    consents_for,
    own,
    programs_with_posts,
    schools_for,
    takes_applications,
)
from intervisit.apps.leaders.queries.committee import interviews_of
from intervisit.apps.leaders.queries.pool import my_terms
from intervisit.apps.leaders.states import (
    APPLY_LABELS,
    APPLY_TONES,
    RENEWAL_LABELS,
    TERM_LABELS,
    TERM_TONES,
    Renewal,
    TermState,
)
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import in_program
from intervisit.apps.programs.queries import day_words, moment_words
from intervisit.core.designs import Position, Rule
from intervisit.core.posts import asked_on
from intervisit.kit.access import Hidden, may
from intervisit.kit.clock import today
from intervisit.kit.pages import SIGNED_IN, Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused


@dataclass(frozen=True)
class TermShown:
    """One offer or post of one's own."""

    term: LeaderTerm
    title: str
    label: str
    tone: str
    days: str
    pay: str
    open: bool  # waits for an answer
    ask: bool  # whether one goes on can be said
    renewal: str
    again_url: str


@dataclass(frozen=True)
class ProgramPosts:
    """The posts of one program, as one can apply for them."""

    program: Program
    posts: Sequence[tuple[str, str, str]]  # title, url, note
    is_open: bool
    note: str
    pool_url: str


@dataclass(frozen=True)
class MyLeadersPage(PageRecord):
    template: ClassVar[str] = "leaders/mine.html"
    page_title: str
    lead: str
    terms: Sequence[TermShown]
    consents: Sequence[LeaderConsent]
    interviews: Sequence[dict[str, str]]
    applications: Sequence[dict[str, str]]
    programs: Sequence[ProgramPosts]


@page(SIGNED_IN, at="leaders/", name="my_leaders")
def my_leaders_page(request: Request) -> MyLeadersPage:
    actor = request.actor
    programs = programs_with_posts(actor)
    return MyLeadersPage(
        page_title="Teacher leaders",
        lead="Posts of teachers and principals who open their work to others.",
        terms=[term_shown(t) for t in my_terms(actor) if t.state != TermState.TAKEN_BACK],
        consents=list(consents_for(actor)),
        interviews=[_interview(sheet) for sheet in interviews_of(actor)],
        applications=[_application(a) for a in own(actor)],
        programs=[found for p in programs if (found := _posts(request, p)) is not None],
    )


def term_shown(term: LeaderTerm) -> TermShown:
    post, day = term.post, today(term.program.zone)
    serving = term.state == TermState.SERVING
    again = ""
    if term.renewal == Renewal.WANTS and post.renewal == "apply_again":
        again = reverse("post", args=[term.program_id, term.position])
    return TermShown(
        term=term,
        title=post.title,
        label=TERM_LABELS[term.state],
        tone=TERM_TONES[term.state],
        days=f"{day_words(term.starts)} to {day_words(term.ends)}",
        pay=pay_words(term.pay, term.currency),
        open=term.state == TermState.OFFERED,
        ask=serving
        and (term.renewal != Renewal.NOT_ASKED or asked_on(term.ends, post.ask_days_before) <= day),
        renewal=RENEWAL_LABELS[term.renewal],
        again_url=again,
    )


def _interview(sheet: Any) -> dict[str, str]:
    interview = sheet.interview
    application = interview.application
    return {
        "label": application.person.name,
        "url": reverse("interview", args=[interview.pk]),
        "note": f"{application.post.title}, {application.program}",
        "when": moment_words(interview.at, application.program.zone) or "Day not set",
        "badge": "handed in" if sheet.state == "in" else "your form",
        "tone": "good" if sheet.state == "in" else "warn",
    }


def _application(application: LeaderApplication) -> dict[str, str]:
    route = "leader_write" if application.state == "draft" else "leader_application"
    return {
        "label": application.post.title,
        "url": reverse(route, args=[application.pk]),
        "note": f"{application.program}, {application.school}",
        "badge": APPLY_LABELS[application.state],
        "tone": APPLY_TONES[application.state],
    }


def _posts(request: Request, program: Program) -> ProgramPosts | None:
    actor = request.actor
    call = getattr(program, "leader_call", None)
    is_open = takes_applications(program, call)
    mine = {
        kind
        for kind in ("teacher", "principal")
        if actor.groups("team" if kind == "teacher" else "principal")
    }
    posts = [
        (
            post.title,
            reverse("post", args=[program.pk, post.key]),
            pay_words(post.pay, program.design.currency),
        )
        for post in program.design.positions.values()
        if post.kind in mine
    ]
    pool_url = reverse("leader_pool", args=[program.pk]) if may(actor, "program.pool", program) else ""
    if not posts and not pool_url:
        return None
    until = f"until {day_words(call.closes)}" if is_open and call and call.closes else "now"
    note = f"Applications are taken {until}." if is_open else "Applications are not taken now."
    return ProgramPosts(program, posts, is_open, note, pool_url)


@dataclass(frozen=True)
class PostPage(PageRecord):
    template: ClassVar[str] = "leaders/post.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    post: Position
    facts: Sequence[dict[str, str]]
    bars: Sequence[Rule]
    others: Sequence[Rule]
    schools: Sequence[Organization]
    is_open: bool
    note: str
    mine_url: str


def post_of(program: Program, key: str) -> Position:
    found = program.design.positions.get(key)
    if found is None:
        raise Hidden
    return found


@page("program.posts", at="programs/<uuid:program>/posts/<slug:position>/", model=Program,
      acts="program.apply_for_post", methods=("GET", "POST"), name="post")  # fmt: skip
def post_page(request: Request, program: Program, position: str) -> PostPage | Go:
    """What a post is and what it asks; a button to apply. On POST `school` says from which school."""
    in_program(request, program)
    post = post_of(program, position)
    schools = list(schools_for(request.actor, program, post))
    if request.method == "POST":
        asked = request.POST.get("school", "")
        school = next((s for s in schools if str(s.pk) == asked), None)
        if school is None:
            raise Hidden
        made = start_application(program, by=request.actor, post=post, school=school)
        return Go(reverse("leader_write", args=[made.pk]))
    call = call_of(program)
    is_open = takes_applications(program, call)
    until = f" until {day_words(call.closes)}" if is_open and call and call.closes else ""
    existing = own(request.actor).filter(program=program, position=position).first()
    way = [Crumb("Teacher leaders", reverse("my_leaders")), Crumb(str(program)), Crumb(post.title)]
    return PostPage(
        page_title=post.title,
        lead=f"{program}. Applications are taken{until}." if is_open else f"{program}. Not taken now.",
        program=program,
        breadcrumbs=way,
        post=post,
        facts=_facts(program, post),
        bars=[r for r in post.rules if r.kind == "bar"],
        others=[r for r in post.rules if r.kind != "bar"],
        schools=schools,
        is_open=is_open,
        note=_how(program, post),
        mine_url=reverse("leader_application", args=[existing.pk]) if existing else "",
    )


def _facts(program: Program, post: Position) -> list[dict[str, str]]:
    roles = program.design.roles
    seats = ", ".join(
        f"{seat.most} at each {roles[seat.role].word}"
        for seat in post.seats
        if seat.most and seat.role in roles
    )
    sides = " and ".join(side.label for side in program.design.committee.sides)
    facts = [
        {"label": "Added to the salary", "value": pay_words(post.pay, program.design.currency)},
        {"label": "Term", "value": f"Up to {term_words(post)}"},
        {"label": "How many", "value": f"At most {seats}" if seats else "As many as a school wants"},
    ]
    if post.interview:
        who = f"A joint committee of {sides}" if sides else "A committee"
        facts.append({"label": "Interview", "value": who})
    chooser = program.design.words["principal"].many if post.chosen_by == "principal" else "the program"
    facts.append({"label": "Chosen by", "value": f"{chooser}, from those who qualified"})
    return facts


def _how(program: Program, post: Position) -> str:
    first = (
        "Your principal is asked whether she or he agrees, and does not read what you write. "
        if (post.principal_agrees)
        else ""
    )
    return f"{first}You can stop at any time; nobody reads a draft."


@page("leader_consent.view", at="leader-consents/<uuid:consent>/", model=LeaderConsent, acts="leader_consent.answer",
      methods=("POST",), name="leader_consent")  # fmt: skip
def leader_consent_page(request: Request, consent: LeaderConsent) -> Go:
    """The principal's word: `answer` is yes or no."""
    agrees = _yes_no(request)
    answer_consent(consent, by=request.actor, agrees=agrees)
    word = "You agree. It goes to the committee." if agrees else "You do not agree. It goes no further."
    return Go(reverse("my_leaders"), word)


def _yes_no(request: Request) -> bool:
    answer = request.POST.get("answer", "")
    if answer not in ("yes", "no"):
        raise Refused("missing", "Say yes or no.", "answer")
    return answer == "yes"


@page("leader_term.view", at="leader-terms/<uuid:term>/answer/", model=LeaderTerm, acts="leader_term.answer",
      methods=("POST",), name="leader_answer")  # fmt: skip
def leader_answer_page(request: Request, term: LeaderTerm) -> Go:
    """Accept an offer, or decline it."""
    accepts = _yes_no(request)
    made = answer_offer(term, by=request.actor, accepts=accepts)
    word = f"The post is yours from {day_words(made.starts)}." if accepts else "Declined. The school is told."
    return Go(reverse("my_leaders"), word)


@page("leader_term.view", at="leader-terms/<uuid:term>/renewal/", model=LeaderTerm, acts="leader_term.renew",
      methods=("POST",), name="leader_renewal")  # fmt: skip
def leader_renewal_page(request: Request, term: LeaderTerm) -> Go:
    """Whether one goes on after the term."""
    goes_on = _yes_no(request)
    answer_renewal(term, by=request.actor, goes_on=goes_on)
    return Go(reverse("my_leaders"), "Your school is told that you would like to go on." if goes_on else
              "Your school is told that you do not go on.")  # fmt: skip


@page("pool_entry.view", at="pool-entries/<uuid:entry>/shown/", model=PoolEntry, acts="pool_entry.leave",
      methods=("POST",), name="pool_shown")  # fmt: skip
def pool_shown_page(request: Request, entry: PoolEntry) -> Go:
    """Be found in the pool, or not."""
    shown = _yes_no(request)
    show_in_pool(entry, by=request.actor, shown=shown)
    word = "You can be found in the pool." if shown else "You are not found in the pool any more."
    return Go(reverse("leader_application", args=[entry.application_id]), word)
