"""The demo's year under way: a school comes late, into a network that is published; its visits wait for days."""

from intervisit.apps.applications.actions.deciding import decide
from intervisit.apps.applications.actions.decision_release import ask_release, release_decisions
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.networks.actions import join_network
from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor

WHY = "A place became free in October, and its aim is that of the schools it comes to."
NUMBER = 5  # of the network


def late(program: Program, by: Actor, second: Actor, school: Organization) -> None:
    """`school` is accepted after everybody had a place, and joins."""
    rows = program.applications.filter(school=school, state=ApplicationState.SUBMITTED)
    key = next(
        d.key
        for d in program.design.decisions
        if d.outcome == "accept" and not program.design.roles[d.role].hosts
    )
    decide(rows.select_related("program__version", "school"), by=by, decision=key, reason=WHY)
    ask_release(program, by=by)
    release_decisions(program, by=second)
    application = program.applications.select_related("school").get(school=school)
    network = Network.objects.select_related("group", "program__version", "program__district").get(
        program=program, number=NUMBER
    )
    join_network(network, application, by=by)
