"""Vendored files are the listed ones, and a change to one of them is noticed."""

import shutil
from pathlib import Path

from tests.house import vendored


def test_every_vendored_file_is_the_listed_one() -> None:
    assert vendored.problems() == []


def test_a_changed_a_missing_and_a_stray_file_are_noticed(tmp_path: Path) -> None:
    shutil.copy(vendored.LIST, tmp_path)
    for folder in {package["into"] for package in vendored.packages()}:
        shutil.copytree(vendored.ROOT / folder, tmp_path / folder)
    first, second = vendored.packages()[:2]
    changed = tmp_path / first["into"] / next(iter(first["files"].values()))
    changed.write_bytes(changed.read_bytes() + b"\n")
    missing = tmp_path / second["into"] / next(iter(second["files"].values()))
    missing.unlink()
    (missing.parent / "stray.woff2").write_bytes(b"")
    found = vendored.problems(tmp_path)
    assert [text.split(" is ")[0].split(" lies ")[0] for text in found] == [
        f"{first['name']}: {changed.name}",
        f"{second['name']}: {missing.relative_to(tmp_path)}",
        f"{second['into']}/stray.woff2",
    ]
