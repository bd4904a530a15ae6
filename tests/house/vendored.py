"""`python3 iv vendor`: the files taken from npm are those of vendor.toml; `… refetch` takes them again.

A package is its npm tarball, checked against the registry's integrity value before files are copied
out of it; a committed file is checked against its own hash, without network. Standard library only.
"""

import base64
import hashlib
import io
import os
import sys
import tarfile
import tomllib
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "vendor.toml"
PUBLIC_REGISTRY = "https://registry.npmjs.org"
LARGEST = 50_000_000  # bytes of a tarball


def sri(content: bytes, algorithm: str = "sha384") -> str:
    """The hash of `content` as browsers and npm write it: `sha384-…` in base64."""
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


def packages(file: Path = LIST) -> list[dict[str, Any]]:
    return list(tomllib.loads(file.read_text())["package"])


def problems(root: Path = ROOT) -> list[str]:
    """What is wrong with the committed files, one sentence each; nothing when all is as listed."""
    found: list[str] = []
    listed: set[Path] = set()
    for package in packages(root / LIST.name):
        folder = root / package["into"]
        for name in package["files"].values():
            file, known = folder / name, package.get("sri", {}).get(name)
            listed.add(file)
            if not file.exists():
                found.append(f"{package['name']}: {file.relative_to(root)} is missing")
            elif known != sri(file.read_bytes()):
                now = sri(file.read_bytes())
                found.append(f"{package['name']}: {name} is {now}, vendor.toml has {known}")
    folders = {root / package["into"] for package in packages(root / LIST.name)}
    for stray in sorted({file for folder in folders for file in folder.glob("*")} - listed):
        found.append(f"{stray.relative_to(root)} lies among vendored files, but vendor.toml does not name it")
    return found


def tarball(package: dict[str, Any]) -> bytes:
    """The package as npm publishes it. Raises SystemExit when it is not the one vendor.toml names."""
    registry = os.environ.get("NPM_CONFIG_REGISTRY", PUBLIC_REGISTRY).rstrip("/")
    name, version = package["name"], package["version"]
    url = f"{registry}/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
    with urllib.request.urlopen(url, timeout=60) as answer:
        content: bytes = answer.read(LARGEST)
    algorithm = package["integrity"].partition("-")[0]
    if sri(content, algorithm) != package["integrity"]:
        raise SystemExit(f"{name} {version} has {sri(content, algorithm)}, vendor.toml has another value.")
    return content


def refetch(package: dict[str, Any]) -> None:
    """Copy the listed files out of the tarball and bring their hashes in vendor.toml up to date."""
    folder = ROOT / package["into"]
    folder.mkdir(parents=True, exist_ok=True)
    text = LIST.read_text()
    with tarfile.open(fileobj=io.BytesIO(tarball(package)), mode="r:gz") as archive:
        for inside, name in package["files"].items():
            member = archive.extractfile(inside)
            if member is None:
                raise SystemExit(f"{package['name']}: there is no file {inside} in the tarball")
            content = member.read()
            (folder / name).write_bytes(content)
            known = package.get("sri", {}).get(name)
            if known:
                text = text.replace(known, sri(content))
            else:
                print(f'add under [package.sri] of {package["name"]}: "{name}" = "{sri(content)}"')
    LIST.write_text(text)
    print(f"{package['name']} {package['version']}: {len(package['files'])} files")


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["refetch"]):
        print("usage: python3 iv vendor [refetch]", file=sys.stderr)
        return 2
    if arguments:
        for package in packages():
            refetch(package)
    wrong = problems()
    count = sum(len(package["files"]) for package in packages())
    print("\n".join(wrong) or f"{count} vendored files are as vendor.toml says")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
