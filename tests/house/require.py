"""Plugin: what IV_REQUIRE names may not be missing. In CI a skip for that reason is a failure.

IV_REQUIRE is a list of words, for example `chromium,postgres,shared`; a skip whose reason contains one of
them (in any case) fails instead. A word nobody knows is refused, so a slip cannot switch the guard off.
"""

import os
from collections.abc import Generator

import pytest

KNOWN = frozenset({"chromium", "dovecot", "postgres", "shared"})


def required() -> frozenset[str]:
    listed = os.environ.get("IV_REQUIRE", "").lower().replace(",", " ")
    words = frozenset(listed.split())
    if not words <= KNOWN:
        unknown = ", ".join(sorted(words - KNOWN))
        raise pytest.UsageError(f"IV_REQUIRE knows {', '.join(sorted(KNOWN))}, but not {unknown}")
    return words


def pytest_configure(config: pytest.Config) -> None:
    required()


def _forbid(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip for a required thing into a failure that keeps the reason."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    missing = sorted(word for word in required() if word in reason.lower())
    if missing:
        report.outcome = "failed"
        report.longrepr = f"IV_REQUIRE names {', '.join(missing)}, so this may not be skipped: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _forbid(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _forbid(report)
    return report
