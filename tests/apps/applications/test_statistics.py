"""Admissions in numbers; 2016–17 on the city's real schools: 306 applied, 190 were accepted, 62 %."""

import csv
import json
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from intervisit.apps.applications.actions import deciding
from intervisit.apps.applications.bridge.capacity import Candidate
from intervisit.apps.applications.bridge.statistics import elements_of, statistics, whole
from intervisit.apps.applications.models import Application
from intervisit.apps.applications.states import ApplicationState as S
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import DesignVersion
from intervisit.core.designs import FocusArea, digest, to_json
from intervisit.core.tables import Table, read_table
from intervisit.kit.models import Group
from tests import factories
from tests.shared_data import shared
from tests.world import World

# What schools listed in 2016–17, in percent of all that was listed: two each of 306 are 612.
ELEMENTS = {
    "Rigorous instruction": (208, 34), "Collaborative teachers": (196, 32), "Supportive environment": (86, 14),
    "Effective school leadership": (61, 10), "Effective synthesis of all Framework elements": (37, 6),
    "Strong family-community ties": (24, 4),
}  # fmt: skip


def key_of(label: str) -> str:
    return label.lower().replace(" ", "_").replace("-", "_")


def framework() -> DesignVersion:
    """The program's design of those years as far as numbers go: the elements in the place of focus areas."""
    found = factories.design("lpp-2014-15")
    areas = tuple(FocusArea(key=key_of(label), label=label) for label in ELEMENTS)
    changed = replace(found, focus_areas=areas, slug="framework")
    content = json.loads(json.dumps(to_json(changed)))
    return DesignVersion.objects.create(slug="framework", number=1, digest=digest(changed), content=content)


def real_schools(world: World, count: int) -> list[Organization]:
    """So many schools of the city, spread over all of it, each with its borough and grades."""
    with shared("data", "nyc_schools.csv").open(newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["is_charter"] == "0" and r["is_district_75"] == "0"]
    wanted = [rows[n * len(rows) // count] for n in range(count)]
    groups = Group.objects.bulk_create(Group(kind="school", name=r["school_name"]) for r in wanted)
    return Organization.objects.bulk_create(
        Organization(
            kind="school", district=world.district, group=g, code=r["dbn"], code_key=r["dbn"].lower(),
            name=r["school_name"], search_key=r["school_name"].lower(), area=r["borough"], grades=_grades(r),
        )
        for g, r in zip(groups, wanted, strict=True)
    )  # fmt: skip


def _grades(row: dict[str, str]) -> list[int]:
    read = {"PK": -1, "K": 0}
    return [read[g] if g in read else int(g) for g in row["grades_served"].split(",") if g]


def test_the_year_2016_17_on_real_schools(world: World) -> None:
    program = factories.program(world.district, name="LPP", year="2016-17")
    program.version = framework()
    program.save()
    factories.role(world.people["Sol"], "staff", program.group)
    listed = [key_of(label) for label, (count, _) in ELEMENTS.items() for _ in range(count)]
    assert len(listed) == 612
    roles = list(program.design.roles.values())
    Application.objects.bulk_create(
        Application(
            program=program, school=school, role_wanted=roles[n % 3 > 0].key, form_key=roles[0].form,
            focus=[listed[n], listed[n + 306]], state=S.SUBMITTED, submitted=timezone.now(),
        )
        for n, school in enumerate(real_schools(world, 306))
    )  # fmt: skip
    accept = next(d for d in program.design.decisions if d.outcome == "accept")
    decline = next(d for d in program.design.decisions if d.outcome == "decline")
    rows = list(program.applications.select_related("program__version", "school").order_by("school__code"))
    for chosen, decision in ((rows[:190], accept), (rows[190:], decline)):
        Application.objects.filter(pk__in=[a.pk for a in chosen]).update(
            state=S.ACCEPTED if decision is accept else S.DECLINED, role=decision.role, decision=decision.key,
            released=timezone.now(), decided=timezone.now(),
        )  # fmt: skip
    page = world.client("Sol").get(reverse("statistics", args=[program.pk]))
    found = page.context["found"]
    assert (found.total.count, found.total.accepted, found.total.shown) == (306, 190, "62 %")
    assert [(s.label, s.count, s.shown) for s in found.shares] == [
        (label, count, f"{percent} %") for label, (count, percent) in ELEMENTS.items()
    ]
    text = page.content.decode()
    for label, (_, percent) in ELEMENTS.items():
        assert label in text
        assert f"{percent} %" in text
    by = {part.key: part for part in found.breakdowns}
    assert [r.label for r in by["area"].rows] == ["Bronx", "Brooklyn", "Manhattan", "Queens", "Staten Island"]
    for part in ("role", "area", "level"):
        assert sum(r.count for r in by[part].rows) == 306
        assert sum(r.accepted for r in by[part].rows) == 190
    assert sum(r.count for r in by["focus"].rows) == 612
    file = world.client("Sol").get(reverse("statistics_file", args=[program.pk]), {"format": "xlsx"})
    table = read_table(file.content, "x.xlsx")
    assert isinstance(table, Table)
    assert table.rows[0].cells[2:4] == ("306", "190")


def one(state: str, role: str = "host", focus: tuple[str, ...] = ()) -> Candidate:
    return Candidate(role, state, role if state == S.ACCEPTED else "", True, focus, "Bronx", "High")


def test_rates_shares_and_what_is_open() -> None:
    design = factories.design(factories.hosted())
    found = statistics(design, [one(S.ACCEPTED), one(S.DECLINED), one(S.WAITLISTED), one(S.SUBMITTED)])
    total = found.total
    assert (total.count, total.accepted, total.waiting, total.declined, total.open) == (4, 1, 1, 1, 1)
    assert total.shown == "25 %"
    nothing = statistics(design, [])
    assert (nothing.total.shown, nothing.shares, nothing.shares_chart) == ("–", (), None)


def test_an_area_within_a_wider_one_counts_as_the_wider_one_once_a_school() -> None:
    design = factories.design(factories.hosted())
    wide = FocusArea(key="wide", label="Wide")
    parts = [FocusArea(key=k, label=k, within="wide") for k in ("part_a", "part_b")]
    changed = replace(design, focus_areas=(wide, *parts, FocusArea(key="other", label="Other")))
    assert elements_of(changed) == {"wide": "wide", "part_a": "wide", "part_b": "wide", "other": "other"}
    found = statistics(
        changed, [one(S.SUBMITTED, focus=("part_a", "part_b")), one(S.SUBMITTED, focus=("other", "wide"))]
    )
    assert [(s.label, s.count) for s in found.shares] == [("Wide", 2), ("Other", 1)]


@pytest.mark.parametrize(("percent", "shown"), [(0, 0), (61.5, 62), (62.49, 62), (62.5, 63), (99.6, 100)])
def test_percent_is_rounded_half_up(percent: float, shown: int) -> None:
    assert whole(percent) == shown


def test_numbers_as_told_and_as_decided(world: World) -> None:
    found = Application.objects.select_related("program__version", "school").get(pk=world.applications[2].pk)
    deciding.decide([found], by=world.actor("Sol"), decision="accept_partner")
    client, url = world.client("Sol"), reverse("statistics", args=[world.program.pk])
    assert client.get(url).context["found"].total.accepted == 0
    assert client.get(url, {"count": "decided"}).context["found"].total.accepted == 1
    for name in ("Piet", "Fay", "Sue", "Ada"):
        assert world.client(name).get(url).status_code == 404
