"""The tables of a new installation on SQLite, made at once from the models: five times as fast as step by step.

What is made is what the migrations make, table by table and row by row; tests/web/test_tables.py compares the two. A
database that has tables already takes the steps it has not taken yet, and PostgreSQL takes them all.
"""

import contextlib
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction


def bring_up_to_date(verbosity: int) -> None:
    """Make the tables, or change them to what this version needs. Safe to run again, also after a kill."""
    if connection.vendor == "sqlite" and not connection.introspection.table_names():
        _make_all()
    call_command("migrate", verbosity=verbosity, interactive=False)


def _make_all() -> None:
    """All tables and the note that every step is taken: all of it or nothing."""
    connection.disable_constraint_checking()  # SQLite changes no table otherwise, and not within a transaction
    try:
        with transaction.atomic():
            with _without_steps():
                call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
            call_command("migrate", fake=True, verbosity=0, interactive=False)
    finally:
        connection.enable_constraint_checking()


@contextlib.contextmanager
def _without_steps() -> Iterator[None]:
    """For so long no app has migrations, and Django makes its tables from the models."""
    kept = settings.MIGRATION_MODULES
    settings.MIGRATION_MODULES = {config.label: None for config in apps.get_app_configs()}
    try:
        yield
    finally:
        settings.MIGRATION_MODULES = kept
