"""The demo's workbench: measured ways, two kept apart, wishes, a board changed by hand, letters, a triad in pairs."""

from intervisit.apps.applications.models import Wishes
from intervisit.apps.networks import actions, bridge
from intervisit.apps.networks.actions.travel import apply_travel, stage_travel
from intervisit.apps.networks.bridge.wording import words_of
from intervisit.apps.networks.models import Network, NetworkMember, Scenario
from intervisit.apps.networks.states import PodBasis
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.matching import read_instance, travel_minutes

APART = "The two principals share a building and a long history; both asked not to be put together."
NEARER = "Two schools asked whether they could change places. This is what it would cost everybody."
HOST_LETTER = """Dear {person},

thank you for opening your doors. In {year}, {school} is {role} in {network}: {schools}.

{facilitator} accompanies you and will call you before the first visit. Open the page below to see why you are \
together, and when you visit each other."""


def before_matching(
    program: Program, hosts: list[Organization], partners: list[Organization], by: Actor
) -> None:
    """What the office knows before it matches: some ways were measured, two stay apart, some wished."""
    pairs = [(a, b) for a in hosts[:3] for b in partners[:4]]
    problem = read_instance(bridge.instance(program, bridge.Wanted(counts={})), "the demo")
    lines = [
        f"{a.code},{b.code},{travel_minutes(problem, a.code, b.code) + (n * 5) % 7 - 2}"
        for n, (a, b) in enumerate(pairs)
    ]
    table = "\n".join(["from,to,minutes", *lines]).encode()
    run = stage_travel(program, by=by, filename="transport-office-october.csv", data=table)
    apply_travel(run, program, by=by, confirmed=True)
    actions.keep_apart(program, partners[0], partners[5], by=by, note=APART)
    _own_words(program, by)
    for number, school in enumerate(partners[2:5]):
        Wishes.objects.filter(application__program=program, application__school=school).update(
            schools=[str(hosts[number].pk)]
        )


def _own_words(program: Program, by: Actor) -> None:
    """What schools wrote comes near areas they have not chosen: one is counted, one refused, others are open."""
    design, decided = program.design, 0
    for application in bridge.accepted(program):
        application.program = program
        found = words_of(application, design, ())
        if not found.near or not found.free:
            continue
        if decided == 0:
            actions.place_words(
                application, found.near[0].area, by=by, instead=found.free[0][0] if found.full else ""
            )
        else:
            actions.refuse_words(application, found.near[-1].area, by=by)
        decided += 1
        if decided == 2:
            return


def after_matching(program: Program, by: Actor) -> None:
    """A copy of the adopted board, changed by hand, for the comparison; and an attempt that was put away."""
    adopted = _scenario(program, adopted__isnull=False)
    copy = actions.duplicate_scenario(adopted, by=by)
    places = copy.places.filter(hosts=False).select_related("application__school", "network")
    best = [
        (swap.change, place.application, swap.application)
        for place in places.order_by("network__number", "application__school__code_key")
        for swap in bridge.swaps(copy, place, most=1)
        if not swap.broken
    ]
    if best:
        # Each change stands there twice, from either side. The best one may lead to what another scenario found; the
        # next one is a board of its own.
        _, one, other = sorted(best, key=lambda found: -found[0])[min(2, len(best) - 1)]
        actions.swap_schools(copy, one, other, by=by)
    actions.rename_scenario(copy, by=by, name="Two change places", note=NEARER)
    tried = actions.duplicate_scenario(adopted, by=by)
    actions.rename_scenario(tried, by=by, name="First try of all", note="Before the wishes had come in.")
    actions.archive_scenario(tried, by=by)


def before_publishing(program: Program, by: Actor) -> None:
    """The letter to those who open their doors is in the office's own words; schools read all there is to say."""
    role = next(key for key, r in program.design.roles.items() if r.hosts)
    actions.write_letter(program, role, by=by, subject="You host in {year}", text=HOST_LETTER, version=0)
    shown = [*program.design.matching.shown_to_schools, "role", "wishes", "next_best"]
    actions.choose_reasons(program, list(dict.fromkeys(shown)), by=by)


def during_the_year(program: Program, by: Actor) -> None:
    """One network works in pairs for a while. Its people have not been told yet."""
    network = Network.objects.select_related("group", "program__version", "program__district").get(
        program=program, number=2
    )
    rows = NetworkMember.objects.filter(network=network, left__isnull=True).select_related("school")
    members = list(rows.order_by("-hosts", "school__code_key"))
    host, others = members[0], members[1:]
    pairs = [(f"{host.school.name} and {m.school.name}", [host, m]) for m in others]
    actions.split_network(network, pairs, PodBasis.PAIR, by=by)


def _scenario(program: Program, **wanted: object) -> Scenario:
    found = Scenario.objects.select_related("program__version", "program__district", "program__group")
    return found.get(program=program, **wanted)
