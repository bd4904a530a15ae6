"""Publishing: what would be told to whom, the letters, the notes of earlier publications, and what schools read."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse

from intervisit.apps.networks import actions, bridge, queries
from intervisit.apps.networks.bridge.letters import FIELDS, Letter, filled, letters_of, merge_words
from intervisit.apps.networks.bridge.releases import News, upcoming
from intervisit.apps.networks.forms import LetterForm, ReasonsForm
from intervisit.apps.networks.models import Network, NetworkMember, Release
from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program
from intervisit.kit import access
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused, Stale


def crumbs(program: Program, *more: Crumb) -> list[Crumb]:
    many = program.design.words["network"].many.capitalize()
    return [
        Crumb(str(program), reverse("program", args=[program.pk])),
        Crumb(many, reverse("program_networks", args=[program.pk])),
        *more,
    ]


@dataclass(frozen=True)
class ReleasePage(PageRecord):
    template: ClassVar[str] = "networks/release.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    news: list[News]
    readers: int
    published: bool
    may_publish: bool
    earlier: list[Release]


@page("program.work", at="programs/<uuid:program>/networks/news/", model=Program, name="network_news")
def network_news_page(request: Request, program: Program) -> ReleasePage:
    """What has changed since people were told, who would be told, and what was told before."""
    news = [one for one in upcoming(program) if one.lines]
    return ReleasePage(
        page_title="What is new for whom",
        program=program,
        reads="program staff. Each school reads what is new in its own.",
        breadcrumbs=crumbs(program, Crumb("What is new")),
        news=news,
        readers=len({person for one in news for person in one.people}),
        published=program.networks_published is not None,
        may_publish=bool(access.may(request.actor, "program.manage", program)),
        earlier=list(Release.objects.filter(program=program).select_related("person")[:30]),
    )


@dataclass(frozen=True)
class LettersPage(PageRecord):
    template: ClassVar[str] = "networks/letters.html"
    page_title: str
    lead: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    letters: list["ShownLetter"]
    fields: list[tuple[str, str]]
    status: int = 200


@dataclass(frozen=True)
class ShownLetter:
    """One letter with its form, and how it would read to one of its readers."""

    letter: Letter
    form: LetterForm
    to: str
    subject: str
    text: str


def _shown(program: Program, letter: Letter, form: LetterForm | None, sample: "_Sample") -> ShownLetter:
    kept = {
        "reader": letter.reader,
        "subject": letter.subject,
        "text": letter.text,
        "version": letter.version,
    }
    words = sample.words(letter.reader)
    subject = str(form.data.get("subject", "")) if form else letter.subject
    text = str(form.data.get("text", "")) if form else letter.text
    return ShownLetter(
        letter, form or LetterForm(initial=kept, auto_id=f"{letter.reader}-%s"), words["person"],
        filled(subject, words), filled(text, words),
    )  # fmt: skip


class _Sample:
    """The first network there is, for previews; words in its place while there is none."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.network = (
            Network.objects.filter(program=program)
            .select_related("group", "program__version")
            .order_by("number")
            .first()
        )
        guide = queries.facilitator_of(self.network) if self.network else None
        self.guide = guide.name if guide else ""
        rows = NetworkMember.objects.filter(network=self.network, left__isnull=True).select_related("school")
        self.members = list(rows.order_by("-hosts", "school__code_key")) if self.network else []

    def words(self, reader: str) -> dict[str, str]:
        if self.network is None:
            return {"person": "…"} | {key: f"({about})" for key, about in FIELDS.items() if key != "person"} | {
                "program": self.program.name, "year": self.program.year,
            }  # fmt: skip
        mine = next((m for m in self.members if m.role == reader), None)
        person = Person(name="Alex Example")
        return merge_words(self.network, self.members, person, mine.school if mine else None, self.guide)


def _letters_page(program: Program, bound: LetterForm | None = None, status: int = 200) -> LettersPage:
    sample = _Sample(program)
    asked = str(bound.data.get("reader", "")) if bound else ""
    return LettersPage(
        page_title="Letters",
        lead="What each kind of reader gets by mail, once. The page of the mail shows the rest.",
        program=program,
        reads="program staff; each reader her own letter.",
        breadcrumbs=crumbs(program, Crumb("Letters")),
        letters=[
            _shown(program, x, bound if x.reader == asked else None, sample) for x in letters_of(program)
        ],
        fields=[(f"{{{key}}}", about) for key, about in FIELDS.items()],
        status=status,
    )


@page("program.work", at="programs/<uuid:program>/networks/letters/", model=Program, methods=("GET", "POST"),
      name="network_letters")  # fmt: skip
def network_letters_page(request: Request, program: Program) -> LettersPage | Go:
    """The letter of each role, with its fields and how it would read."""
    if request.method == "GET":
        return _letters_page(program)
    form = LetterForm(request.POST, auto_id=f"{str(request.POST.get('reader', ''))[:30]}-%s")
    if form.is_valid() and request.POST.get("then") == "look":
        return _letters_page(program, form)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.write_letter(
                program, data["reader"], by=request.actor, subject=data["subject"], text=data["text"],
                version=data["version"],
            )  # fmt: skip
            return Go(
                reverse("network_letters", args=[program.pk]), "The letter is kept for the next publication."
            )
        except Stale:
            raise
        except Refused as refusal:
            add_refusal(form, refusal)
    return _letters_page(program, form, 422)


@dataclass(frozen=True)
class ReasonsPage(PageRecord):
    template: ClassVar[str] = "networks/reasons.html"
    page_title: str
    lead: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    form: ReasonsForm
    may_choose: bool
    example: list[tuple[str, list[str]]]
    school: str
    status: int = 200


@page("program.work", at="programs/<uuid:program>/networks/reasons/", model=Program, acts="program.manage",
      methods=("GET", "POST"), name="match_reasons")  # fmt: skip
def match_reasons_page(request: Request, program: Program) -> ReasonsPage | Go:
    """Which reasons a school reads about its own match."""
    shown = bridge.shown_in(program)
    form = ReasonsForm(
        program, request.POST if request.method == "POST" else None, initial={"reasons": sorted(shown)}
    )
    if request.method == "POST" and form.is_valid():
        actions.choose_reasons(program, form.cleaned_data["reasons"], by=request.actor)
        return Go(reverse("match_reasons", args=[program.pk]), "Schools read these reasons from now on.")
    member: Any = (
        NetworkMember.objects.filter(network__program=program, left__isnull=True)
        .exclude(reasons={})
        .select_related("school")
        .order_by("network__number", "-hosts")
        .first()
    )
    stories = bridge.kept_stories(member, shown) if member else []
    return ReasonsPage(
        page_title="What schools read",
        lead="Every school finds on its page why it is where it is. You choose which kinds of reasons it reads.",
        program=program,
        reads="program staff. Points, and what others wished, are never shown to a school.",
        breadcrumbs=crumbs(program, Crumb("What schools read")),
        form=form,
        may_choose=bool(access.may(request.actor, "program.manage", program)),
        example=[(title, [str(line) for line in lines]) for title, lines in stories],
        school=member.school.name if member else "",
        status=422 if form.is_bound else 200,
    )
