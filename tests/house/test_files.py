"""How files are cut and named, and what core may not do; that the import contracts can fail."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import vendored

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 500  # lines; past about 400 a file becomes a package of the same name
CODE = {".py", ".html", ".css", ".js", ".txt", ""}
JUNK_DRAWERS = frozenset({"util", "utils", "helper", "helpers", "common", "base", "misc", "service"})
# What core may not touch: the clock, the disk, the terminal, global chance, other programs.
NOT_IN_CORE = {
    "open", "input", "print", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time",
    "time.sleep", "os.environ", "os.getenv", "os.urandom", "uuid.uuid4", "uuid.uuid1", "numpy.random.seed",
}  # fmt: skip
NOT_IMPORTED_BY_CORE = {"pathlib", "os", "glob", "logging", "asyncio", "threading", "multiprocessing"}
GLOBAL_CHANCE = re.compile(r"(random|numpy\.random|np\.random)\.(?!Random$|default_rng$|Generator$)\w+")
PLACES = re.compile("/(?:" + "root|wor" + "k|home/[a-z]+|Users/[A-Za-z]+)/")  # folders of one machine
HOSTS = re.compile(r"py" + r"pi\.org|npm" + r"js\.org|unp" + r"kg\.com|jsdel" + r"ivr\.net|pkg" + r"\.dev")


def committed() -> list[Path]:
    """Every file git knows, or without git every file that is not a product of a run."""
    if shutil.which("git") and (ROOT / ".git").exists():
        said = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
        found = [ROOT / name for name in said.stdout.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not {"var", "mutants", "dist"} & set(path.parts)]
    ours = [path for path in found if path.is_file() and not _hidden(path)]
    assert len(ours) > 50, "this test looked at nothing"
    return ours


def _hidden(path: Path) -> bool:
    """Folders of tools; `.ci` is ours."""
    return any(part.startswith(".") and part != ".ci" for part in path.relative_to(ROOT).parts)


def taken() -> set[Path]:
    """Files that came from elsewhere."""
    return {ROOT / one["into"] / name for one in vendored.packages() for name in one["files"].values()}


def test_no_file_of_code_is_longer_than_can_be_read() -> None:
    ours = [path for path in committed() if path.suffix in CODE and path.name != "LICENSE"]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in {*ours} - taken()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_no_module_or_folder_is_a_junk_drawer() -> None:
    modules = [path.relative_to(ROOT).with_suffix("") for path in committed() if path.suffix == ".py"]
    assert sorted({part for module in modules for part in module.parts} & JUNK_DRAWERS) == []


def _called(node: ast.expr) -> str:
    """`datetime.now` for `datetime.datetime.now`, `np.random.rand` as written."""
    words = ast.unparse(node)
    return re.sub(r"^datetime\.(datetime|date)\b", r"\1", words)


def impure(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of what reaches outside: clock, disk, terminal, global chance, other programs."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [str(node.module).split(".")[0]]
        else:
            names = []
        yield from ((node.lineno, name) for name in names if name in NOT_IMPORTED_BY_CORE)  # type: ignore[attr-defined]
        if isinstance(node, ast.Call):
            called = _called(node.func)
            if called in NOT_IN_CORE or GLOBAL_CHANCE.fullmatch(called):
                yield node.lineno, called


def test_core_takes_values_and_gives_values() -> None:
    files = sorted((ROOT / "intervisit" / "core").rglob("*.py"))
    assert files
    found = {str(file.relative_to(ROOT)): list(impure(ast.parse(file.read_text()))) for file in files}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_the_look_at_core_can_find_something() -> None:
    code = "import os\nx = datetime.now()\nrandom.shuffle(y)\nrandom.Random(1)\nopen(z)\n"
    found = sorted(impure(ast.parse(code)))
    assert found == [(1, "os"), (2, "datetime.now"), (3, "random.shuffle"), (5, "open")]


def test_nothing_committed_names_a_place_of_one_machine_or_an_unknown_host() -> None:
    """Package hosts stand in two files only: the public defaults of pip and of npm."""
    wrong = []
    for path in committed():
        if path.suffix in {".woff2", ".png", ".xlsx", ".ico"} or path in taken():
            continue
        name, text = str(path.relative_to(ROOT)), path.read_text()
        patterns = [PLACES] if name in ("iv", "tests/house/vendored.py") else [PLACES, HOSTS]
        wrong += [f"{name}: {match[0]}" for pattern in patterns for match in pattern.finditer(text)]
    assert wrong == []


BREAKS = {  # a line that breaks each contract, and where it would stand
    "storeys": ("core/access/__init__.py", "import intervisit.kit"),
    "rooms": ("apps/people/__init__.py", "def late() -> None:\n    import intervisit.apps.networks.states"),
    "inside": ("apps/programs/states.py", "import intervisit.apps.programs.models"),
    "core": ("core/access/__init__.py", "import django.db"),
    "loops": ("core/access/words.py", "import intervisit.core.access.decide"),
}


@pytest.mark.slow
@pytest.mark.parametrize("contract", BREAKS)
def test_every_import_contract_can_break(contract: str, tmp_path: Path) -> None:
    """One wrong line, also inside a function, and the contract's own check turns red."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert {one["id"] for one in settings["tool"]["importlinter"]["contracts"]} == set(BREAKS)
    compiled = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "intervisit", tmp_path / "intervisit", ignore=compiled)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    where, line = BREAKS[contract]
    file = tmp_path / "intervisit" / where
    file.write_text(file.read_text() + "\n\n" + line + "\n")
    lint = [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache", "--contract", contract]
    environment = {"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(lint, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout
    assert "1 broken" in done.stdout
