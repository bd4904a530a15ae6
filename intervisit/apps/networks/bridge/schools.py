"""One row of the matching instance for each school that applied.

Schools are named by their code; distances are metres on a plane laid through the middle of the applicants.
"""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.networks.bridge.strength import Reviewed, reviewed
from intervisit.apps.networks.bridge.wording import counted
from intervisit.apps.networks.models import FocusPlacing
from intervisit.apps.people.models import Organization, SchoolYear
from intervisit.apps.programs.models import Program
from intervisit.core import matching
from intervisit.core.designs import Criterion, Design
from intervisit.core.designs.matching import Seat, Shape
from intervisit.kit.clock import local_day

SLOTS = ("superintendent", "network")  # the two "have it in common" criteria of the method
_EARTH = 6_371_000  # metres
_NEW_PRINCIPAL_YEARS = 4  # the partner profile of the announcement: two to four years (seed 003)


def latest_facts(schools: Iterable[Any]) -> dict[Any, dict[str, Any]]:
    """School id -> fact key -> value of the latest year that has it."""
    found: dict[Any, dict[str, Any]] = {}
    for row in SchoolYear.objects.filter(school__in=list(schools)).order_by("year"):
        found.setdefault(row.school_id, {}).update(
            {k: v for k, v in row.facts.items() if v not in (None, "")}
        )
    return found


def criterion_slots(design: Design) -> dict[str, str]:
    """Design's criterion key -> the method's criterion. The two "same" slots go to the first two such criteria."""
    free = list(SLOTS)
    slots: dict[str, str] = {}
    for criterion in design.matching.criteria:
        if criterion.measure != "same":
            slots[criterion.key] = criterion.measure
        elif free:
            slots[criterion.key] = free.pop(0)
    return slots


def _same_fact(criterion: Criterion, school: Organization, facts: Mapping[str, Any]) -> str:
    own = {"superintendent": school.superintendent, "support_network": school.support_network,
           "borough": school.area, "area": school.area, "sector": school.sector}  # fmt: skip
    return str(own.get(criterion.fact) or facts.get(criterion.fact) or "")


@dataclass(frozen=True)
class Applicants:
    """Everything that the rows of a matching are made of, read once for all schools."""

    design: Design
    applications: Sequence[Application]
    facts: Mapping[Any, Mapping[str, Any]]  # by school
    wishes: Mapping[Any, Wishes]  # by application
    codes: Mapping[str, str]  # school id -> code
    middle: "_Middle"
    slots: Mapping[str, str]
    placings: Mapping[Any, Sequence[FocusPlacing]]  # by application: where its own words belong
    everybody: bool  # gets a place
    reviews: Mapping[Any, Reviewed]  # by application: hosts whose strength reviewers have judged

    @classmethod
    def of(cls, program: Program, applications: Sequence[Application], *, everybody: bool) -> "Applicants":
        return cls(
            design=program.design,
            applications=applications,
            facts=latest_facts([a.school_id for a in applications]),
            wishes={w.application_id: w for w in Wishes.objects.filter(application__in=applications)},
            codes={str(a.school_id): a.school.code for a in applications},
            middle=_Middle.of([a.school for a in applications]),
            slots=criterion_slots(program.design),
            placings=_placings(applications),
            everybody=everybody,
            reviews=reviewed(program, applications),
        )

    def rows(self) -> list[dict[str, Any]]:
        found = [self._row(a) for a in self.applications]
        _fill_gaps(found)
        return found

    def _row(self, a: Application) -> dict[str, Any]:
        facts = self.facts.get(a.school_id, {})
        return {
            "id": a.school.code,
            **self._place(a),
            "role": self._role(a),
            "grades": list(a.school.grades),
            **_figures(facts),
            "focus": self._focus(a) or ["none"],
            "strength": self._strength(a) if self._role(a) != "partner" else {},
            **self._wishes(a),
            "must": self.everybody,
            "kind": a.role if mixed(self.design) else "",
            **self._in_common(a, facts),
        }

    def _role(self, a: Application) -> str:
        if not any(r.hosts for r in self.design.roles.values()):
            return "either"
        return "host" if self.design.roles[a.role].hosts else "partner"

    def _focus(self, a: Application) -> list[str]:
        return counted(a.focus, self.placings.get(a.pk, ()))

    def _strength(self, a: Application) -> dict[str, int]:
        """By the design's figures; for the first area by what reviewers chose, where that counts."""
        focus = self._focus(a)
        found, judged = _strength(self.design, focus), self.reviews.get(a.pk)
        return found if judged is None or not focus else found | {focus[0]: judged.strength}

    def judged(self) -> dict[str, list[int]]:
        """Code → strength and number of reviews, as kept with the scenario."""
        return {
            a.school.code: [self.reviews[a.pk].strength, self.reviews[a.pk].reviews]
            for a in self.applications
            if a.pk in self.reviews
        }

    def placed(self) -> list[dict[str, Any]]:
        """What people counted of schools' own words, as kept with the scenario."""
        return [
            {"id": a.school.code, "area": p.area, "instead": p.instead, "because": p.because,
             "by": str(p.person or ""), "on": local_day(p.at, a.program.zone).isoformat()}
            for a in self.applications
            for p in self.placings.get(a.pk, ())
        ]  # fmt: skip

    def _place(self, a: Application) -> dict[str, Any]:
        school, travel = a.school, self.design.matching.travel
        x, y = self.middle.place(school)
        area = "far" if school.area in travel.far_areas else school.area
        return {"x": x, "y": y, "borough": area, "district": school.subdistrict}

    def _wishes(self, a: Application) -> dict[str, Any]:
        wishes = self.wishes.get(a.pk)
        return {
            "ranking": _ranking(self.design, wishes, self.slots),
            "known": self._others(a, wishes.known if wishes else []),
            "wants": self._others(a, wishes.schools if wishes else []),
            "prefers_new": bool(wishes and wishes.welcomes_new),
        }

    def _others(self, a: Application, ids: Iterable[str]) -> list[str]:
        return [self.codes[i] for i in ids if i in self.codes and self.codes[i] != a.school.code]

    def _in_common(self, a: Application, facts: Mapping[str, Any]) -> dict[str, str]:
        """The two "have it in common". Schools without the fact have nothing in common, so each gets its own value."""
        found = dict.fromkeys(SLOTS, "")
        for criterion in self.design.matching.criteria:
            slot = self.slots.get(criterion.key)
            if slot in SLOTS:
                found[slot] = _same_fact(criterion, a.school, facts) or f"?{a.school.code}"
        return {slot: found[slot] for slot in SLOTS}

    def avoided(self) -> list[list[str]]:
        """Pairs of which one asked not to be with the other."""
        own = {a.pk: a.school.code for a in self.applications}
        return [
            [own[w.pk], self.codes[i]]
            for w in self.wishes.values()
            for i in w.avoid
            if i in self.codes and self.codes[i] != own[w.pk]
        ]


def _placings(applications: Sequence[Application]) -> dict[Any, list[FocusPlacing]]:
    found: dict[Any, list[FocusPlacing]] = {}
    rows = FocusPlacing.objects.filter(application__in=applications, counts=True).select_related("person")
    for row in rows:
        found.setdefault(row.application_id, []).append(row)
    return found


def _figures(facts: Mapping[str, Any]) -> dict[str, Any]:
    years = facts.get("principal_years_at_school")
    return {
        "enrollment": _whole(facts.get("enrollment")),
        "poverty": _whole(facts.get("pct_poverty", facts.get("pct_economically_disadvantaged"))),
        "ell": _whole(facts.get("pct_ell")),
        "swd": _whole(facts.get("pct_swd")),
        "new_principal": isinstance(years, int | float) and years <= _NEW_PRINCIPAL_YEARS,
    }


def _whole(value: object) -> int | None:
    return round(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _fill_gaps(schools: list[dict[str, Any]]) -> None:
    """A figure that nobody knows is taken to be the applicants' median, so that it neither draws nor repels."""
    for key in ("enrollment", "poverty", "ell", "swd"):
        known = [s[key] for s in schools if s[key] is not None]
        middle = round(statistics.median(known)) if known else 0
        for s in schools:
            if s[key] is None:
                s[key] = middle
        if key == "enrollment":
            for s in schools:
                s[key] = max(1, s[key])


def _strength(design: Design, focus: Sequence[str]) -> dict[str, int]:
    rule = design.matching.strength
    found = {area.key: rule.other for area in design.focus_areas if rule.other}
    if len(focus) > 1:
        found[focus[1]] = rule.second
    if focus:
        found[focus[0]] = rule.first
    return found


def _ranking(design: Design, wishes: Wishes | None, slots: Mapping[str, str]) -> list[str]:
    """The school's own ranking, filled up in the design's order to the three that the method asks for."""
    own = [slots[k] for k in (wishes.ranking if wishes else []) if k in slots]
    rest = [slots[c.key] for c in design.matching.criteria if c.key in slots] + list(matching.CRITERIA)
    filled = list(dict.fromkeys([*own, *rest]))
    return filled[: max(3, len(own))] if own else filled[: max(3, min(len(matching.CRITERIA), len(slots)))]


def guests(design: Design, shape: Shape) -> list[Seat]:
    """Seats of roles that do not host. A single one says no more than the size does."""
    return [s for s in shape.seats if not design.roles[s.role].hosts]


def mixed(design: Design) -> bool:
    """Whether some network needs schools of several roles beside its host."""
    return any(len(guests(design, shape)) > 1 for shape in design.shapes.values())


@dataclass(frozen=True)
class _Middle:
    """The point through which the plane is laid (equirectangular; off by under 0.1 % across a city)."""

    latitude: float
    longitude: float

    @classmethod
    def of(cls, schools: Iterable[Organization]) -> "_Middle":
        spots = [
            (s.latitude, s.longitude) for s in schools if s.latitude is not None and s.longitude is not None
        ]
        if not spots:
            return cls(0, 0)
        return cls(statistics.fmean(a for a, _ in spots), statistics.fmean(b for _, b in spots))

    def place(self, school: Organization) -> tuple[int | None, int | None]:
        if school.latitude is None or school.longitude is None:
            return None, None
        x = math.radians(school.longitude - self.longitude) * math.cos(math.radians(self.latitude)) * _EARTH
        return round(x), round(math.radians(school.latitude - self.latitude) * _EARTH)
