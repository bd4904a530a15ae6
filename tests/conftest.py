"""What every test may use."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from tests.remembered import remembered
from tests.world import World, build_world

pytest_plugins = ["tests.house.require", "tests.house.database_only"]


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


@pytest.fixture
def world(db: None) -> World:
    """The small district of tests/world.py."""
    return remembered("world", build_world)
