"""What every test may use."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.world import World, build_world

pytest_plugins = ["tests.house.require", "tests.house.database_only"]


@pytest.fixture(scope="session")
def play() -> Iterator[Any]:
    """The browser's driver, once a process: two of them cannot live in one."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as found:
        yield found


@pytest.fixture
def world(db: None) -> World:
    """The small district of tests/world.py."""
    return build_world()
