"""A page's record and its template speak of the same names; no template runs or styles anything inline."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from django.template import Engine, Template, engines
from django.template.base import FilterExpression, Node, NodeList, Variable
from django.template.defaulttags import ForNode, WithNode
from django.template.loader_tags import ExtendsNode, IncludeNode

from intervisit.kit.pages import PageRecord
from tests.house.test_rules import routes

ROOT = Path(__file__).resolve().parents[2] / "intervisit"

# What every page knows without saying so: web/navigation.py, Django's request, and the blocks' own words.
COMMON = {
    "person", "demo", "submit_key", "csrf_token", "sign_in_url", "privacy_url", "navigation", "person_menu",
    "sign_out_url", "demo_url", "messages", "request", "True", "False", "None", "block", "forloop",
}  # fmt: skip
OPTIONAL = {"status", "program"}  # the frame shows the program a page belongs to, named or not


def records() -> list[type[PageRecord]]:
    """Every record of a page, whether an address names it or another record derives from it."""
    routes()  # loads every page

    def below(cls: type) -> Iterator[type]:
        for sub in cls.__subclasses__():
            yield sub
            yield from below(sub)

    return sorted((c for c in below(PageRecord) if c.template and c.__module__.startswith("intervisit")),
                  key=lambda c: c.__qualname__)  # fmt: skip


class Names:
    """The names a template asks of its context. `own` are its own, `parts` those of ui parts, which may be absent."""

    def __init__(self) -> None:
        self.own: set[str] = set()
        self.parts: set[str] = set()
        self._engine: Engine = engines["django"].engine  # type: ignore[attr-defined]

    def read(self, name: str) -> None:
        self._template(self._engine.get_template(name.partition("#")[0]), frozenset())

    def _template(self, template: Template, bound: frozenset[str]) -> None:
        part = str(template.name).startswith("ui/") and "styleguide" not in str(template.name)
        self._nodes(template.nodelist, bound, part)

    def _nodes(self, nodes: NodeList, bound: frozenset[str], part: bool) -> None:
        for node in nodes:
            bound = bound | self._node(node, bound, part)

    def _node(self, node: Node, bound: frozenset[str], part: bool) -> frozenset[str]:
        """Read one node; returns the names it binds for what follows."""
        if isinstance(node, ForNode):
            self._value(node.sequence, bound, part)
            self._nodes(node.nodelist_loop, bound | set(node.loopvars) | {"forloop"}, part)
            self._nodes(node.nodelist_empty, bound, part)
            return frozenset()
        if isinstance(node, WithNode):
            self._value(list(node.extra_context.values()), bound, part)
            self._nodes(node.nodelist, bound | set(node.extra_context), part)
            return frozenset()
        if isinstance(node, IncludeNode):
            self._include(node, bound, part)
            return frozenset()
        if isinstance(node, ExtendsNode):
            self._nodes(node.nodelist, bound, part)
            parent = node.parent_name.var
            self._template(self._engine.get_template(str(parent)), bound)
            return frozenset()
        for key, value in vars(node).items():
            if key not in ("token", "origin", "parent", "partial_mapping"):
                self._value(value, bound, part)
        return frozenset(
            n for key in ("target_var", "asvar") if isinstance(n := getattr(node, key, None), str)
        )

    def _include(self, node: IncludeNode, bound: frozenset[str], part: bool) -> None:
        self._value([*node.extra_context.values(), node.template], bound, part)
        target = node.template.var
        if not isinstance(target, str):
            return  # a panel that names its own template
        names, _, _ = target.partition("#")
        inner = bound | set(node.extra_context)
        if node.isolated_context:
            return
        self._template(self._engine.get_template(names), inner)

    def _value(self, value: Any, bound: frozenset[str], part: bool) -> None:
        if isinstance(value, NodeList):
            self._nodes(value, bound, part)
        elif isinstance(value, Node):
            self._node(value, bound, part)
        elif isinstance(value, FilterExpression):
            self._value(value.var, bound, part)
            for _, arguments in value.filters:
                for is_variable, argument in arguments:
                    if is_variable:
                        self._value(argument, bound, part)
        elif isinstance(value, Variable):
            if value.lookups and value.lookups[0] not in bound:
                (self.parts if part else self.own).add(value.lookups[0])
        elif isinstance(value, list | tuple):
            for one in value:
                self._value(one, bound, part)
        elif isinstance(value, dict):
            self._value(list(value.values()), bound, part)
        elif hasattr(value, "value") and hasattr(value, "first"):  # a condition of {% if %}
            self._value([value.value, value.first, value.second], bound, part)


def names_of(template: str) -> Names:
    found = Names()
    found.read(template)
    return found


@pytest.mark.parametrize("record", records(), ids=lambda r: r.__qualname__)
def test_a_record_has_the_names_its_template_uses(record: type[PageRecord]) -> None:
    names = names_of(record.template)
    held = {f.name for f in fields(record)}  # type: ignore[arg-type]
    missing = names.own - held - COMMON - OPTIONAL
    unused = held - names.own - names.parts - OPTIONAL
    assert (missing, unused) == (set(), set()), record.template


def test_there_are_records() -> None:
    assert len(records()) > 30


def test_the_reading_of_templates_can_fail() -> None:
    engine: Engine = engines["django"].engine  # type: ignore[attr-defined]
    text = (
        "{% for a in rows %}{{ a.x }}{{ forloop.counter }}{% if b and c|default:d %}{{ e }}{% endif %}{% endfor %}"
        "{{ a }}{% with f=g %}{{ f }}{% include 'ui/badge.html' with label=h %}{% endwith %}"
        "{% url 'home' as there %}{{ there }}"
    )
    found = Names()
    found._template(engine.from_string(text), frozenset())
    assert found.own == {"rows", "b", "c", "d", "e", "a", "g", "h"}
    assert "tone" in found.parts


def templates() -> list[Path]:
    return sorted(ROOT.rglob("templates/**/*.html"))


_INLINE = re.compile(
    r"\bstyle\s*=|\bon[a-z]+\s*=\s*[\"']|<style|javascript:|<script(?![^>]*\bsrc=)", re.IGNORECASE
)
_LOOK_BEHIND = re.compile(r"data-on|no-style")


@pytest.mark.parametrize("template", templates(), ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_is_inline(template: Path) -> None:
    assert _INLINE.findall(_LOOK_BEHIND.sub("", template.read_text())) == []


def test_every_template_of_an_app_is_used() -> None:
    """A template nobody names is read by nobody, and not by these tests either."""
    named = {r.template.partition("#")[0] for r in records()}
    words = "\n".join(p.read_text() for p in [*ROOT.rglob("*.py"), *templates()])
    unused = []
    for path in templates():
        name = str(path).partition("/templates/")[2]
        # ui parts are named by the tags of kit/templatetags, and shown by the style guide
        if (
            not name.startswith("ui/")
            and name not in named
            and f'"{name}' not in words
            and f"'{name}" not in words
        ):
            unused.append(name)
    assert unused == []


def test_every_address_a_template_names_exists() -> None:
    """A name that is none is an error only when the page is shown: as to staff without a second factor."""
    known = {r.name for r in routes()}
    named = re.compile(r"""\{%\s*url\s+['"](\w+)['"]""")
    wrong = [(p.name, n) for p in templates() for n in named.findall(p.read_text()) if n not in known]
    assert wrong == []


def test_forms_that_post_carry_their_keys() -> None:
    """Every posted form has the token against forged requests."""
    form = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.DOTALL | re.IGNORECASE)
    without = []
    for path in templates():
        for found in form.findall(path.read_text()):
            if (
                "csrf_token" not in found
                and "form_keys.html" not in found
                and "post_button.html" not in found
            ):
                without.append(f"{path.relative_to(ROOT)}: {found[:80]}")
    assert without == []
