"""Keeping a design: as plain JSON values, exactly, and as a short fingerprint.

Tables become lists of records, so that a database that reorders the keys of an object changes nothing.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from .checks import CHECKS
from .loading import NAMESPACES, complete_references
from .problems import DesignError, Problem, Problems
from .program import Design
from .reading import Findings, Reader
from .table import Table

FORMAT = "intervisit-design/1"
_KEPT = "kept design"


def to_json(design: Design) -> dict[str, Any]:
    """`design` as dicts, lists and plain values; nothing left out. `from_json` gives it back."""
    return {"format": FORMAT, **_plain(design)}


def from_json(kept: Mapping[str, Any]) -> Design:
    """The design `to_json` wrote. Raises `DesignError` with its problems if this version cannot read it."""
    raw = {key: value for key, value in kept.items() if key != "format"}
    if kept.get("format") != FORMAT:
        problem = Problem(
            _KEPT, 1, f"The format is not {FORMAT}.", "Read it with the version of the program that wrote it."
        )
        raise DesignError(Problems((problem,)))
    findings = Findings()
    design = Reader(_KEPT, {}, findings, NAMESPACES, CHECKS).record(Design, raw, ())
    complete_references(findings)
    if findings.problems or not isinstance(design, Design):
        raise DesignError(Problems(tuple(findings.problems)))
    return design


def digest(design: Design) -> str:
    """Fingerprint of all a design says (SHA-256, 64 hexadecimal digits): equal exactly for equal designs."""
    text = json.dumps(to_json(design), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _plain(value: object) -> Any:
    if isinstance(value, Table):
        return [_plain(row) for row in value.values()]
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return value
