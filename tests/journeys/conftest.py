"""Sites and browsers for the journeys."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.journeys import browser as browsers
from tests.journeys import sites


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def pytest_exception_interact(node: pytest.Item, report: pytest.TestReport) -> None:
    """A failed journey says where its people stood."""
    for one in browsers.OPEN:
        try:
            seen = one.tab.inner_text("body", timeout=2000)[:1500]
        except Exception as error:
            seen = repr(error)
        report.sections.append((f"at {one.tab.url}", "\n".join([seen, *one.complaints])))


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where loaded stages are kept: with xdist one folder for all its processes."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if base.name.startswith("popen-") else base) / "stages"


@pytest.fixture(scope="session")
def chromium(play: Any) -> Iterator[Any]:
    if browsers.chromium_path() is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    browser = play.chromium.launch(executable_path=browsers.chromium_path(), args=browsers.QUIET)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def site_at(stages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., sites.Site]]:
    """`site_at(stage)`: a site of its own for the journeys of a module."""
    with ExitStack() as stack:

        def start(stage: str, *, worker: bool = True) -> sites.Site:
            prepared = sites.prepare(stage, stages)
            data = tmp_path_factory.mktemp("site") / "data"
            return stack.enter_context(sites.running(prepared, data, worker=worker))

        yield start


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., browsers.Visitor]]:
    """`visit(site, **looks)`: a new browser profile; what it complained about fails the test at its end."""
    met: list[browsers.Visitor] = []

    def open_(site: sites.Site, **looks: Any) -> browsers.Visitor:
        met.append(browsers.visitor(chromium, site, **looks))
        return met[-1]

    yield open_
    for one in met:
        one.context.close()
    assert [c for one in met for c in one.complaints] == []
