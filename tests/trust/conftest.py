"""The counts of the trust tests at the end of a run, also of a run in several processes."""

import pytest

from tests.remembered import remembered
from tests.trust.places import Places, build_places
from tests.world import World, build_world


@pytest.fixture
def places(db: None) -> Places:
    """The world, and beside it all that tests/trust/places.py adds."""
    return remembered("places", lambda: build_places(build_world()))


@pytest.fixture
def world(request: pytest.FixtureRequest, db: None) -> World:
    """The world alone, or the one of these places."""
    if "places" in request.fixturenames:
        found: Places = request.getfixturevalue("places")
        return found.world
    return remembered("world", build_world)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    told = [
        str(value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == "counts"
    ]
    if told:
        terminalreporter.section("trust")
        for line in sorted(told):
            terminalreporter.write_line(line)
