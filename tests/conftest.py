"""What every test may use."""

import pytest

from tests.world import World, build_world

pytest_plugins = ["tests.house.require", "tests.house.database_only"]


@pytest.fixture
def world(db: None) -> World:
    """The small district of tests/world.py."""
    return build_world()
