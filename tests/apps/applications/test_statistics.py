"""Admissions in numbers; 2016–17 on the city's real schools: 306 applied, 190 were accepted, 62 %."""

import csv
import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from intervisit.apps.applications.actions import deciding
from intervisit.apps.applications.bridge.capacity import Candidate
from intervisit.apps.applications.bridge.statistics import elements_of, statistics, whole
from intervisit.apps.applications.models import Application, Letter
from intervisit.apps.applications.states import ApplicationState as S
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import DesignVersion, Program
from intervisit.apps.programs.states import Phase
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


BY_HAND = 12  # schools that go through every page themselves; the others have submitted the same


def applied(world: World) -> tuple[Program, list[Organization]]:
    """306 real schools have applied: the first dozen as people do, on the pages of the call, from the first to the
    submit; the others by rows alike."""
    program = factories.program(
        world.district,
        name="LPP",
        year="2016-17",
        phase=Phase.CALL,
        call_closes=timezone.now() + dt.timedelta(days=9),
    )
    program.version = framework()
    program.save()
    for name, role in (("Sol", "staff"), ("Dana", "director")):
        factories.role(world.people[name], role, program.group)
    listed = [key_of(label) for label, (count, _) in ELEMENTS.items() for _ in range(count)]
    assert len(listed) == 612
    host, partner = program.design.roles.values()
    schools = real_schools(world, 306)
    Application.objects.bulk_create(
        Application(
            program=program, school=school, role_wanted=(partner if n % 3 else host).key, form_key=host.form,
            focus=[listed[n], listed[n + 306]], state=S.SUBMITTED, submitted=timezone.now(),
        )
        for n, school in enumerate(schools)
        if n >= BY_HAND
    )  # fmt: skip
    for n, school in enumerate(schools[:BY_HAND]):
        principal = factories.person(f"Principal{n} Real")
        factories.role(principal, "principal", school.group)
        browser = Client()
        browser.force_login(principal)
        apply(browser, program, school, (partner if n % 3 else host).key, [listed[n], listed[n + 306]])
    return program, schools


def apply(browser: Client, program: Program, school: Organization, role: str, focus: list[str]) -> None:
    """Begin, write, save, submit: what the pages ask for, sent back as a browser does."""
    begun = browser.post(reverse("apply", args=[program.pk]), {"school": str(school.pk), "role": role})
    assert begun.status_code == 303, begun.content.decode()[:500]
    made = Application.objects.select_related("program__version").get(program=program, school=school)
    write = reverse("application_write", args=[made.pk])
    page = browser.get(write)
    data: dict[str, Any] = {"base": page.context["base"], "tab": page.context["tab"]}
    for question in program.design.form_for(role).questions(role):
        name, words = f"q-{question.key}", f"What we say about {question.key}."
        match question.kind:
            case "focus_areas":
                data |= {f"{name}-area0": focus[0], f"{name}-area1": focus[1]}
            case "yes_no":
                data[name] = "yes"
            case "table":
                data |= {f"{name}-0-{c.key}": "Somebody" for c in question.columns}
            case "text" | "long_text":
                data[name] = words
    saved = browser.post(write, data)
    assert saved.status_code == 303, saved.context["form"].errors
    wishes = browser.post(reverse("application_wishes", args=[made.pk]), ranking_of(program))
    assert wishes.status_code == 303, wishes.content.decode()[:500]
    made.refresh_from_db()
    sent = browser.post(reverse("application_submit", args=[made.pk]), {"version": str(made.version)})
    assert sent.status_code == 303, sent.content.decode()[-3000:]


def ranking_of(program: Program) -> dict[str, Any]:
    """What a principal must wish: the ranking, where the design asks for one."""
    found: dict[str, Any] = {"version": "1"}
    for question in program.design.form_for("host").questions():
        if question.kind == "ranking":
            ranks = {
                f"q-{question.key}-{c.key}": n for n, c in enumerate(program.design.matching.criteria, 1)
            }
            found |= {**ranks, f"q-{question.key}-mine": "yes"}
    return found


def test_the_year_2016_17_on_real_schools(world: World) -> None:
    """306 apply, two people decide and release by their pages, and the page of numbers shows what is on record."""
    program, _ = applied(world)
    sol, dana = world.client("Sol"), world.client("Dana")
    numbers = reverse("statistics", args=[program.pk])
    assert program.applications.filter(state=S.SUBMITTED).count() == 306
    order = program.applications.order_by("school__code").values_list("pk", "role_wanted")
    chosen: dict[str, list[str]] = {"accept_host": [], "accept_partner": [], "decline": []}
    for n, (pk, role) in enumerate(order):
        chosen[f"accept_{role}" if n < 190 else "decline"].append(str(pk))
    assert sum(map(len, chosen.values())) == 306
    for decision, ids in chosen.items():
        decided = sol.post(
            reverse("program_applications", args=[program.pk]),
            {"ids": ids, "decision": decision, "reason": "As the panel found."},
        )
        assert decided.status_code == 303, decided.content.decode()[:500]
    # Decided, not told: the numbers as told have not moved, those as decided have.
    assert sol.get(numbers).context["found"].total.accepted == 0
    assert sol.get(numbers, {"count": "decided"}).context["found"].total.accepted == 190
    release = reverse("release_applications", args=[program.pk])
    assert sol.post(release, {"what": "ask"}).status_code == 303
    assert sol.post(release, {"what": "release"}).status_code == 409  # not by the same person
    assert dana.post(release, {"what": "release"}).status_code == 303
    assert Letter.objects.filter(application__program=program).count() == 306
    page = sol.get(numbers)
    found = page.context["found"]
    assert (found.total.count, found.total.accepted, found.total.shown) == (306, 190, "62 %")
    assert [(s.label, s.count, s.shown) for s in found.shares] == [
        (label, count, f"{percent} %") for label, (count, percent) in ELEMENTS.items()
    ]
    text = page.content.decode()
    assert "306" in text
    assert "190" in text
    for label, (_, percent) in ELEMENTS.items():
        assert label in text
        assert f"{percent} %" in text
    by = {part.key: part for part in found.breakdowns}
    assert [r.label for r in by["area"].rows] == ["Bronx", "Brooklyn", "Manhattan", "Queens", "Staten Island"]
    for part in ("role", "area", "level"):
        assert sum(r.count for r in by[part].rows) == 306
        assert sum(r.accepted for r in by[part].rows) == 190
    assert sum(r.count for r in by["focus"].rows) == 612
    file = sol.get(reverse("statistics_file", args=[program.pk]), {"format": "xlsx"})
    table = read_table(file.content, "x.xlsx")
    assert isinstance(table, Table)
    assert table.rows[0].cells[2:4] == ("306", "190")
    # One of the dozen reads its letter.
    told = program.applications.filter(state=S.ACCEPTED, submitted_by__isnull=False).first()
    assert told is not None
    principal = Client()
    principal.force_login(told.submitted_by)
    assert "As the panel found." in principal.get(reverse("application", args=[told.pk])).content.decode()


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
