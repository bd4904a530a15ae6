"""`intervisit import-schools FILE [--district CODE] [--year 2016-17] [--apply]`: the same import without a browser."""

import argparse
import sys
from pathlib import Path

from intervisit.apps.people.actions.imports import apply_file, preview, stage_schools
from intervisit.apps.people.bridge.comparison import Comparison
from intervisit.apps.people.models import District
from intervisit.core.text import BadValue, code_key
from intervisit.kit.access import system_actor
from intervisit.kit.models import ImportRun
from intervisit.kit.refusal import Refused

SHOWN = 10


def run(argv: list[str]) -> int:
    """Print what the file would change; with --apply change it, whole or not at all. Returns the exit status.

    0: read (and applied); 1: the file has troubles, nothing changed; 2: the command was not understood.
    """
    parser = argparse.ArgumentParser(prog="intervisit import-schools", description=__doc__)
    parser.add_argument("file", type=Path, help="a CSV or XLSX file")
    parser.add_argument("--district", default="", help="the district's code, when there are several")
    parser.add_argument("--year", default="", help="school year of the figures, such as 2016-17")
    parser.add_argument(
        "--apply", action="store_true", help="write it; without this only the preview is printed"
    )
    asked = parser.parse_args(argv)
    district = _district(asked.district)
    if isinstance(district, str):
        return _complain(district, 2)
    try:
        data = asked.file.read_bytes()
    except OSError as error:
        return _complain(f"{asked.file}: {error.strerror}.", 2)
    by = system_actor("import-schools on the command line")
    try:
        staged = stage_schools(district, by=by, filename=asked.file.name, data=data, year=asked.year)
        found, troubles = preview(staged, district)
        if troubles:
            return _refused(staged, list(troubles.messages()))
        _print(staged, found)
        if not asked.apply:
            _say("Nothing was changed. Add --apply to write it.")
            staged.delete()
            return 0
        counts = apply_file(staged, district, by=by)
    except (Refused, BadValue) as refusal:
        return _complain("\n".join(t.message for t in refusal.troubles) + "\nNothing was changed.", 1)
    _say(f"Applied: {counts['new']:,} new, {counts['changed']:,} changed.")
    return 0


def _district(code: str) -> District | str:
    known = list(District.objects.order_by("code"))
    if code:
        found = [d for d in known if d.code_key == code_key(code)]
        return (
            found[0]
            if found
            else f"No district has the code {code}. Known: {', '.join(d.code for d in known)}."
        )
    if len(known) == 1:
        return known[0]
    if not known:
        return "There is no district yet. Make one with: intervisit first-admin"
    return f"Name the district with --district: {', '.join(d.code for d in known)}."


def _print(staged: ImportRun, found: Comparison) -> None:
    for key, heading in staged.mapping.items():
        _say(f"  {heading} is the {key.replace('_', ' ')}")
    for note in staged.notes:
        _say(f"  note: {note['message']}")
    counts = found.counts
    _say(
        f"{counts['rows']:,} schools: {counts['new']:,} new, {counts['changed']:,} changed, {counts['same']:,} as they "
        f"were; {counts['missing']:,} of ours not in the file; {counts['without_position']:,} without coordinates."
    )
    for change in found.changed[:SHOWN]:
        said = "; ".join(f"{d.what} {d.before or '–'} → {d.after}" for d in change.differences[:4])
        _say(f"  {change.school.code} {change.school.name}: {said}")
    if len(found.changed) > SHOWN:
        _say(f"  and {len(found.changed) - SHOWN:,} more")


def _refused(staged: ImportRun, messages: list[str]) -> int:
    staged.delete()
    return _complain("\n".join(messages) + "\nNothing was changed.", 1)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _complain(text: str, status: int) -> int:
    sys.stderr.write(text + "\n")
    return status
