"""Every address of the product with the things it is tried on, and what is asked beyond its route's own rule."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from intervisit.core.access import Actor
from intervisit.kit.pages import Route
from tests.trust import applying, around, oracle, posts, reviewing
from tests.trust.places import Places


def patterns(found: URLResolver | None = None) -> Iterator[URLPattern]:
    """Every address there is."""
    for pattern in (found or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern)
        else:
            yield pattern


def routes() -> list[Route]:
    return [p.callback.route for p in patterns()]  # type: ignore[attr-defined]


# What an address is tried on, by the first word of its model: one's own, a neighbour's, another district's.
TRIED: dict[str, tuple[str, ...]] = {
    "SessionSeen": ("near session", "other session", "far session"),
    "OutgoingMail": ("near mail", "other mail", "far mail"),
    "ImportRun": (
        "near schools file",
        "near applications file",
        "near travel file",
        "far schools file",
        "far applications file",
        "far travel file",
    ),
    "Organization": ("school 1", "school 4", "far school"),
    "RoleHeld": ("near role", "far role"),
    "Program": ("program", "call", "far program", "far call"),
    "Application": (
        "application 1",
        "application 5",
        "application 6",
        "draft",
        "other draft",
        "far application",
    ),
    "Letter": ("near letter", "other letter", "far letter"),
    "Appeal": ("near note", "other note", "far note"),
    "Veto": ("veto", "far veto"),
    "Scenario": ("scenario", "far scenario"),
    "Network": ("network East", "network West", "far network"),
    "NamedDays": ("near school days", "near district days", "far school days", "far district days"),
    "Visit": ("visit East", "visit West", "visit owed", "far visit"),
    "YearPlan": ("plan", "far plan"),
    "Release": ("near release", "far release"),
    "Happening": ("near happening", "far happening"),
    "Proposal": ("near proposal", "far proposal"),
    **applying.TRIED,
    **reviewing.TRIED,
    **posts.TRIED,
    **around.TRIED,
}


@dataclass(frozen=True)
class Try:
    """One address of one thing."""

    route: Route
    name: str  # of the thing; "" when the address names none
    path: str
    unknown: str  # the same address with ids that never were; "" when it names none
    more: dict[str, Any] = field(default_factory=dict)


def _second(places: Places, route: Route, name: str) -> dict[str, Any]:
    """The other parts of an address that names more than one thing: ids that belong to the first one."""
    ours = reviewing.second(places, route, name)
    if ours is None:
        ours = applying.second(places, route, name)
    if ours is not None:
        return ours
    ours = posts.second(places, route.at, name)
    if ours:
        return ours
    world, things = places.world, places.things
    far = name.startswith("far")
    if "<uuid:application>" in route.at and route.model and route.model.__name__ == "Scenario":
        return {"application": (things["far application"] if far else world.applications[2]).pk}
    if route.name == "network_place":
        return {"application": (things["far application"] if far else world.applications[2]).pk}
    if "<uuid:member>" in route.at and route.model and route.model.__name__ == "Network":
        network = things["far network"] if far else world.networks[name.removeprefix("network ")]
        return {"member": network.members.filter(left=None).order_by("school__code_key").first().pk}
    if "/limits/<uuid:person>" in route.at:  # one who facilitates in this program
        return {"person": (world.people["Fay"] if name == "program" else things["far guide"]).pk}
    if "<uuid:batch>" in route.at:
        return {"batch": things["far pending" if far else "near pending"].batch}
    if "<uuid:held>" in route.at and route.model and route.model.__name__ == "Program":
        person = world.people["Lou" if far else "Sol"]
        group = places.far_program.group if far else places.world.program.group
        return {"held": person.roles.get(group=group).pk}
    if "<slug:decision>" in route.at:
        return {"decision": "decline"}
    if "<slug:phase>" in route.at:
        return {"phase": "matching"}
    return {}


def _argument(route: Route) -> str:
    return route.at.split("<", 1)[1].split(">", 1)[0].split(":")[1]


def tries(places: Places) -> list[Try]:
    """Every address on every thing it is tried on."""
    known, found = oracle.things(places), []
    for route in routes():
        if route.model is not None:
            for name in TRIED[route.model.__name__]:
                more = _second(places, route, name)
                path = reverse(route.name, kwargs={_argument(route): known[name][0].pk, **more})
                none = reverse(route.name, kwargs={_argument(route): uuid.uuid4(), **more})
                found.append(Try(route, name, path, none, more))
        elif route.name in WITHOUT_MODEL:
            found += [Try(route, name, _address(route, value), none and _address(route, none))
                      for name, value, none in WITHOUT_MODEL[route.name](places)]  # fmt: skip
        else:
            found.append(Try(route, "", reverse(route.name), ""))
    return found


def _address(route: Route, value: Any) -> str:
    return reverse(route.name, args=value if isinstance(value, tuple) else [value])


def _persons(places: Places) -> list[tuple[str, Any, Any]]:
    people = places.world.people
    return [("Tess", people["Tess"].pk, uuid.uuid4()), ("Lea", people["Lea"].pk, uuid.uuid4())]


def _calls(places: Places) -> list[tuple[str, Any, Any]]:
    known = oracle.things(places)
    return [(name, known[name][0].pk, uuid.uuid4()) for name in TRIED["Program"]]


def _named_calls(places: Places) -> list[tuple[str, Any, Any]]:
    key = places.world.program.design.calls[0].key
    return [(name, (value, key), (none, key)) for name, value, none in _calls(places)]


# Addresses whose thing the page itself looks up.
WITHOUT_MODEL: dict[str, Callable[[Places], list[tuple[str, Any, Any]]]] = {
    "district_person": _persons,
    "open_call": _calls,
    "open_call_named": _named_calls,
    "feed": lambda _: [("", "0" * 72, "")],
    "sign_in_link": lambda _: [("", "nothing", "")],
}


def _districts(places: Places) -> set[str]:
    groups = oracle.group_ids(places)
    return {groups["district"], groups["far"]}


def hidden(places: Places, tried: Try, who: Actor, method: str) -> bool:
    """Whether the thing is not there for this person, beyond the rule of the route: what pages ask themselves."""
    known, name, route = oracle.things(places), tried.name, tried.route

    def may(action: str, thing: str = "") -> bool:
        return oracle.may(who, action, known[thing or name][1])

    reviews = reviewing.hidden(name, route.name)
    if reviews is not None:
        return reviews
    applications = applying.hidden(may, name, route.name, method)
    if applications is not None:
        return applications
    if posts.hidden(name, route.name, method):
        return True
    if route.name in ("school_import", "school_import_columns"):
        return "schools" not in name
    if route.name in ("application_import", "application_import_columns"):
        return "applications" not in name or not may(
            "program.work", "far program" if "far" in name else "program"
        )
    if route.name in ("travel_import", "travel_columns"):
        return "travel" not in name or not may("program.work", "far program" if "far" in name else "program")
    if route.name == "open_call":
        return not may("program.open_call")
    if route.name == "district_person":
        mine = "district" if name == "Tess" else "far"
        return not any(h.group == oracle.group_ids(places)[mine] for h in who.held)
    if route.name in ("end_program_role", "confirm_program_role") and name.endswith("call"):
        return True  # the role named is one of another program
    if route.name in ("network_move", "network_join", "network_merge") and method == "POST":
        return True  # an empty form names no school and no other network
    if route.name == "network_place" and name.endswith("call"):
        return True  # the application named is one to another program
    if route.name in ("scenario_lock", "scenario_move", "scenario_apart") and method == "POST":
        return True  # an empty form names no network of this board
    if route.name == "draft_ask" and method == "POST":
        return True  # an empty form names no visit of the draft
    if route.name in ("district_days_file", "district_days"):
        return not any(h.role in ("director", "staff") and h.group in _districts(places) for h in who.held)
    if route.name == "letter_resend":
        return method == "POST"  # an empty form names no mail of this letter
    if route.name == "application_wishes":
        return not any(h.role == "principal" for h in who.held)
    return False


def refused(places: Places, tried: Try, who: Actor, method: str) -> bool:
    """Whether the page says no although the thing may be seen (403), beyond the rule of the route."""
    if tried.route.name == "visit_postpone":
        plan = "far plan" if tried.name.startswith("far") else "plan"
        return not oracle.may(who, "plan.edit", oracle.things(places)[plan][1])
    if tried.route.name == "fetch_export":
        return not oracle.may(who, "full_export.fetch", oracle.things(places)[tried.name][1])
    if tried.route.name == "role_confirm":
        return not oracle.may(who, "role.confirm", oracle.things(places)[tried.name][1])
    if tried.route.name == "end_program_role":  # of somebody on the staff
        return not oracle.may(who, "program.manage", oracle.things(places)[tried.name][1])
    if tried.route.name == "scenario_instance" and method == "GET":
        return not oracle.may(who, "scenario.export", oracle.things(places)[tried.name][1])
    return False
