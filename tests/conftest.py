"""What every test may use."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from tests.remembered import remembered
from tests.world import World, build_world

pytest_plugins = ["tests.house.require", "tests.house.database_only"]


LONGEST = ("test_matrix", "journeys/test_pages", "journeys/test_director", "test_collisions", "web/test_demo")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest begin first, so that of two processes none has a long one left when the other has ended."""
    items.sort(key=lambda item: not any(name in item.nodeid for name in LONGEST))


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not look through it again and again."""
    gc.freeze()
    gc.set_threshold(20_000)


@pytest.fixture(scope="session")
def play() -> Iterator[Any]:
    """The browser's driver, once a process: two of them cannot live in one."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def django_db_use_migrations() -> bool:
    """Tables are made from the models at once; tests/web/test_tables.py says that the steps make the same."""
    return False


@pytest.fixture
def world(db: None) -> World:
    """The small district of tests/world.py."""
    return remembered("world", build_world)
