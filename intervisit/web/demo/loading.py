"""Loads the demo by the product's own actions, one stage after the other, as its people would."""

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from intervisit.apps.applications.actions.deciding import decide
from intervisit.apps.applications.actions.decision_release import ask_release, release_decisions
from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.calendar import actions as calendar
from intervisit.apps.calendar.models import NamedDays, YearPlan
from intervisit.apps.networks import actions as networks
from intervisit.apps.networks import bridge
from intervisit.apps.networks.models import Scenario
from intervisit.apps.people.models import Organization, Person, Rates, RoleHeld, SchoolYear
from intervisit.apps.people.setup import make_organization, make_person
from intervisit.apps.people.states import OrganizationKind
from intervisit.apps.programs.actions import create_program, keep_version, move_phase
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.states import Phase
from intervisit.core.access import Actor
from intervisit.core.designs import Design
from intervisit.core.designs import load as read_design
from intervisit.kit import jobs, outbox
from intervisit.kit.access import actor_for
from intervisit.kit.clock import now, today
from intervisit.kit.history import record
from intervisit.web import workers  # noqa: F401 - registers every job
from intervisit.web.demo import (
    attendance,
    calls,
    cast,
    coming,
    days,
    decisions,
    leaders,
    limits,
    reviews,
    sharing,
    two_calls,
    workbench,
    writing,
)
from intervisit.web.demo import year as under_way

STAGES = ("call", "review", "matched", "published")
Say = Callable[[str], None]

_FACTS = ("pct_black", "pct_hispanic", "pct_poverty", "pct_ell", "pct_swd")
_LATEST = ("pct_chronically_absent", "student_attendance_rate", "principal_years_at_school")


def is_loaded() -> bool:
    """Whether somebody is in this database already."""
    return Person.objects.exists()


def why_not() -> str:
    """Why the demo may not be loaded here; empty when it may."""
    if not settings.DEMO:
        return "The demo is loaded only where IV_DEMO=1: this installation is a real one."
    known = cast.district()["code"]
    if is_loaded() and not Organization.objects.filter(kind=OrganizationKind.DISTRICT, code=known).exists():
        return "There are real people in this database. The demo would replace them, so it does not start."
    return ""


def start_over(say: Say) -> None:
    """Empty the demo database."""
    if is_loaded():
        say("emptying the demo database …")
        call_command("flush", verbosity=0, interactive=False)


@transaction.atomic
def load(stage: str, say: Say) -> None:
    """Bring an empty database to a stage: wholly, or not at all. Raises ValueError for a stage nobody knows."""
    wanted = STAGES.index(stage)
    demo = _Demo(say)
    demo.people_and_schools()
    demo.program()
    demo.applications(all_submitted=wanted >= 1)
    demo.call(going=wanted == 0)
    if wanted >= 1:
        demo.review()
    if wanted >= 2:
        demo.decisions()
        demo.posts()
        demo.match()
    if wanted >= 3:
        demo.publish()
        demo.next_year()
    outbox.send_due()
    demo.around_decisions(released=wanted >= 2)


class _Demo:
    """The demo under way: who is who, and the program."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self.data = cast.district()
        self.people: dict[str, Person] = {}
        self.schools: dict[int, Organization] = {}
        self.rows: dict[int, dict[str, str]] = {}
        self.day = today(self.data["zone"])
        self.year = days.school_year(self.day)

    def _at(self, days_on: int, time: dt.time) -> dt.datetime:
        day = self.day + dt.timedelta(days=days_on)
        return dt.datetime.combine(day, time, ZoneInfo(self.data["zone"]))

    def by(self, key: str) -> Actor:
        return actor_for(self.people[key], strong=True, fresh=True)

    # ------------------------------------------------------------ the district

    def people_and_schools(self) -> None:
        self.say("60 schools with their figures …")
        data = self.data
        self.district = make_organization(
            OrganizationKind.DISTRICT, name=data["name"], code=data["code"], time_zone=data["zone"]
        )
        with (cast.FOLDER / "schools.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                self._school(row)
        self._people()
        NamedDays.objects.bulk_create(
            NamedDays(
                organization=self.district, starts=d.starts, ends=d.ends, name=d.name, kind=d.kind,
                applies_to=d.applies_to, source="demo",
            )
            for d in days.days(self.year)
        )  # fmt: skip

    def _school(self, row: dict[str, str]) -> None:
        number = int("".join(c for c in row["name"].split()[1] if c.isdigit()))
        grades = [{"PK": -1, "K": 0}.get(g) if g in ("PK", "K") else int(g) for g in row["grades"].split(",")]
        made = make_organization(
            OrganizationKind.SCHOOL, district=self.district, name=row["name"], code=row["code"], grades=grades,
            area=row["area"], subdistrict=row["subdistrict"], superintendent=row["superintendent"],
            support_network=row["support_network"], latitude=float(row["latitude"]),
            longitude=float(row["longitude"]), sector="district",
        )  # fmt: skip
        self.schools[number], self.rows[number] = made, row
        known = {k: float(row[k]) for k in (*_FACTS, *_LATEST) if row[k]}
        latest: dict[str, Any] = {"enrollment": int(row["enrollment"]), **known}
        latest["pct_black_or_hispanic"] = round(float(row["pct_black"]) + float(row["pct_hispanic"]), 1)
        latest["fully_screened"] = row["fully_screened"] == "1"
        if row["quality_review"]:
            latest["quality_review"] = row["quality_review"]
        if "principal_years_at_school" in latest:
            latest["principal_years_in_district"] = latest["principal_years_at_school"]
        names = [f"{self.year - n}-{(self.year - n + 1) % 100:02d}" for n in (2, 1)]
        before = {"enrollment": int(row["enrollment_before"]), **{k: float(row[k]) for k in _FACTS if row[k]}}
        for name, facts in zip(names, (before, latest), strict=True):
            sources = dict.fromkeys(facts, "published figures")
            SchoolYear.objects.create(school=made, year=name, facts=facts, sources=sources)

    def _people(self) -> None:
        start = dt.date(self.year - 1, 8, 15)
        for who in self.data["cast"]:
            person = make_person(who["name"], cast.email_of(who["name"]))
            self.people[who["key"]] = person
            if who["where"] == "program":
                continue
            home = self.district if who["where"] == "district" else self.schools[who["where"]]
            ends = dt.date(self.year, 6, 30) if who.get("former") else None
            self._give(person, who["role"], home, start, ends, who.get("title", ""))
        taken = {c["where"] for c in self.data["cast"] if c["role"] == "principal"}
        for n, (number, school) in enumerate(self.schools.items()):
            if number not in taken:
                name = writing.principal_name(n)
                person = make_person(name, f"principal.{number}@harborcity.test")
                self._give(person, "principal", school, start)
        for held in RoleHeld.objects.filter(role="principal"):
            Rates.objects.create(rater=self.people["sue"], rated=held.person, starts=start, source="demo")

    def _give(
        self,
        person: Person,
        role: str,
        home: Organization,
        start: dt.date,
        ends: dt.date | None = None,
        title: str = "",
    ) -> None:
        RoleHeld.objects.create(
            person=person, role=role, group=home.group, starts=start, ends=ends, title=title
        )

    # ------------------------------------------------------------ the program

    def program(self) -> None:
        self.say("a program from its design, and its call …")
        # The district has added the posts of another design to its copy.
        design = leaders.with_posts(_design(self.data["design"]), _design(self.data["posts_of"]))
        first, last = days.bounds(self.year)
        made = create_program(
            self.district, by=self.by("dana"), version=keep_version(design, uploaded_to=self.district),
            name=self.data["program"],
            first_day=first, last_day=last, call_opens=self._at(-30, dt.time(9)),
            call_closes=self._at(14, dt.time(23, 59)),
        )  # fmt: skip
        self.made = Program.objects.get(pk=made.pk)
        start = self.day
        for who in self.data["cast"]:
            if who["where"] == "program":
                RoleHeld.objects.create(
                    person=self.people[who["key"]], role=who["role"], group=self.made.group, starts=start,
                    granted_by=self.people["dana"],
                )  # fmt: skip
        move_phase(self.made, Phase.CALL, by=self.by("dana"))

    def next_year(self) -> None:
        self.say("next year’s call, hosts first …")
        first, last = days.bounds(self.year + 1)
        two_calls.begin(
            self.district, _design(self.data["next_design"]), self.data["next_program"], first, last, self.schools,
            self.people["dana"], self.people["sol"],
        )  # fmt: skip

    # ------------------------------------------------------------ applications

    def applications(self, *, all_submitted: bool) -> None:
        self.say("applications …")
        data, waiting = self.data, []
        wanted = dict.fromkeys(data["hosts"], "host") | dict.fromkeys(data["partners"], "partner")
        for key in ("waitlisted", "declined", "others", "drafts"):
            wanted |= {n: self.rows[n]["role"] for n in data[key]}
        late = set(data["drafts"]) | (set() if all_submitted else set(data["others"]))
        for place, (number, hosting) in enumerate(wanted.items()):
            waiting.append(self._application(number, hosting == "host", place, draft=number in late))
        Application.objects.bulk_create(waiting)
        Wishes.objects.bulk_create([self._wishes(a) for a in waiting])
        for a in waiting:
            if a.state == ApplicationState.SUBMITTED:
                record(self._principal(a.school), "application.submit", a, group=a.school.group,
                       changes={"state": ("draft", "submitted")})  # fmt: skip

    def _principal(self, school: Organization) -> Actor:
        held = (
            RoleHeld.objects.filter(group=school.group, role="principal", ends=None)
            .select_related("person")
            .get()
        )
        return actor_for(held.person)

    def _application(self, number: int, hosting: bool, place: int, *, draft: bool) -> Application:
        design, school = self.made.design, self.schools[number]
        role = next(r for r in design.roles.values() if r.hosts == hosting)
        areas = {a.key for a in design.focus_areas}
        focus = [k for k in self.rows[number]["focus"].split(";") if k in areas]
        held = RoleHeld.objects.filter(group=school.group, role="principal", ends=None).get()
        submitted = (
            None if draft else now() - dt.timedelta(days=20, hours=place % 9) + dt.timedelta(hours=11 * place)
        )
        return Application(
            program=self.made, school=school, role_wanted=role.key, form_key=role.form, focus=focus,
            answers=writing.answers(design, role.key, focus, school, complete=not draft),
            state=ApplicationState.DRAFT if draft else ApplicationState.SUBMITTED,
            submitted=min(submitted, now()) if submitted else None,
            submitted_by=None if draft else held.person,
        )  # fmt: skip

    def _wishes(self, a: Application) -> Wishes:
        criteria = [c.key for c in self.made.design.matching.criteria]
        turn = sum(map(ord, a.school.code)) % max(1, len(criteria))
        ranking = (
            (criteria[turn:] + criteria[:turn])[:3] if self.made.design.matching.ranked_by_schools else []
        )
        return Wishes(application=a, ranking=ranking)

    def call(self, *, going: bool) -> None:
        people = {"director": self.by("dana"), "staff": self.by("sol")}
        calls.begin(self.made, self.schools, **people)
        if going:
            calls.go_on(self.made, self.schools, **people)

    # ------------------------------------------------------------ decisions and matching

    def review(self) -> None:
        if self.made.phase == Phase.CALL:
            move_phase(self.made, Phase.REVIEW, by=self.by("dana"))
        self.say("reviewers read …")
        with transaction.atomic():
            reviews.begin(self.made, self.schools, by=self.by("dana"))

    def decisions(self) -> None:
        with transaction.atomic():
            reviews.finish(self.made, by=self.by("dana"))
        self.say("decisions …")
        by, design = self.by("dana"), self.made.design
        keys = {d.outcome: d.key for d in design.decisions if d.outcome != "accept"}
        roles = {design.roles[d.role].hosts: d.key for d in design.decisions if d.outcome == "accept"}
        plan = (
            (
                self.data["hosts"],
                roles[True],
                "Practices seen in most classrooms, and a staff used to visitors.",
            ),
            (self.data["partners"], roles[False], "A clear aim, and a team that already meets."),
            (self.data["waitlisted"], keys["waitlist"], "All places for this focus are taken for now."),
            (
                self.data["declined"],
                keys["decline"],
                "The application does not yet say what the school wants to learn.",
            ),
        )
        for numbers, decision, reason in plan:
            rows = Application.objects.filter(
                program=self.made, school__in=[self.schools[n] for n in numbers]
            )
            decide(rows.select_related("program__version", "school"), by=by, decision=decision, reason=reason)
        decisions.worded(self.made, by)
        ask_release(self.made, by=by)
        release_decisions(self.made, by=self.by("sol"))
        move_phase(self.made, Phase.MATCHING, by=by)

    def around_decisions(self, *, released: bool) -> None:
        by = self.by("dana")
        if released:
            decisions.after_release(self.made, by)
            outbox.send_due()
        elif self.made.phase == Phase.REVIEW:
            decisions.worded(self.made, by)
            first = [[self.schools[n].pk for n in self.data[key][:4]] for key in ("hosts", "partners")]
            decisions.on_their_way(self.made, by, *first)

    def posts(self) -> None:
        self.say("the memorandum, and teacher leaders …")
        leaders.memorandum(self.made, self.people, self._principal)
        leaders.posts(self.made, self.schools, self.people, self._principal)

    def match(self) -> None:
        self.say("matching, with its proof …")
        by = self.by("dana")
        shapes = self.made.design.shapes
        hosts, partners = ([self.schools[n] for n in self.data[key]] for key in ("hosts", "partners"))
        workbench.before_matching(self.made, hosts, partners, by)
        wanted = bridge.Wanted({key: (s.min_count, s.max_count) for key, s in shapes.items()})
        scenario = networks.draft_scenario(
            self.made, by=by, name="As the design says", wanted=wanted, seconds=10
        )
        fair = bridge.Wanted(wanted.counts, worst_first=True)
        networks.draft_scenario(
            self.made, by=by, name="Worst-served school first", wanted=fair, seconds=10,
            note="What it would cost everybody to lift the lowest score.",
        )  # fmt: skip
        jobs.run_waiting()
        scenario = Scenario.objects.select_related("program__version", "program__district").get(
            pk=scenario.pk
        )
        networks.adopt_scenario(scenario, by=by)
        networks.assign_all(self.made, by=by)
        workbench.after_matching(self.made, by)
        attendance.say_days(self.made, by)
        limits.before_planning(self.made, by)
        self.say("a year of visits …")
        calendar.draft_plan(self.made, by=by, name="The year", seconds=10)
        jobs.run_waiting()

    def publish(self) -> None:
        self.say("publishing networks and calendar …")
        by = self.by("dana")
        workbench.before_publishing(self.made, by)
        networks.publish_networks(self.made, by=by)
        workbench.during_the_year(self.made, by)
        plan = YearPlan.objects.select_related("program__version", "program__district").get(program=self.made)
        calendar.adopt_plan(plan, by=by)
        calendar.publish_plan(plan, by=by)
        attendance.under_way(self.made, by)
        under_way.under_way(self.made, by, self.schools[10], self.people["hana"])
        sharing.shared(self.made, self.schools)
        coming.late(self.made, by, self.by("sol"), self.schools[18])


def _design(slug: str) -> Design:
    folder = settings.DESIGNS / slug
    paths: Iterable[Any] = (p for p in sorted(folder.rglob("*")) if p.suffix in (".toml", ".md"))
    found = read_design({str(p.relative_to(folder)): p.read_text() for p in paths})
    if not isinstance(found, Design):
        raise ValueError(json.dumps([str(p) for p in found]))
    return found
