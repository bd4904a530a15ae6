"""The product against its goals: import of a city's schools, pages at 190 and 1,800 schools, first-load bytes.

`python3 iv bench product`, or with `--short` the import and the pages at 190 schools. Times are of this machine;
what counts are the ratios of one run and the numbers of queries, which may not grow with the rows.
"""

import argparse
import datetime as dt
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = tempfile.TemporaryDirectory(prefix="intervisit-bench-")
os.environ |= {
    "IV_DATA": FOLDER.name,
    "IV_DEMO": "1",
    "DATABASE_URL": f"sqlite:///{FOLDER.name}/bench.sqlite3",
}
os.environ["DJANGO_SETTINGS_MODULE"] = "intervisit.web.settings"

import django  # noqa: E402 - the settings above must be there first

django.setup()

from django.core.management import call_command  # noqa: E402 - as above
from django.db import connection  # noqa: E402 - as above
from django.test import Client  # noqa: E402 - as above
from django.test.utils import CaptureQueriesContext  # noqa: E402 - as above
from django.utils import timezone  # noqa: E402 - as above

from intervisit.apps.applications.models import Application, Wishes  # noqa: E402 - as above
from intervisit.apps.calendar.models import Visit, YearPlan  # noqa: E402 - as above
from intervisit.apps.networks import bridge  # noqa: E402 - as above
from intervisit.apps.networks.models import (  # noqa: E402 - as above
    DraftNetwork,
    DraftPlace,
    Network,
    NetworkMember,
    Scenario,
)
from intervisit.apps.people.actions.imports import apply_file, preview, stage_schools  # noqa: E402 - as above
from intervisit.apps.people.models import District, Organization  # noqa: E402 - as above
from intervisit.apps.programs.models import Program  # noqa: E402 - as above
from intervisit.kit.access import system_actor  # noqa: E402 - as above
from intervisit.kit.models import Group  # noqa: E402 - as above
from tests import factories  # noqa: E402 - as above
from tests.shared_data import SHARED  # noqa: E402 - as above

IMPORT_GOAL = 15.0  # seconds to preview and apply 1,795 schools
LIST_QUERIES, DETAIL_QUERIES = 12, 15  # trust.md R16
LISTS = {"schools", "schools, searched", "applications", "scenarios", "networks", "calendars", "my calendar"}
ROUNDS = 12
FAILED: list[str] = []


def line(what: str, value: str, goal: str = "", ok: bool = True) -> None:
    if not ok:
        FAILED.append(what)
    print(f"  {what:<58} {value:>16}   {goal}{'' if ok else '   MISSED'}", flush=True)


def measure_import() -> None:
    """The real list of New York's schools, and its yearly figures, through the product's own importer."""
    if SHARED is None:
        line("import of 1,795 schools", "not measured", "the folder `shared` is not beside this checkout")
        return
    factories.district("City", "NYC")
    district = District.objects.get(code="NYC")
    by = system_actor("measurement")
    for name, year in (("nyc_schools.csv", "2016-17"), ("nyc_demographics_2014_2017.csv", "")):
        data = (SHARED / "data" / name).read_bytes()
        began = time.perf_counter()
        run = stage_schools(district, by=by, filename=name, data=data, year=year)
        _, troubles = preview(run, district)
        read = time.perf_counter() - began
        if troubles:
            line(f"import of {name}", f"{len(troubles)} troubles", ok=False)
            continue
        counts = apply_file(run, district, by=by)
        took = time.perf_counter() - began
        value = f"{read:.1f} + {took - read:.1f} s"
        line(
            f"{name}: preview + apply ({counts['rows']:,} rows)",
            value,
            f"≤ {IMPORT_GOAL:.0f} s",
            took <= IMPORT_GOAL,
        )
    count = Organization.objects.filter(district=district).count()
    line("schools in the database", f"{count:,}", "1,795", count == 1795)


def city(schools: int) -> tuple[Program, dict[str, str]]:
    """A program with so many schools in triads, all published; the addresses to measure."""
    call_command("flush", verbosity=0, interactive=False)
    district = factories.district(f"City of {schools}", f"C{schools}")
    program = factories.program(district, factories.hosted(), phase="year", call_opens=timezone.now())
    dana = factories.person("Dana Okafor")
    for group in (district.group, program.group):
        factories.role(dana, "director", group)
    areas = [a.key for a in program.design.focus_areas]
    roles = {r.hosts: r.key for r in program.design.roles.values()}
    groups = Group.objects.bulk_create(Group(kind="school", name=f"School {n}") for n in range(schools))
    made = Organization.objects.bulk_create(
        Organization(
            kind="school", group=g, district=district, code=f"S{n:04d}", code_key=f"s{n:04d}", name=f"School {n:04d}",
            search_key=f"school {n:04d}", area="Brooklyn", grades=[0, 1, 2, 3, 4, 5], latitude=40.6 + (n % 40) / 300,
            longitude=-74 + (n // 40) / 300,
        )
        for n, g in enumerate(groups)
    )  # fmt: skip
    applications = Application.objects.bulk_create(
        Application(
            program=program, school=s, role_wanted=roles[n % 3 == 0], role=roles[n % 3 == 0], state="accepted",
            form_key=program.design.roles[roles[n % 3 == 0]].form, focus=[areas[n // 3 % len(areas)]],
            submitted=timezone.now(), released=timezone.now(),
        )
        for n, s in enumerate(made)
    )  # fmt: skip
    Wishes.objects.bulk_create(Wishes(application=a) for a in applications)
    return program, _year(program, applications, dana)


def _year(program: Program, applications: list[Application], dana: Any) -> dict[str, str]:
    triads = [applications[k : k + 3] for k in range(0, len(applications) - 2, 3)]
    shape = next(iter(program.design.shapes))
    problem = bridge.instance(program, bridge.Wanted({shape: (0, len(triads))}, everybody=False))
    scenario = Scenario.objects.create(
        program=program, name="Measured", problem=problem, state="ready", person=dana
    )
    plan = YearPlan.objects.create(
        program=program, name="Measured", problem={}, state="published", published=timezone.now()
    )
    groups = Group.objects.bulk_create(Group(kind="network", name=f"Network {k}") for k in range(len(triads)))
    networks = Network.objects.bulk_create(
        Network(program=program, group=g, name=f"Network {k}", number=k + 1, type=shape, state="published")
        for k, g in enumerate(groups)
    )
    drafts = DraftNetwork.objects.bulk_create(
        DraftNetwork(scenario=scenario, number=k + 1, type=shape) for k in range(len(triads))
    )
    DraftPlace.objects.bulk_create(
        DraftPlace(scenario=scenario, network=d, application=a, hosts=k == 0)
        for d, t in zip(drafts, triads, strict=True)
        for k, a in enumerate(t)
    )
    NetworkMember.objects.bulk_create(
        NetworkMember(
            network=n, school=a.school, application=a, role=a.role, hosts=k == 0, joined=dt.date(2026, 9, 8)
        )
        for n, t in zip(networks, triads, strict=True)
        for k, a in enumerate(t)
    )
    Visit.objects.bulk_create(
        Visit(
            plan=plan, network=n, school=t[k % 3].school, number=k + 1,
            date=dt.date(2026, 9, 15) + dt.timedelta(20 * k),
            starts=dt.time(8, 30), ends=dt.time(15), part="whole", uid=f"{n.pk}.{k}",
        )
        for n, t in zip(networks, triads, strict=True)
        for k in range(11)
    )  # fmt: skip
    return {
        "home": "/",
        "schools": "/schools/",
        "schools, searched": "/schools/?q=school+01",
        "one school": f"/schools/{applications[0].school_id}/",
        "program": f"/programs/{program.pk}/",
        "applications": f"/programs/{program.pk}/applications/",
        "scenarios": f"/programs/{program.pk}/matching/",
        "board": f"/scenarios/{scenario.pk}/",
        "networks": f"/programs/{program.pk}/networks/",
        "one network": f"/networks/{networks[0].pk}/",
        "calendars": f"/programs/{program.pk}/calendar/",
        "my calendar": "/calendar/",
    }


def browser() -> Client:
    from intervisit.apps.people.models import Person

    client = Client(SERVER_NAME="localhost")
    client.force_login(Person.objects.get(name="Dana Okafor"))
    session = client.session
    session["strong_at"] = timezone.now().isoformat()
    session.save()
    return client


def pages(schools: int) -> dict[str, tuple[float, int]]:
    """p95 in ms and number of queries of each page."""
    _, addresses = city(schools)
    client = browser()
    found = {}
    for name, address in addresses.items():
        client.get(address)
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            answer = client.get(address)
            times.append(1000 * (time.perf_counter() - began))
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        if answer.status_code != 200:
            line(f"{name} ({address})", f"status {answer.status_code}", ok=False)
        found[name] = (statistics.quantiles(times, n=20)[18], len(seen))
    return found


def measure_pages(short: bool) -> None:
    few, some = pages(6), pages(190)
    many = some if short else pages(1800)
    print(
        f"\n  {'page':<26}{'p95 at 190':>12}{'at 1,800':>12}{'ratio':>8}{'queries 6':>11}{'190':>6}{'1,800':>7}"
    )
    for name, (slow, queries) in some.items():
        same = few[name][1] == queries == many[name][1]
        cells = f"{slow:>9.0f} ms{many[name][0]:>9.0f} ms{many[name][0] / slow:>8.1f}"
        print(
            f"  {name:<26}{cells}{few[name][1]:>11}{queries:>6}{many[name][1]:>7}{'' if same else '   GROWS'}",
            flush=True,
        )
        if not same or queries > (LIST_QUERIES if name in LISTS else DETAIL_QUERIES):
            FAILED.append(f"queries of {name}")


def measure_first_load() -> None:
    """Bytes of script and style that every page asks for, as they lie on the disk."""
    static = ROOT / "intervisit" / "kit" / "static"
    head = (ROOT / "intervisit" / "kit" / "templates" / "ui" / "head.html").read_text()
    names = sorted(set(re.findall(r"static '(ui/[^']+\.(?:css|js))'", head)))
    size = sum((static / name).stat().st_size for name in names)
    line(
        f"first load: script and style of {len(names)} files", f"{size:,} bytes", "< 100,000", size < 100_000
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    short = parser.parse_args().short
    call_command("migrate", verbosity=0)
    measure_first_load()
    measure_import()
    measure_pages(short)
    FOLDER.cleanup()
    for name in FAILED:
        print(f"  missed: {name}")
    return 1 if FAILED else 0


if __name__ == "__main__":
    sys.exit(main())
