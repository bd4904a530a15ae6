"""A design with one of its forms changed: the same checks as when the design was written.

`form_to_json` and `form_from_json` keep one form; `with_form` puts an edited one into its design.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from .checks import CHECKS
from .coherence import mistakes
from .forms import Form
from .keeping import _plain
from .loading import NAMESPACES, complete_references
from .problems import DesignError, Problem, Problems
from .program import Design
from .reading import Findings, Reader
from .table import Table

_PLACE = "form"


def form_to_json(form: Form) -> dict[str, Any]:
    """`form` as dicts, lists and plain values; `form_from_json` gives it back."""
    return dict(_plain(form))


def form_digest(kept: Mapping[str, Any]) -> str:
    """Fingerprint of a kept form."""
    text = json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def form_from_json(kept: Mapping[str, Any]) -> Form:
    """The form that was kept; that it fits its design was seen when it was kept. Raises `DesignError`."""
    findings = Findings()
    form = Reader(_PLACE, {}, findings, NAMESPACES, CHECKS).record(Form, dict(kept), ())
    if findings.problems or not isinstance(form, Form):
        raise DesignError(Problems(tuple(findings.problems)))
    return form


def with_forms(design: Design, forms: Iterable[Form]) -> Design:
    """`design` with these forms in the place of its own of the same keys."""
    made: Design = replace(design, forms=Table({**dict(design.forms), **{f.key: f for f in forms}}))
    return made


def with_form(design: Design, kept: Mapping[str, Any]) -> Design | Problems:
    """`design` with an edited form, or everything in the form that is wrong or no longer fits the design."""
    findings = Findings()
    key = kept.get("key")
    forms = [dict(kept) if form.key == key else _plain(form) for form in design.forms.values()]
    whole = {**_plain(design), "forms": forms}
    made = Reader(_PLACE, {}, findings, NAMESPACES, CHECKS).record(Design, whole, ())
    complete_references(findings)
    if not findings.problems and isinstance(made, Design):
        found = tuple(Problem(_PLACE, 1, what, remedy) for _, _, what, remedy in mistakes(made))
        return Problems(found) if found else made
    return Problems(tuple(dict.fromkeys(findings.problems)))


__all__ = ["form_digest", "form_from_json", "form_to_json", "with_form", "with_forms"]
