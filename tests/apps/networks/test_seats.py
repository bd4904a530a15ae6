"""A design whose networks mix schools of several roles gets networks that do."""

import pytest

from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.networks.bridge.problem import Wanted, instance
from intervisit.core.matching import Seat, Solution, read_instance, solve
from tests import factories

pytestmark = pytest.mark.django_db


def _applicants(slug: str, roles: list[str]) -> dict[str, object]:
    district = factories.district()
    program = factories.program(district, slug)
    for number, role in enumerate(roles, start=1):
        school = factories.school(district, number)
        factories.application(program, school, role_wanted=role, role=role, state=ApplicationState.ACCEPTED)
    counts = dict.fromkeys(program.design.shapes, (0, 10))
    return instance(program, Wanted(counts=counts))


def test_every_network_of_equals_is_mixed() -> None:
    first, second = factories.design(factories.equal()).roles
    # Neighbours are of one role, so that the best networks would not be mixed if nobody asked for it.
    data = _applicants(factories.equal(), [first] * 5 + [second] * 4)
    problem = read_instance(data, "made")
    assert {t.name: {s.kind for s in t.seats} for t in problem.types} == {
        key: {first, second} for key in factories.design(factories.equal()).shapes
    }
    result = solve(problem, seed=1, seconds=20)
    assert isinstance(result, Solution)
    assert result.unplaced == ()
    for network in result.networks:
        kinds = {problem.by_id[i].kind for i in network.members}
        assert kinds == {first, second}


def test_seats_are_those_of_the_design() -> None:
    design = factories.design(factories.equal())
    first, second = design.roles
    problem = read_instance(_applicants(factories.equal(), [first, second, second]), "made")
    wanted = {
        key: tuple(Seat(s.role, s.min, s.max) for s in shape.seats) for key, shape in design.shapes.items()
    }
    assert {t.name: t.seats for t in problem.types} == wanted


def test_a_host_and_its_partners_need_no_seats() -> None:
    roles = factories.design(factories.hosted()).roles
    host = next(key for key, role in roles.items() if role.hosts)
    guest = next(key for key, role in roles.items() if not role.hosts)
    problem = read_instance(_applicants(factories.hosted(), [host, guest, guest]), "made")
    assert [t.seats for t in problem.types] == [()] * len(problem.types)
    assert {s.kind for s in problem.schools} == {""}
