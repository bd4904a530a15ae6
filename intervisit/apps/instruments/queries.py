"""Schools as people name them in answers, by code, by name, or by both; and the forms of a program as they are now."""

import re
from collections.abc import Iterable

from django.db.models import Count, Q

from intervisit.apps.instruments.models import FormVersion
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.designs import Design, Form, with_forms
from intervisit.core.text import Trouble, code_key, search_key, shown
from intervisit.kit import prepared

_CODE_AT_END = re.compile(r"\(([^()]{1,40})\)\s*$")


def school_label(school: Organization) -> str:
    """`P.S. 1 (01M001)`: what one types to name a school, and what comes back."""
    return f"{school.name} ({school.code})"


def school_labels(ids: Iterable[str]) -> dict[str, str]:
    """Labels of schools by id, in one query."""
    wanted = {i for i in ids if i}
    rows = Organization.objects.filter(pk__in=wanted) if wanted else Organization.objects.none()
    return {str(s.pk): school_label(s) for s in rows}


def find_schools(texts: Iterable[str], district: Organization) -> dict[str, str | Trouble]:
    """For each typed text the id of the school of this district that it names, or what is wrong with it."""
    wanted = [t.strip() for t in texts if t.strip()]
    if not wanted:
        return {}
    codes = {t: code_key(m[1] if (m := _CODE_AT_END.search(t)) else t) for t in wanted}
    names = {t: search_key(_CODE_AT_END.sub("", t)) for t in wanted}
    condition = Q(code_key__in=set(codes.values()))
    for name in set(names.values()):
        condition |= Q(search_key__startswith=name)
    rows = list(Organization.objects.filter(condition, district=district, kind="school")[:500])
    return {text: _match(text, codes[text], names[text], rows) for text in wanted}


def _match(text: str, code: str, name: str, rows: list[Organization]) -> str | Trouble:
    by_code = [s for s in rows if s.code_key == code]
    if by_code:
        return str(by_code[0].pk)
    exact = [s for s in rows if search_key(s.name) == name]
    if len(exact) == 1:
        return str(exact[0].pk)
    near = exact or [s for s in rows if s.search_key.startswith(name)]
    if not near:
        message = f"No school is called {shown(text)}. Write its name or its code as the district does."
        return Trouble("unknown-school", message)
    if len(near) == 1:
        message = f"No school is called {shown(text)}. If you mean {school_label(near[0])}, write that."
        return Trouble("unknown-school", message)
    some = "; ".join(school_label(s) for s in near[:3])
    return Trouble("several-schools", f"Several schools fit {shown(text)}: {some}. Add the code.")


def suggestions(text: str, district: Organization, most: int = 12) -> list[str]:
    """Labels of schools whose name or code contains every word typed."""
    words = search_key(text).split()[:6]
    if not words or len(text) > 100:
        return []
    rows = Organization.objects.filter(district=district, kind="school", closed=False)
    for word in words:
        rows = rows.filter(search_key__contains=word)
    return [school_label(s) for s in rows.order_by("name")[:most]]


def newest_versions(program: Program) -> dict[str, FormVersion]:
    """The newest edited version of each form of a program that was edited; asked once for each program at hand."""
    found: dict[str, FormVersion] | None = getattr(program, "_newest_forms", None)
    if found is None:
        rows = sorted(prepared.of(program, "form_versions"), key=lambda v: v.number)
        found = {v.key: v for v in rows}
        program._newest_forms = found  # type: ignore[attr-defined]
    return found


def design_now(program: Program) -> Design:
    """The program's design with its forms as they are now."""
    edited = newest_versions(program)
    return with_forms(program.design, (v.form for v in edited.values())) if edited else program.design


def form_now(program: Program, key: str) -> Form | None:
    """The form as new applications get it; None when the design has no such form."""
    edited = newest_versions(program).get(key)
    return edited.form if edited is not None else program.design.forms.get(key)


def applications_on(program: Program, key: str) -> dict[str, int]:
    """How many applications are on each version of a form: id of the version (empty: the design's own) → count."""
    rows = program.applications.filter(form_key=key).order_by().values_list("form").annotate(Count("pk"))
    return {str(version or ""): count for version, count in rows}
