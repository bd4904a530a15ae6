"""Which day it is depends on where: an instant's own date is that of Greenwich, not of the district."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Instants that were brought to a district before, or days that only narrow down what is looked at closely later.
KNOWN = {
    ("kit/clock.py", "moment.astimezone(ZoneInfo(zone))"),
    ("apps/programs/queries/programs.py", "local"),
    ("apps/calendar/actions/proposals.py", "until"),
    ("apps/calendar/queries/visits.py", "now()"),
    ("apps/gatherings/actions/reminders.py", "now()"),
    ("apps/gatherings/actions/reminders.py", "local"),
    ("apps/gatherings/queries/minutes.py", "local"),
    ("web/today.py", "(now() - dt.timedelta(hours=14))"),
}


def dates(tree: ast.AST) -> Iterator[str]:
    """What `.date()` is asked of."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr == "date" and not node.args and not node.keywords:
            text = ast.unparse(node.func.value)
            yield f"({text})" if isinstance(node.func.value, ast.BinOp) else text


def test_no_page_takes_the_day_of_greenwich_for_the_districts() -> None:
    folders = [ROOT / "intervisit" / name for name in ("kit", "apps", "web")]
    files = [path for folder in folders for path in folder.rglob("*.py")]
    assert len(files) > 100
    found = {
        (path.relative_to(ROOT / "intervisit").as_posix(), asked)
        for path in files
        for asked in dates(ast.parse(path.read_text()))
    }
    assert found == KNOWN
