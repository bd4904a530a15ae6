"""Plugin for the second database: with IV_ONLY_DATABASE only tests that touch a database run.

The others gave their answer on the first one; core, for example, does not know that there are databases.
"""

import os

import pytest
from django.test import TransactionTestCase

FIXTURES = frozenset({"db", "transactional_db", "live_server", "django_db_setup"})


def touches_database(item: pytest.Item) -> bool:
    owner = getattr(item, "cls", None)
    return (
        bool(FIXTURES & set(getattr(item, "fixturenames", ())))
        or any(item.get_closest_marker(mark) for mark in ("django_db", "postgres"))
        or (owner is not None and issubclass(owner, TransactionTestCase))
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not os.environ.get("IV_ONLY_DATABASE"):
        return
    kept = [item for item in items if touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept
