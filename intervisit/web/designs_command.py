"""`intervisit designs check PATH …`, `designs list [FOLDER]`, `designs diff A B`, `designs format`."""

import argparse
import sys
from pathlib import Path

from intervisit.core.designs import Change, Design, Problems, difference
from intervisit.core.designs.reference import reference
from intervisit.kit.design_folder import design_folders, read_folder

FINE, BAD_DESIGN = 0, 2
SHIPPED = Path(__file__).resolve().parents[2] / "designs"


def main(argv: list[str]) -> int:
    """Run the command. Exits 0 if every design named can be read, 2 if not (and why is printed)."""
    try:
        asked = _arguments().parse_args(argv)
    except SystemExit as end:  # argparse has said what is wrong, or shown the help
        return int(end.code or 0)
    status: int = asked.run(asked)
    return status


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="intervisit designs", description="Check and compare program designs."
    )
    verbs = parser.add_subparsers(required=True, metavar="check|list|diff|format")
    check = verbs.add_parser("check", help="print every problem as file:line: what. remedy")
    check.add_argument(
        "paths", type=Path, nargs="+", metavar="PATH", help="a design's folder or its design.toml"
    )
    check.set_defaults(run=_check)
    listing = verbs.add_parser("list", help="print the designs in a folder")
    listing.add_argument("folder", type=Path, nargs="?", default=SHIPPED, help="default: the shipped designs")
    listing.set_defaults(run=_list)
    diff = verbs.add_parser("diff", help="print what B changes against A")
    diff.add_argument("old", type=Path, metavar="A", help="a design's folder")
    diff.add_argument("new", type=Path, metavar="B", help="another, or a newer version of it")
    diff.set_defaults(run=_diff)
    page = verbs.add_parser("format", help="print the reference page of the format (docs/reference)")
    page.set_defaults(run=_format)
    return parser


def _check(asked: argparse.Namespace) -> int:
    status = FINE
    for path in [design for named in asked.paths for design in _designs_at(named)]:
        design = _design(path)
        if design is None:
            status = BAD_DESIGN
            continue
        questions = sum(len(list(form.questions())) for form in design.forms.values())
        print(
            f"{_folder(path)}: {design.title}, version {design.version}: {len(design.roles)} roles, "
            f"{len(design.focus_areas)} {design.words['focus_area'].many}, {questions} questions, "
            f"{len(design.eligibility)} rules. No problems."
        )
    return status


def _list(asked: argparse.Namespace) -> int:
    status = FINE
    folders = design_folders(asked.folder)
    if not folders:
        print(f"{asked.folder}: there is no design here. Name a folder of designs.", file=sys.stderr)
        return BAD_DESIGN
    for folder in folders:
        design = _design(folder)
        if design is None:
            status = BAD_DESIGN
        else:
            print(f"{design.slug}  version {design.version}  {design.title}")
    return status


def _diff(asked: argparse.Namespace) -> int:
    old, new = _design(asked.old), _design(asked.new)
    if old is None or new is None:
        return BAD_DESIGN
    changes = difference(old, new)
    for change in changes:
        print(_said(change))
    if not changes:
        print("The two designs say the same.")
    return FINE


def _format(_asked: argparse.Namespace) -> int:
    print(reference(), end="")
    return FINE


def _said(change: Change) -> str:
    before, after = (" ".join((text or "").split()) for text in (change.before, change.after))
    if change.before is None:
        return f"+ {change.place}: {after}"
    if change.after is None:
        return f"- {change.place}: {before}"
    return f"~ {change.place}: {before} → {after}"


def _designs_at(path: Path) -> list[Path]:
    """The design named, or all designs in the folder named."""
    return [path] if (_folder(path) / "design.toml").exists() else design_folders(path) or [path]


def _folder(path: Path) -> Path:
    return path.parent if path.name == "design.toml" else path


def _design(path: Path) -> Design | None:
    """The design at `path`; None after printing what is wrong with it."""
    folder = _folder(path)
    found = read_folder(folder)
    if isinstance(found, Problems):
        for line in found.shown():
            print(f"{folder}/{line}" if not line.startswith("…") else line, file=sys.stderr)
        return None
    return found


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
