"""The locks: complete, hashed, in step with pyproject.toml and with each other, and free of copyleft."""

import importlib.metadata
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
FILES = {"run": "requirements.lock", "test": "requirements-test.lock", "check": "requirements-check.lock"}
NOT_OURS = re.compile(r"(?<!L)GPL|Affero|GNU General Public")  # the Lesser GPL would not bind ours
HASHED = re.compile(r"([\w.-]+)==(\S+)(?: ; (.+?))?((?: +--hash=sha256:[0-9a-f]{64})+)")


@dataclass(frozen=True, slots=True)
class Pin:
    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    @property
    def here(self) -> bool:
        """Whether the pin is meant for the machine of this run."""
        return not self.marker or Marker(self.marker).evaluate()


def pins(group: str) -> list[Pin]:
    """The pins of one lock. A line that is no pin, hash or comment is an error."""
    found = []
    text = (ROOT / FILES[group]).read_text().replace(" \\\n", " ")
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = HASHED.fullmatch(line.rstrip())
        assert match, f"{FILES[group]}: {line!r}"
        hashes = tuple(re.findall(r"sha256:(\w+)", match[4]))
        found.append(Pin(canonicalize_name(match[1]), match[2], (match[3] or "").strip(), hashes))
    return found


def direct(group: str) -> list[Requirement]:
    """What pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    listed = project["project"]["dependencies"] if group == "run" else project["dependency-groups"][group]
    return [Requirement(text) for text in listed]


@pytest.mark.parametrize("group", FILES)
def test_every_direct_dependency_is_locked_to_a_version_it_allows(group: str) -> None:
    locked = {pin.name: pin.version for pin in pins(group) if pin.here}
    for wanted in direct(group):
        version = locked.get(canonicalize_name(wanted.name))
        assert version, f"{wanted.name} is not in {FILES[group]}: run `python3 iv lock`"
        assert wanted.specifier.contains(version), f"{wanted} is locked to {version}: run `python3 iv lock`"


def test_the_locks_agree_with_each_other() -> None:
    seen: dict[tuple[str, str], Pin] = {}
    for group in FILES:
        for pin in pins(group):
            if pin.here:
                known = seen.setdefault((pin.name, "here"), pin)
                assert (known.version, set(known.hashes)) == (pin.version, set(pin.hashes)), pin.name


def needed(names: list[Requirement]) -> Iterator[str]:
    """Every package these requirements pull in on this machine, as the installed metadata say."""
    waiting = [(canonicalize_name(one.name), frozenset(one.extras)) for one in names]
    done: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in done:
            continue
        done.add((name, extras))
        yield name
        for text in importlib.metadata.requires(name) or ():
            inner = Requirement(text)
            if inner.marker is None or any(inner.marker.evaluate({"extra": e}) for e in ("", *extras)):
                waiting.append((canonicalize_name(inner.name), frozenset(inner.extras)))


@pytest.mark.parametrize("group", FILES)
def test_a_lock_holds_everything_its_group_needs_and_nothing_else(group: str) -> None:
    locked = sorted({pin.name for pin in pins(group) if pin.here})
    assert sorted(set(needed(direct(group)))) == locked


def test_what_is_installed_is_what_is_locked() -> None:
    for group in FILES:
        for pin in pins(group):
            if pin.here:
                assert importlib.metadata.version(pin.name) == pin.version, pin.name


def licence(name: str) -> str:
    """What a package says about its licence: the expression where there is one, else its classifiers."""
    data = importlib.metadata.metadata(name)
    classes = [text for text in data.get_all("Classifier") or () if text.startswith("License ::")]
    return data["License-Expression"] or "; ".join(classes) or (data["License"] or "")[:80]


@pytest.mark.parametrize("group", FILES)
def test_no_package_is_under_a_licence_that_would_bind_ours(group: str) -> None:
    assert NOT_OURS.search("License :: OSI Approved :: GNU General Public License v3 (GPLv3)")
    assert NOT_OURS.search("GPL-2.0-or-later")
    bound = {pin.name: licence(pin.name) for pin in pins(group) if pin.here}
    assert {name: text for name, text in bound.items() if NOT_OURS.search(text)} == {}


def test_the_launcher_knows_one_pip_and_its_digest() -> None:
    text = (ROOT / "iv").read_text()
    assert re.search(r'^PIP = "pip-\d+\.\d+(\.\d+)?-py3-none-any\.whl"$', text, re.MULTILINE)
    assert re.search(r'^PIP_SHA256 = "[0-9a-f]{64}"$', text, re.MULTILINE)
