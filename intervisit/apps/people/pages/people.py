"""The people of the district and of a school: found, added, confirmed, ended."""

import uuid
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from django.core.paginator import Page, Paginator
from django.http import Http404
from django.urls import reverse

from intervisit.apps.people.actions.persons import add_person, propose_person, remove_second_factor
from intervisit.apps.people.actions.roles import ROLES_IN, confirm_role, end_role
from intervisit.apps.people.actions.second_factor import factor_of
from intervisit.apps.people.forms import PersonForm, RoleForm, ask_only_when_unsure
from intervisit.apps.people.models import District, Group, Organization, Person, RoleHeld
from intervisit.apps.people.pages.schools import page_number
from intervisit.apps.people.queries.accounts import HeldRole, role_words, roles_of
from intervisit.apps.people.queries.district import PeopleWanted, people_of, waiting_roles
from intervisit.apps.people.queries.people import SchoolPerson, in_words, people_of_school
from intervisit.core.text import BadValue, code_key
from intervisit.kit.access import may, visible
from intervisit.kit.clock import today
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused

PER_PAGE = 50
READS_DISTRICT = "the district’s directors and administrators."


@dataclass(frozen=True)
class PersonRow:
    """Somebody in the list: the person, and roles of today and of before."""

    person: Person
    now: list[SchoolPerson]
    before: int


@dataclass(frozen=True)
class PeoplePage(PageRecord):
    template: ClassVar[str] = "people/district_people.html"
    parts: ClassVar[tuple[str, ...]] = ("found",)
    page_title: str
    reads: str
    found: "Page[Person]"
    rows: list[PersonRow]
    wanted: PeopleWanted
    roles: list[tuple[str, str]]
    waiting: list[RoleHeld]
    fresh: bool


@dataclass(frozen=True)
class AddPersonPage(PageRecord):
    template: ClassVar[str] = "people/person_add.html"
    page_title: str
    breadcrumbs: list[Crumb]
    form: RoleForm
    status: int = 200


@dataclass(frozen=True)
class EndRolesPage(PageRecord):
    template: ClassVar[str] = "people/roles_end.html"
    page_title: str
    breadcrumbs: list[Crumb]
    held: list[RoleHeld]
    back: str


@dataclass(frozen=True)
class PersonPage(PageRecord):
    template: ClassVar[str] = "people/person.html"
    page_title: str
    breadcrumbs: list[Crumb]
    reads: str
    someone: Person
    roles: list[HeldRole]
    ends: list[RoleHeld]
    has_factor: bool
    fresh: bool


@dataclass(frozen=True)
class SchoolPeoplePage(PageRecord):
    template: ClassVar[str] = "people/school_people.html"
    page_title: str
    breadcrumbs: list[Crumb]
    reads: str
    people: list[SchoolPerson]
    form: PersonForm
    proposes: bool
    confirmed_later: bool
    status: int = 200


def district_for(request: Request, action: str) -> District:
    """The district this person looks after; the one named in `?district=` when there are several."""
    mine = list(visible(request.actor, action, District).order_by("name"))
    wanted = request.GET.get("district", "")
    found = next((d for d in mine if str(d.pk) == wanted), mine[0] if mine else None)
    if found is None:
        raise Http404
    return found


def _is_now(held: RoleHeld, zone: str) -> bool:
    return not held.taken_back and (held.ends is None or held.ends >= today(zone))


def _role_choices(kinds: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(role, role_words(role).capitalize()) for kind in kinds for role in ROLES_IN[kind]]


@page("district.people", at="district/people/")
def district_people(request: Request) -> PeoplePage:
    district = district_for(request, "district.people")
    get = request.GET.get
    wanted = PeopleWanted(get("q", "")[:120], get("role", "")[:20], get("school", "")[:120])
    paginator = Paginator(people_of(district, wanted), PER_PAGE)
    found = paginator.page(page_number(request, paginator.num_pages))
    rows = []
    for person in found:
        held = list(person.roles.all())
        current = [r for r in held if _is_now(r, district.zone)]
        rows.append(PersonRow(person, [in_words(r) for r in current], len(held) - len(current)))
    return PeoplePage(
        page_title="People",
        reads=READS_DISTRICT,
        found=found,
        rows=rows,
        wanted=wanted,
        roles=_role_choices(("district", "school")),
        waiting=list(waiting_roles(district)[:50]),
        fresh=request.actor.fresh,
    )


def _confirm_first(request: Request, then: str) -> Go | None:
    """What matters asks for the second factor again when it was shown long ago."""
    return None if request.actor.fresh else Go(f"{reverse('confirm')}?next={quote(then)}")


@page("district.people", at="district/people/add/", methods=("GET", "POST"))
def person_add(request: Request) -> AddPersonPage | Go:
    district = district_for(request, "district.people")
    back = reverse("district_people")
    crumbs = [Crumb("People", back), Crumb("Add somebody")]
    first = _confirm_first(request, request.get_full_path()) if request.method == "GET" else None
    if first is not None:
        return first
    initial = {"starts": today(district.zone)}
    choices = _role_choices(("school", "district"))
    form = RoleForm(choices, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            held = add_person(
                district,
                by=request.actor,
                name=data["name"],
                email=data["email"],
                role=data["role"],
                group=_place(district, data["place"]),
                starts=data["starts"],
                ends=data["ends"],
                title=data["title"],
                sure=data["sure"],
            )
        except (Refused, BadValue) as refusal:
            add_refusal(form, refusal)
        else:
            waits = held.needs_second and held.confirmed_by_id is None
            said = f"{held.person.name} is {role_words(held.role)} now."
            return Go(back, said=f"{held.person.name} waits for a second person." if waits else said)
    ask_only_when_unsure(form)
    return AddPersonPage("Add somebody", crumbs, form, 422 if form.errors else 200)


def _place(district: District, code: str) -> Group:
    if not code:
        return district.group
    found = (
        Organization.objects.filter(district=district, code_key=code_key(code))
        .select_related("group")
        .first()
    )
    if found is None:
        raise Refused(
            "unknown", f"No school has the code {code[:40]}. Look it up in the list of schools.", "place"
        )
    return found.group


@page("district.people", at="district/people/<uuid:person>/", methods=("GET", "POST"))
def district_person(request: Request, person: str) -> PersonPage | Go:
    """One person as the office sees them. POST removes a lost second factor."""
    district = district_for(request, "district.people")
    someone = people_of(district, PeopleWanted()).filter(pk=person).first()
    if someone is None:
        raise Http404
    here = reverse("district_person", args=[someone.pk])
    if request.method == "POST":
        remove_second_factor(district, by=request.actor, person=someone)
        return Go(here, said="The second factor is removed.")
    mine = (
        visible(request.actor, "role.end", RoleHeld).filter(person=someone).select_related("group", "person")
    )
    return PersonPage(
        page_title=someone.name,
        breadcrumbs=[Crumb("People", reverse("district_people")), Crumb(someone.name)],
        reads=READS_DISTRICT,
        someone=someone,
        roles=roles_of(someone),
        ends=[r for r in mine if _is_now(r, district.zone)],
        has_factor=factor_of(someone) is not None,
        fresh=request.actor.fresh,
    )


@page("role.view", at="roles/<uuid:held>/confirm/", model=RoleHeld, methods=("POST",))
def role_confirm(request: Request, held: RoleHeld) -> Go:
    back = reverse("district_people")
    first = _confirm_first(request, back)
    if first is not None:
        return first
    confirm_role(held, by=request.actor)
    return Go(back, said=f"{held.person.name} is {role_words(held.role)} at {held.group.name} now.")


@page("role.end", at="roles/<uuid:held>/end/", model=RoleHeld, methods=("POST",))
def role_end(request: Request, held: RoleHeld) -> Go:
    end_role(held, by=request.actor)
    organization = Organization.objects.filter(group=held.group_id).first()
    at_school = organization is not None and organization.district_id is not None
    to = (
        reverse("school_people", args=[organization.pk])
        if organization and at_school
        else reverse("district_people")
    )
    return Go(to, said=f"{held.person.name} is no longer {role_words(held.role)} at {held.group.name}.")


def _keys(values: list[str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(value) for value in values]
    except ValueError:
        raise Http404 from None


@page("role.end", at="district/people/end/", methods=("POST",))
def roles_end(request: Request) -> EndRolesPage | Go:
    """End several roles: shown first, done when sure."""
    wanted = request.POST.getlist("role")[:500]
    found = list(
        visible(request.actor, "role.end", RoleHeld)
        .filter(pk__in=_keys(wanted))
        .select_related("person", "group")
    )
    if len(found) != len(set(wanted)):
        raise Http404
    back = reverse("district_people")
    if not found:
        return Go(back, said="Tick the roles to end first.")
    if "sure" not in request.POST:
        return EndRolesPage("End these roles?", [Crumb("People", back), Crumb("End roles")], found, back)
    for held in found:
        end_role(held, by=request.actor)
    return Go(back, said=f"{len(found)} role{'s' if len(found) != 1 else ''} ended.")


@page(
    "school.people",
    at="schools/<uuid:school>/people/",
    model=Organization,
    methods=("GET", "POST"),
    acts="school.propose_person",
)
def school_people(request: Request, school: Organization) -> SchoolPeoplePage | Go:
    form = PersonForm(request.POST or None, initial={"starts": today(school.zone)})
    here = reverse("school_people", args=[school.pk])
    if request.method == "POST" and form.is_valid():
        values = {key: form.cleaned_data[key] for key in ("name", "email", "title", "starts", "sure")}
        try:
            held = propose_person(school, by=request.actor, **values)
        except (Refused, BadValue) as refusal:
            add_refusal(form, refusal)
        else:
            waits = held.needs_second and held.confirmed_by_id is None
            said = f"{held.person.name} is on the team."
            return Go(
                here,
                said=f"{held.person.name} is proposed; the district’s office confirms." if waits else said,
            )
    ask_only_when_unsure(form)
    proposes = bool(may(request.actor, "school.propose_person", school))
    office = bool(may(request.actor, "district.grant", District.objects.get(schools=school)))
    return SchoolPeoplePage(
        page_title=f"People of {school.name}",
        breadcrumbs=[
            Crumb("Schools", "/schools/"),
            Crumb(school.name, f"/schools/{school.pk}/"),
            Crumb("People"),
        ],
        reads="the school’s team and the district’s office.",
        people=people_of_school(school),
        form=form,
        proposes=proposes,
        confirmed_later=not office,
        status=422 if form.errors else 200,
    )
