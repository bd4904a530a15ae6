"""Why a school is where it is, in sentences a principal accepts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from intervisit.apps.applications.models import Application
from intervisit.apps.networks.bridge import problem as bridge
from intervisit.apps.networks.models import DraftPlace, Network, NetworkMember, Scenario
from intervisit.apps.people.models import Organization, grade_words
from intervisit.core import matching
from intervisit.core.access import Actor
from intervisit.core.designs import Design
from intervisit.core.text import code_key
from intervisit.kit.access import visible

_STRONG = 7  # of 10: from here on a host counts as strong in an area


@dataclass(frozen=True)
class Story:
    """What speaks for one pair of schools, or for one school in its network."""

    title: str
    lines: tuple[str, ...]


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
    """How this design says things, and which of them a reader may be told (None: all)."""

    design: Design
    names: Mapping[str, str]
    shown: frozenset[str] | None

    def may(self, reason: str) -> bool:
        return self.shown is None or reason in self.shown

    def area(self, key: str) -> str:
        return next((a.label for a in self.design.focus_areas if a.key == key), key)

    def name(self, code: str) -> str:
        return self.names.get(code, code)

    def criterion(self, slot: str) -> tuple[str, str]:
        """(the design's key, its label) of one of the method's criteria."""
        for key, found in bridge.criterion_slots(self.design).items():
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
    shown: frozenset[str] | None = None,
) -> tuple[Story, ...]:
    """One story for each fellow school. `shown`: the reasons that may be told (the design's list); None: all."""
    reasons = matching.reasons(problem, networks, code)
    words = _Words(design, names, shown)
    return tuple(
        Story(_pair_title(reasons, fellow, words), _lines(reasons, fellow, words))
        for fellow in reasons.fellows
    )


def _pair_title(reasons: matching.Reasons, fellow: matching.Fellow, words: _Words) -> str:
    if fellow.role == "host":
        return f"With {words.name(fellow.id)}, your {words.design.words['host'].one}"
    return f"With {words.name(fellow.id)}"


def _lines(reasons: matching.Reasons, fellow: matching.Fellow, words: _Words) -> tuple[str, ...]:
    lines: list[str] = []
    if words.may("focus"):
        shared = [words.area(a) for a in fellow.shared_focus]
        lines += [f"You both want to work on {' and '.join(f'“{s}”' for s in shared)}."] if shared else []
    if words.may("strength"):
        lines += _strengths(reasons, fellow, words)
    if words.may("proximity"):
        guess = ", estimated from where the schools lie" if fellow.estimated else ""
        lines.append(f"About {fellow.travel_minutes} minutes apart{guess}.")
    if words.may("grades") and fellow.shared_grades:
        lines.append(f"You both teach grades {grade_words(list(fellow.shared_grades))}.")
    if words.may("wishes"):
        lines += ["You asked for this school."] if fellow.wanted else []
        lines += (
            ["You welcome partners with new principals, and this one has one."]
            if fellow.new_principal_wanted
            else []
        )
    for slot, value in fellow.criteria:
        key, label = words.criterion(slot)
        if slot != "proximity" and value >= 700 and words.may(key):
            lines.append(f"{label}: yes.")
    return tuple(lines) or ("It fits the rules of the program, and no better place was free.",)


def _strengths(reasons: matching.Reasons, fellow: matching.Fellow, words: _Words) -> list[str]:
    strong = [words.area(area) for area, value in fellow.strength if value >= _STRONG]
    if not strong:
        return []
    areas = " and ".join(f"“{a}”" for a in strong)
    if fellow.role == "host":
        return [f"{words.name(fellow.id)} is strong in {areas}, which you want to grow in."]
    if reasons.role == "host":
        return [f"You are strong in {areas}, which {words.name(fellow.id)} wants to grow in."]
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
    words = _Words(design, names, None)
    for slot in problem.by_id[code].ranking:
        wishes.append(Wish(words.criterion(slot)[1], slot in reasons.criteria_met))
    return Why(
        application=place.application,
        stories=stories_of(problem, board, code, design, names),
        wishes=tuple(wishes),
        next_best=_next_best(problem, board, code, names),
    )


def _next_best(
    problem: matching.Problem, board: list[matching.MatchedNetwork], code: str, names: Mapping[str, str]
) -> str:
    found = matching.next_best(problem, board, code)
    if found is None:
        return ""
    mates = ", ".join(names.get(i, i) for i in found.network.members if i != code)
    how = (
        f"Changing places with {names.get(found.swapped_with, found.swapped_with)}"
        if found.swapped_with
        else "Moving"
    )
    own = "" if found.own_change is None else f" It would itself {_gains(float(found.own_change))}."
    return f"{how} to be with {mates}: all schools together would {_gains(float(found.total_change))}.{own}"


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


def stories_for(actor: Actor, network: Network, members: Iterable[NetworkMember]) -> list[Story]:
    """The reasons this reader may read: her own school's, or all of them for staff and the facilitator."""
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
        for title, lines in (m.reasons or {}).get("stories", []):
            stories.append(
                Story(title if single else f"{m.school.name}: {title[:1].lower()}{title[1:]}", tuple(lines))
            )
    return stories
