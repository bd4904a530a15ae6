"""What ought to be answered, from knowledge typed by hand: who holds what, and what each thing is.

Nothing here asks the database who may do what. The roles of the cast and the groups that things name are written
down again; only `core.access.decide` is shared with the product, and it is proven in tests/core/access.
"""

from typing import Any

from intervisit.apps.applications.models import Wishes
from intervisit.core.access import Actor, Held, Thing, decide, holds_anywhere
from intervisit.kit.access import policy
from tests.trust import applying, around, posts, reviewing
from tests.trust.places import Places

# Who holds which role where: "1" is the school P.S. 1, "far" the far district, "call" the program with an open call.
HELD: dict[str, tuple[tuple[str, str], ...]] = {
    "Dana": (("director", "district"), ("director", "program")),
    "Sol": (("staff", "program"), ("staff", "call")),
    "Ada": (("admin", "district"),),
    "Sue": (("supervisor", "district"),),
    "Fay": (("facilitator", "program"), ("facilitator", "East")),
    "Finn": (("facilitator", "program"), ("facilitator", "West")),
    "Hana": (("principal", "1"),),
    "Piet": (("principal", "2"),),
    "Ora": (("principal", "3"),),
    "Ova": (("principal", "4"),),
    "Tess": (("team", "1"),),
    "Pim": (("team", "2"),),
    "Rex": (),
    "Noa": (),
    "Eve": (("evaluator", "program"),),
    "Flo": (("finance", "district"),),
    "Rae": (("reviewer", "program"),),
    **reviewing.HELD,
    **posts.HELD,
    "Lou": (("director", "far"), ("director", "far program")),
    "Lea": (("principal", "9"),),
}
RATES = {"Sue": ("Hana", "Piet", "Ora", "Ova"), "Hana": ("Tess",)}

# The columns of the matrix: the eleven of trust.md and those that always get nothing. (person, second factor shown)
ROLES: dict[str, tuple[str | None, bool]] = {
    "T team": ("Tess", True),
    "P principal": ("Hana", True),
    "N principal of a partner": ("Piet", True),
    "N team of a partner": ("Pim", True),
    "F facilitator": ("Fay", True),
    "C staff": ("Sol", True),
    "C director": ("Dana", True),
    "V superintendent": ("Sue", True),
    "R reviewer": ("Rae", True),
    reviewing.IN_CONFLICT: ("Kit", True),
    **posts.ROLES,
    "E evaluator": ("Eve", True),
    "$ finance": ("Flo", True),
    "A administrator": ("Ada", True),
    "signed out": (None, False),
    "former member": ("Rex", True),
    "facilitator of another network": ("Finn", True),
    "principal of another network": ("Ova", True),
    "signed in without a role": ("Noa", True),
    "staff without second factor": ("Sol", False),
    "director without second factor": ("Dana", False),
    "director of another district": ("Lou", True),
    "principal of another district": ("Lea", True),
}


def group_ids(places: Places) -> dict[str, str]:
    """The id of every group the cast knows by name."""
    world = places.world
    found = {
        "district": world.district.group_id,
        "program": world.program.group_id,
        "far": places.far.group_id,
        "far program": places.far_program.group_id,
        "9": places.far_school.group_id,
        "call": places.near("call").group_id,
        "far call": places.things["far call"].group_id,
        "far network": places.things["far network"].group_id,
    }
    found |= {name: network.group_id for name, network in world.networks.items()}
    found |= {str(n): school.group_id for n, school in world.schools.items()}
    return {name: str(key) for name, key in found.items()}


def actor(places: Places, name: str | None, *, strong: bool) -> Actor:
    """The person as typed above."""
    if name is None:
        return Actor()
    groups, people = group_ids(places), places.world.people
    return Actor(
        str(people[name].pk),
        frozenset(Held(role, groups[where]) for role, where in HELD[name]),
        frozenset(str(people[n].pk) for n in RATES.get(name, ())),
        strong=strong,
        fresh=strong,
    )


def may(who: Actor, action: str, thing: Thing) -> bool:
    return bool(decide(policy(), action, who, thing))


# The kind of group that a relation of the policy speaks of; a program's director directs no district.
_KIND_OF = {"district": "district", "program": "program", "school": "school", "network": "network"}


def anywhere(places: Places, who: Actor, action: str) -> bool:
    """Whether there can be anything this person may do this to: the role is held in a group of the right kind."""
    kinds = {
        key: "school"
        if name.isdigit()
        else {"East": "network", "West": "network"}.get(name, name.split()[-1])
        for name, key in group_ids(places).items()
    } | {group_ids(places)["far"]: "district"}
    rows = policy().rows(action)
    for row in rows:
        for grant in row.grants:
            if grant.relation in _KIND_OF:
                wanted = _KIND_OF[grant.relation]
                kept = frozenset(h for h in who.held if kinds[h.group] == wanted)
                narrowed = Actor(who.person, kept, strong=who.strong, fresh=who.fresh)
            else:
                narrowed = who
            if grant.role in {h.role for h in narrowed.held} and holds_anywhere(policy(), action, narrowed):
                return True
    return any(g.role in ("self", "anyone", "public") for row in rows for g in row.grants) and holds_anywhere(
        policy(), action, who
    )


def _thing(
    places: Places, kind: str, state: str = "", people: dict[str, Any] | None = None, **groups: str
) -> Thing:
    """`groups` maps a relation to names of groups, parted by blanks ("far program" is written "far_program")."""
    ids = group_ids(places)
    named = {
        relation: frozenset(ids[name.replace("_", " ")] for name in names.split())
        for relation, names in groups.items()
    }
    who = {
        relation: frozenset(str(p.pk) for p in (person if isinstance(person, tuple) else (person,)))
        for relation, person in (people or {}).items()
    }
    return Thing(kind, named, who, state)


def _application(places: Places, number: str, program: str, state: str, *, released: bool) -> Thing:
    told, district = {}, "far" if program.startswith("far") else "district"
    if released:
        network = {"1": "East", "2": "East", "3": "East", "4": "West", "9": "far_network"}.get(number)
        told = {"school_released": number, "district_released": district, "program_released": program}
        told |= {"network_released": network} if network else {}
    return _thing(places, "application", state, school=number, program=program, district=district, **told)


def things(places: Places) -> dict[str, tuple[Any, Thing]]:
    """Made once for each world."""
    if "known" not in places.things:
        places.things["known"] = _things(places)
    known: dict[str, tuple[Any, Thing]] = places.things["known"]
    return known


def _things(places: Places) -> dict[str, tuple[Any, Thing]]:
    """name -> (row, the thing it is). What the rows are is known from tests/world.py and tests/trust/places.py."""
    world, made, people = places.world, places.things, places.world.people

    def one(kind: str, state: str = "", who: dict[str, Any] | None = None, **groups: str) -> Thing:
        return _thing(places, kind, state, who, **groups)

    found: dict[str, tuple[Any, Thing]] = {}
    for number, school in world.schools.items():
        found[f"school {number}"] = (school, one("school", school=str(number), district="district"))
    found["far school"] = (places.far_school, one("school", school="9", district="far"))
    for number, application in world.applications.items():
        state = {5: "submitted", 6: "submitted", 7: "draft"}.get(number, "accepted")
        released = number not in (5, 6, 7)
        found[f"application {number}"] = (
            application,
            _application(places, str(number), "program", state, released=released),
        )
    for where, number, program in (
        ("near", "1", "program"),
        ("other", "2", "program"),
        ("far", "9", "far_program"),
    ):
        found[f"{where} letter"] = (made[f"{where} letter"], one("letter", school=number, program=program))
        found[f"{where} note"] = (made[f"{where} note"], one("appeal", school=number, program=program))
    found["pending"] = (made["near pending"], one("decision", program="program"))
    found["far pending"] = (made["far pending"], one("decision", program="far_program"))
    found["draft"] = (made["near draft"], _application(places, "1", "call", "draft", released=False))
    found["other draft"] = (made["other draft"], _application(places, "2", "call", "draft", released=False))
    wished = Wishes.objects.in_bulk([world.applications[2].pk, made["near draft"].pk])
    found["wishes 2"] = (wished[world.applications[2].pk], one("wishes", school="2", program="program"))
    found["draft wishes"] = (wished[made["near draft"].pk], one("wishes", school="1"))
    found["far application"] = (
        made["far application"],
        _application(places, "9", "far_program", "accepted", released=True),
    )
    near_schools = " ".join(str(n) for n in world.schools)
    for name, row, of, district, state in (
        ("program", world.program, "program", "district", "year"),
        ("call", made["near call"], "call", "district", "call"),
        ("far program", places.far_program, "far_program", "far", "year"),
        ("far call", made["far call"], "far_call", "far", "call"),
    ):
        schools = near_schools if district == "district" else "9"
        part = posts.TAKING_PART.get(name, "")
        program = one("program", state, program=of, district=district, schools=schools, taking_part=part)
        found[name] = (row, program)
    for name, members in (("East", "1 2 3"), ("West", "4 5 6")):
        found[f"network {name}"] = (
            world.networks[name],
            one("network", "published", network=name, program="program", member_schools=members),
        )
        found[f"visit {name}"] = (
            world.visits[name],
            one("visit", "planned", program="program", program_published="program", network_published=name,
                schools_published=members,
                district_published="district", network_moves=name, schools_propose=members),
        )  # fmt: skip
    found["visit owed"] = (made["visit owed"], one("visit", "owed", program="program"))
    for where, of, network, members, school, person in (
        ("near", "program", "East", "1 2 3", "2", "Piet"),
        ("far", "far_program", "far_network", "9", "9", "Lea"),
    ):
        found[f"{where} release"] = (made[f"{where} release"], one("release", program=of))
        found[f"{where} happening"] = (made[f"{where} happening"], one("happening", "ready", program=of))
        found[f"{where} proposal"] = (
            made[f"{where} proposal"],
            one(
                "proposal",
                "open",
                {"person": people[person]},
                program=of,
                network_published=network,
                schools_published=members,
                proposing_school=school,
            ),
        )
    found["far network"] = (
        made["far network"],
        one("network", "published", network="far_network", program="far_program", member_schools="9"),
    )  # fmt: skip
    found["far visit"] = (
        made["far visit"],
        one("visit", "planned", program="far_program", program_published="far_program",
            network_published="far_network", schools_published="9",
            district_published="far"),
    )  # fmt: skip
    for name, row, program in (("", world, "program"), ("far ", None, "far_program")):
        scenario = world.scenario if row else made["far scenario"]
        found[f"{name}scenario"] = (scenario, one("scenario", "ready", program=program))
        found[f"{name}plan"] = (
            world.plan if row else made["far plan"],
            one("plan", "published", program=program),
        )
        found[f"{name}veto"] = (world.veto if row else made["far veto"], one("veto", program=program))
    for where, school, district, program, person in (
        ("near", "1", "district", "program", "Dana"),
        ("far", "9", "far", "far_program", "Lou"),
    ):
        who = {"person": people[person]}
        found[f"{where} school days"] = (
            made[f"{where} school days"],
            one("day", school=school, district=school),
        )
        found[f"{where} district days"] = (
            made[f"{where} district days"], one("day", school=district, district=district)
        )  # fmt: skip
        found[f"{where} role"] = (
            made[f"{where} role"],
            one("role", "team", {"person": made[f"{where} role"].person}, group=school, district=district),
        )
        found[f"{where} schools file"] = (
            made[f"{where} schools file"],
            one("import", "read", who, group=district),
        )
        found[f"{where} travel file"] = (
            made[f"{where} travel file"], one("import", "read", who, group=program)
        )  # fmt: skip
        found[f"{where} applications file"] = (
            made[f"{where} applications file"], one("import", "read", who, group=program)
        )  # fmt: skip
    rae = people["Rae"].roles.get()
    found["program role"] = (
        rae, one("role", "reviewer", {"person": people["Rae"]}, group="program", program_district="district")
    )  # fmt: skip
    for where, person, program in (("near", "Dana", "program"), ("far", "Lou", "far_program")):
        who = {"actor": people[person]}
        found[f"{where} history"] = (made[f"{where} history"], one("history", "", who, group=program))
    for where, person in (("near", "Hana"), ("other", "Piet"), ("far", "Lou")):
        found[f"{where} session"] = (made[f"{where} session"], one("session", "", {"person": people[person]}))
        found[f"{where} mail"] = (made[f"{where} mail"], one("mail", "", {"to": people[person]}))
    found |= applying.things_of(places, one)
    found |= reviewing.things_of(places, one)
    found |= posts.things_of(places, one, group_ids(places))
    found |= around.things_of(places, one)
    return found
