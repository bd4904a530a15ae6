"""Why a school is where it is, in sentences a principal accepts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from intervisit.apps.applications.models import Application
from intervisit.apps.networks.bridge import problem as bridge
from intervisit.apps.networks.bridge.schools import criterion_slots
from intervisit.apps.networks.models import DraftPlace, Network, NetworkMember, Scenario
from intervisit.apps.people.models import Organization, grade_words
from intervisit.core import matching
from intervisit.core.access import Actor
from intervisit.core.designs import Design
from intervisit.core.text import code_key
from intervisit.kit.access import visible

_STRONG = 7  # of 10: from here on a host counts as strong in an area


@dataclass(frozen=True)
class Line:
    """One sentence, and which kind of reason it is: what schools may read is chosen by kind."""

    reason: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Story:
    """What speaks for one pair of schools, or for one school in its network."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Wish:
    text: str
    met: bool


@dataclass(frozen=True)
class Why:
    """One school on a board."""

    application: Application
    stories: tuple[Story, ...]
    wishes: tuple[Wish, ...]
    next_best: str


@dataclass(frozen=True)
class Member:
    """One school on a network's page."""

    school: Organization
    url: str
    kicker: str
    role: str
    tone: str
    focus: str


@dataclass(frozen=True)
class _Words:
    """How this design says things."""

    design: Design
    names: Mapping[str, str]

    def area(self, key: str) -> str:
        return next((a.label for a in self.design.focus_areas if a.key == key), key)

    def name(self, code: str) -> str:
        return self.names.get(code, code)

    def strong(self, host: matching.School, area: str) -> bool:
        """Whether a host is called strong in an area: by the areas it has named, never by what reviewers made of it."""
        rule = self.design.matching.strength
        figures = dict(zip(host.focus, (rule.first, rule.second), strict=False))
        return figures.get(area, rule.other) >= _STRONG

    def criterion(self, slot: str) -> tuple[str, str]:
        """(the design's key, its label) of one of the method's criteria."""
        for key, found in criterion_slots(self.design).items():
            if found == slot:
                return key, next(c.label for c in self.design.matching.criteria if c.key == key)
        return slot, slot


def _names(problem: matching.Problem, district: Organization) -> dict[str, str]:
    codes = [s.id for s in problem.schools]
    rows = Organization.objects.filter(district=district, code_key__in=[code_key(c) for c in codes])
    return {o.code: o.name for o in rows}


def stories_of(
    problem: matching.Problem,
    networks: list[matching.MatchedNetwork],
    code: str,
    design: Design,
    names: Mapping[str, str],
) -> tuple[Story, ...]:
    """Why this role, one story for each fellow school, and which wishes were met. Speaks to the school itself."""
    reasons = matching.reasons(problem, networks, code)
    words = _Words(design, names)
    found = [*_role_story(problem, reasons, words)]
    found += [
        Story(_pair_title(reasons, fellow, words), _lines(problem, reasons, fellow, words))
        for fellow in reasons.fellows
    ]
    return (*found, *_wish_story(reasons, words))


def _role_story(problem: matching.Problem, reasons: matching.Reasons, words: _Words) -> list[Story]:
    """Why a host, or why a member: only where the design tells the two apart."""
    if reasons.role not in ("host", "partner") or reasons.network is None:
        return []
    school, own = words.design.words, problem.by_id[reasons.school]
    host, hosts = reasons.role == "host", own.role
    role = school["host"].one if host else school["partner"].one
    lines = []
    if hosts == "either":
        lines.append("You could have been either; together this serves most.")
    else:
        lines.append(f"You were accepted as {article(role)}.")
    asked = [words.area(a) for a in own.focus]
    if host:
        mine = sorted(a for f in reasons.fellows for a, _ in f.strength if words.strong(own, a))
        wanted = list(dict.fromkeys(words.area(a) for a in mine))
        if wanted:
            lines.append(f"You are strong in {_listed(wanted)}, which those who come to you want to grow in.")
    elif asked:
        lines.append(f"You want to grow in {_listed(asked)}.")
    return [Story(f"Why you are {article(role)}", tuple(Line("role", text) for text in lines))]


def article(word: str) -> str:
    """A word of the design with its article."""
    return f"an {word}" if word[:1].lower() in "aeiou" else f"a {word}"


def _wish_story(reasons: matching.Reasons, words: _Words) -> list[Story]:
    lines = [f"You wished to be with {words.name(i)}, and you are." for i in reasons.wishes_met]
    lines += [
        f"You wished to be with {words.name(i)}; this time it was not possible." for i in reasons.wishes_unmet
    ]
    return [Story("What you wished", tuple(Line("wishes", text) for text in lines))] if lines else []


def _listed(texts: list[str]) -> str:
    quoted = [f"“{t}”" for t in texts]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _pair_title(reasons: matching.Reasons, fellow: matching.Fellow, words: _Words) -> str:
    if fellow.role == "host":
        return f"With {words.name(fellow.id)}, your {words.design.words['host'].one}"
    return f"With {words.name(fellow.id)}"


def _lines(
    problem: matching.Problem, reasons: matching.Reasons, fellow: matching.Fellow, words: _Words
) -> tuple[Line, ...]:
    lines: list[Line] = []
    shared = [words.area(a) for a in fellow.shared_focus]
    lines += [Line("focus", f"You both want to work on {_listed(shared)}.")] if shared else []
    lines += [Line("strength", text) for text in _strengths(problem, reasons, fellow, words)]
    area = words.design.words["area"].one
    guess = f", a rough estimate from {area} and district" if fellow.estimated else ""
    measured = frozenset((reasons.school, fellow.id)) in problem.travel_overrides
    apart = f"{fellow.travel_minutes} minutes apart"
    lines.append(Line("proximity", f"{apart}, as measured." if measured else f"About {apart}{guess}."))
    if fellow.shared_grades:
        lines.append(Line("grades", f"You both teach grades {grade_words(list(fellow.shared_grades))}."))
    lines += [Line("wishes", "You asked for this school.")] if fellow.wanted else []
    if fellow.new_principal_wanted:
        text = "You welcome those with new principals, and this one has one."
        lines.append(Line("wishes", text))
    for slot, value in fellow.criteria:
        key, label = words.criterion(slot)
        if slot != "proximity" and value >= 700:
            lines.append(Line(key, f"{label}."))
    return tuple(lines)


def _strengths(
    problem: matching.Problem, reasons: matching.Reasons, fellow: matching.Fellow, words: _Words
) -> list[str]:
    host = problem.by_id[fellow.id if fellow.role == "host" else reasons.school]
    strong = [words.area(area) for area, _ in fellow.strength if words.strong(host, area)]
    if not strong:
        return []
    if fellow.role == "host":
        return [f"{words.name(fellow.id)} is strong in {_listed(strong)}, which you want to grow in."]
    if reasons.role == "host":
        return [f"You are strong in {_listed(strong)}, which {words.name(fellow.id)} wants to grow in."]
    return []


def why_on_board(scenario: Scenario, place: DraftPlace) -> Why:
    """Everything a director may read about one place on a board."""
    problem, board = bridge.problem_of(scenario), bridge.board_of(scenario)
    design, district = scenario.program.design, scenario.program.district
    names = _names(problem, district)
    code = place.application.school.code
    if code not in problem.by_id:
        return Why(place.application, (), (), "")
    reasons = matching.reasons(problem, board, code)
    wishes = [Wish(f"To be with {names.get(i, i)}", True) for i in reasons.wishes_met]
    wishes += [Wish(f"To be with {names.get(i, i)}", False) for i in reasons.wishes_unmet]
    words = _Words(design, names)
    for slot in problem.by_id[code].ranking:
        wishes.append(Wish(words.criterion(slot)[1], slot in reasons.criteria_met))
    return Why(
        application=place.application,
        stories=stories_of(problem, board, code, design, names),
        wishes=tuple(wishes),
        next_best=_next_best(problem, board, code, names),
    )


def _next_best(
    problem: matching.Problem,
    board: list[matching.MatchedNetwork],
    code: str,
    names: Mapping[str, str],
    *,
    own: bool = True,
) -> str:
    """The next best place in a sentence. `own`: with what the school itself would win or lose by it."""
    found = matching.next_best(problem, board, code)
    if found is None:
        return ""
    mates = ", ".join(names.get(i, i) for i in found.network.members if i != code)
    how = (
        f"Changing places with {names.get(found.swapped_with, found.swapped_with)}"
        if found.swapped_with
        else "Moving"
    )
    told = f"{how} to be with {mates}: all schools together would {_gains(float(found.total_change))}."
    if not own or found.own_change is None:
        return told
    return f"{told} It would itself {_gains(float(found.own_change))}."


def _gains(points: float) -> str:
    if round(points) == 0:
        return "neither win nor lose"
    return f"{'gain' if points > 0 else 'lose'} {abs(points):,.0f} points"


def members_for(design: Design, members: Iterable[NetworkMember]) -> list[Member]:
    """The schools of a network as its page shows them."""
    labels = {a.key: a.label for a in design.focus_areas}
    found = []
    for m in members:
        focus = [labels.get(k, k) for k in (m.application.focus if m.application else [])]
        role = design.roles[m.role].word if m.role in design.roles else m.role
        found.append(
            Member(
                school=m.school,
                url=reverse("school", args=[m.school_id]),
                kicker=" ".join(x for x in (m.school.area, m.school.grade_words) if x),
                role=role,
                tone="host" if m.hosts else "partner",
                focus=", ".join(focus),
            )
        )
    return found


def stories_for(
    actor: Actor, network: Network, members: Iterable[NetworkMember], shown: frozenset[str]
) -> list[Story]:
    """The reasons this reader may read: her own school's, or all of them for staff and the facilitator.

    `shown`: the kinds that the director lets schools read; everybody reads these alone on the page of a network.
    """
    rows = list(members)
    mine = set(
        visible(actor, "membership.view", NetworkMember)
        .filter(network=network, left__isnull=True)
        .values_list("pk", flat=True)
    )
    own = [m for m in rows if m.pk in mine]
    single = len(own) == 1
    stories = []
    for m in own:
        for title, lines in kept_stories(m, shown):
            stories.append(
                Story(title if single else f"{m.school.name}: {title[:1].lower()}{title[1:]}", lines)
            )
        if "next_best" in shown and network.scenario is not None:
            stories += _else_story(network.scenario, m, single)
    return stories


def kept_stories(member: NetworkMember, shown: frozenset[str]) -> list[tuple[str, tuple[Line, ...]]]:
    """What was written down of a school's match when it was made, as far as it may be read."""
    found = []
    for title, lines in (member.reasons or {}).get("stories", []):
        told = tuple(Line(reason, text) for reason, text in lines if reason in shown)
        if told:
            found.append((title, told))
    return found


def _else_story(scenario: Scenario, member: NetworkMember, single: bool) -> list[Story]:
    """What the next best place would have been, without a score of the school's own."""
    problem, board = bridge.problem_of(scenario), bridge.board_of(scenario)
    code = member.school.code
    if code not in problem.by_id or not any(code in n.members for n in board):
        return []
    text = _next_best(problem, board, code, _names(problem, scenario.program.district), own=False)
    title = "What else was possible" if single else f"{member.school.name}: what else was possible"
    return [Story(title, (Line("next_best", text),))] if text else []
