"""Next year's program of the demo: hosts were chosen first and know it; now partners apply, to a host or an area."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from intervisit.apps.applications.actions.calling import open_call, set_call
from intervisit.apps.applications.actions.deciding import decide
from intervisit.apps.applications.actions.decision_release import ask_release, release_decisions
from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.people.models import Organization, Person, RoleHeld
from intervisit.apps.programs.actions import create_program, keep_version, move_phase
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.states import Phase
from intervisit.core.access import Actor
from intervisit.core.designs import Design
from intervisit.kit.access import actor_for
from intervisit.kit.clock import now, today
from intervisit.web.demo import writing

# The numbers of schools as in their names, with the place of a focus area in the design's list.
HOSTS = {16: 7, 17: 8, 18: 4}
DECLINED = {23: 7}
PARTNERS = {26: 7, 29: 8, 34: 4}
DRAFTS = {37: 7, 39: 8}
_WHY = {
    "host": "What you describe is at work in most rooms, and you say what it took.",
    "decline": "We could not see yet how visitors would meet the practice itself. Do think of applying as a partner.",
}


def begin(
    district: Organization, design: Design, name: str, first: dt.date, last: dt.date,
    schools: Mapping[int, Organization], director: Person, staff: Person,
) -> Program:  # fmt: skip
    """Two calls of one program, the first decided and told, the second open."""
    at = now()
    made = create_program(
        district, by=_now(director), version=keep_version(design, uploaded_to=district), name=name, first_day=first,
        last_day=last, call_opens=_at(district, -70, 9), call_closes=_at(district, -35, 23, 59),
    )  # fmt: skip
    RoleHeld.objects.create(
        person=staff, role="staff", group=made.group, starts=today(district.zone), granted_by=director
    )
    by = _now(director)  # who makes a program directs it
    move_phase(made, Phase.CALL, by=by)
    hosts, partners = made.design.calls
    host, partner = hosts.for_roles[0], partners.for_roles[0]
    _apply(made, schools, {**HOSTS, **DECLINED}, host, hosts.key, at - dt.timedelta(days=40))
    keys = {d.role or d.outcome: d.key for d in made.design.decisions}
    for numbers, key, reason in (
        (HOSTS, keys[host], _WHY["host"]),
        (DECLINED, keys["decline"], _WHY["decline"]),
    ):
        rows = made.applications.filter(school__in=[schools[n] for n in numbers])
        decide(rows.select_related("program__version", "school"), by=by, decision=key, reason=reason)
    ask_release(made, by=by)
    release_decisions(made, by=_now(staff))
    set_call(made, by=by, key=partners.key, opens=None, closes=_at(district, 21, 23, 59), rolling=True)
    open_call(made, by=by, key=partners.key)
    _apply(made, schools, PARTNERS, partner, partners.key, at - dt.timedelta(days=2))
    _apply(made, schools, DRAFTS, partner, partners.key, None)
    _name_hosts(made, partners.key, [schools[n] for n in HOSTS])
    return made


def _at(district: Organization, days_on: int, hour: int, minute: int = 0) -> dt.datetime:
    zone = ZoneInfo(district.zone)
    day = today(district.zone) + dt.timedelta(days=days_on)
    return dt.datetime.combine(day, dt.time(hour, minute), zone)


def _now(person: Person) -> Actor:
    return actor_for(person, strong=True, fresh=True)


def _apply(
    program: Program, schools: Mapping[int, Organization], numbers: Mapping[int, int], role: str, call: str,
    submitted: dt.datetime | None,
) -> None:  # fmt: skip
    design = program.design
    for number, place in numbers.items():
        school, focus = schools[number], [design.focus_areas[place].key]
        held = RoleHeld.objects.filter(group=school.group, role="principal", ends=None).first()
        made = Application.objects.create(
            program=program, school=school, role_wanted=role, call=call, form_key=design.roles[role].form, focus=focus,
            answers=writing.answers(design, role, focus, school, complete=submitted is not None),
            state=ApplicationState.SUBMITTED if submitted else ApplicationState.DRAFT, submitted=submitted,
            submitted_by_id=held.person_id if held and submitted else None,
        )  # fmt: skip
        Wishes.objects.create(application=made)


def _name_hosts(program: Program, call: str, hosts: list[Organization]) -> None:
    """One partner names a host, one names two, one leaves it to its focus area."""
    rows = Wishes.objects.filter(application__program=program, application__call=call)
    for wishes, named in zip(
        rows.order_by("application__school__code"), (hosts[:1], hosts[1:3]), strict=False
    ):
        wishes.schools = [str(h.pk) for h in named]
        wishes.save(update_fields=["schools"])
