"""Every key of a TOML text is found on the line where it stands."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intervisit.core.designs.lines import Path, line_of, lines_of
from tests.shipped import SLUGS, texts

# Every number is the number of the line that its key (or, in a list, itself) stands on.
NASTY = '''a = 1
"b c" . 'd.e' = 2 # = 9
f = [ 3, # ] [
  4, [ 4 ], { g = 4, "h\\u0041" = 4 },

  6,
]
"x" = 8
[t]    # comment with [brackets] and "quotes
i = 10
j = """
k = 99
\\"""""  # the quotes end here
k = 14
l = \'\'\'
[nobody]
m = 99\'\'\'\'
m = 18
[[u.v]]
n = 20
[u.v.w]
o = 22
[[u.v]]
n = 24
[[u.v.x]]
p = 26
[[u.v.x]]
p = 28
[t.q]
r = 30
[ "u" . y ]
s.t.u = 32
s.t.w = 33
z = { a = 34, b = { c = 34 }, d = [ 34,
  35, { e = 35 } ] }
date = 1979-05-27 07:32:00
after = 37
'''


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, (*path, key))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from leaves(one, (*path, at))
    else:
        yield path, value


def numbers_not_on_their_line(text: str) -> list[tuple[Path, int, int | None]]:
    lines = lines_of(text)
    found = [(path, value) for path, value in leaves(tomllib.loads(text)) if isinstance(value, int)]
    assert found
    return [(path, value, lines.get(path)) for path, value in found if lines.get(path) != value]


def test_every_way_to_write_a_key() -> None:
    assert numbers_not_on_their_line(NASTY) == []


def test_a_table_stands_where_its_header_is() -> None:
    lines = lines_of("x = 1\n\n[a.b]\nc = 1\n[[d]]\n[[d]]\n")
    assert (lines["a", "b"], lines["d", 0], lines["d", 1]) == (3, 5, 6)


def test_a_missing_key_is_found_at_the_table_it_belongs_to() -> None:
    lines = lines_of("x = 1\n\n[a.b]\nc = 1\n")
    assert line_of(lines, ("a", "b", "missing", 3)) == 3
    assert line_of(lines, ("nowhere",)) == 1


@pytest.mark.parametrize("slug", SLUGS)
def test_every_key_of_a_shipped_design_has_a_line(slug: str) -> None:
    for name, text in texts(slug).items():
        if name.endswith(".toml"):
            lines, written = lines_of(text), text.split("\n")
            for path, _ in leaves(tomllib.loads(text)):
                key = (
                    path[-1]
                    if isinstance(path[-1], str)
                    else next(p for p in path[::-1] if isinstance(p, str))
                )
                assert key in written[lines[path] - 1] or isinstance(path[-1], int)


KEYS = st.sampled_from(["a", "b-c", '"d e"', "'f.g'", '"h\\"#"', "1", '"="'])
FILLERS = st.sampled_from(
    ["", "# [x] = {", '  # "', "{k} = '''\n[no]\nno = 0'''", '{k} = """\n\\"""\n# no = 0"""', "{k} = 1.5e3  # ]",
     "{k} = [[], [\n], ['#']]", "{k} = { x = '}' }", "{k} = 2014-01-01"]
)  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A TOML text in which every whole number is the number of its own line."""
    rows: list[str] = []
    for number in range(draw(st.integers(1, 12))):
        here = sum(row.count("\n") + 1 for row in rows) + 1
        kind = draw(st.sampled_from(["key", "filler", "table", "entry", "list", "inline", "dotted"]))
        key = f"k{number}"
        quoted = draw(KEYS)
        rows.append(
            {
                "key": f"{key} = {here}",
                "filler": draw(FILLERS).replace("{k}", key),
                "table": f"[{key}.{quoted}]",
                "entry": f"[[entries.{quoted}]]\n{key} = {here + 1}",
                "list": f"{key} = [ {here},\n\n {here + 2}, # ]\n [{here + 3}] ]",
                "inline": f"{key} = {{ {quoted} = {here}, z = [{here}] }}",
                "dotted": f"{key} . {quoted}.x = {here}",
            }[kind]
        )
    rows.append(f"last = {sum(row.count(chr(10)) + 1 for row in rows) + 1}")
    return "\n".join(rows) + "\n"


@given(documents())
def test_any_text(text: str) -> None:
    assert numbers_not_on_their_line(text) == []
