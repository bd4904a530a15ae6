"""Whatever is done to a design's texts, the answer is a design or its problems, never an exception."""

import re
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.designs import Design, Problems, load
from intervisit.core.designs.lines import lines_of
from intervisit.core.designs.reference import reference
from tests.shipped import SLUGS, texts

SHIPPED = {slug: texts(slug) for slug in SLUGS}
TOML = [(slug, name) for slug in SLUGS for name in SHIPPED[slug] if name.endswith(".toml")]
HEADER = re.compile(r"^\[+([^\]\n]+)\]+", re.MULTILINE)
KEY = re.compile(r"^([a-z_]+)( = )", re.MULTILINE)
REFERENCE = re.compile(r'\b(role|form|fact|answer|from_review|starts_at)( = )"([a-z_-]+)"')
WHOLE = re.compile(r'^([a-z_]+) = (?:"""[^"]*"""|\[[^\]]*\]|[^"\[\n]+|"[^"\n]*")\n', re.MULTILINE)
NAMED = re.compile(r"^(words|roles|shapes|facts|positions)\.[^.]+")  # tables by key: one stands for all
SAME = {"positions.….rules": "eligibility"}  # described once in the reference page


def answer(slug: str, name: str, text: str) -> Design | Problems:
    """What `load` says; every problem must lie in a file of the design, on a line that the file has."""
    files = {**SHIPPED[slug], name: text}
    found = load(files)
    if isinstance(found, Problems):
        assert len(found) > 0
        for problem in found:
            assert 1 <= problem.line <= files[problem.file].count("\n") + 1
            assert problem.what
            assert problem.remedy
    return found


@st.composite
def places(draw: st.DrawFn, pattern: re.Pattern[str]) -> tuple[str, str, re.Match[str]]:
    """A file of a shipped design and a place in it that fits the pattern."""
    fitting = [(slug, name) for slug, name in TOML if pattern.search(SHIPPED[slug][name])]
    slug, name = draw(st.sampled_from(fitting))
    return slug, name, draw(st.sampled_from(list(pattern.finditer(SHIPPED[slug][name]))))


def table_at(name: str, text: str, position: int) -> str:
    """The table a place lies in, as the reference page calls it."""
    headers = [found.group(1) for found in HEADER.finditer(text, 0, position)]
    table = NAMED.sub(r"\1.…", headers[-1]) if headers else name.split("/")[0]
    return SAME.get(table, table)


def each_key(pattern: re.Pattern[str]) -> Iterator[tuple[str, str, re.Match[str], tuple[str, str]]]:
    """Of every key of every table one place where it stands: nothing is left to chance, nothing is asked twice."""
    seen = set()
    for slug, name in sorted(TOML, key=lambda one: sum(map(len, SHIPPED[one[0]].values()))):
        for match in pattern.finditer(SHIPPED[slug][name]):
            key = (table_at(name, SHIPPED[slug][name], match.start()), match.group(1))
            if key not in seen:
                seen.add(key)
                yield slug, name, match, key


def needed_keys() -> dict[str, dict[str, bool]]:
    """Table → key → whether it must be there, read from the reference page."""
    found: dict[str, dict[str, bool]] = {}
    for section in reference().split("\n## ")[1:]:
        title, _, rest = section.partition("\n")
        rows = re.findall(r"^\| `([a-z_]+)` \|.*\| ([^|]*)\|$", rest, re.MULTILINE)
        found[title.strip("[]").split("/")[0]] = {key: not default.strip() for key, default in rows}
    return found


def line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def on_its_line(slug: str, name: str, match: re.Match[str], text: str) -> bool:
    """Whether `text` has a problem on the line where the original has `match`."""
    found = answer(slug, name, text)
    line = line_at(SHIPPED[slug][name], match.start())
    return isinstance(found, Problems) and (name, line) in {(p.file, p.line) for p in found}


def test_a_renamed_key_is_found_on_its_line() -> None:
    missed = []
    for slug, name, match, key in each_key(KEY):
        text = SHIPPED[slug][name]
        if not on_its_line(slug, name, match, text[: match.start(2)] + "_zz" + text[match.start(2) :]):
            missed.append((slug, name, *key))
    assert missed == []


def test_a_reference_to_nothing_is_found_on_its_line() -> None:
    missed = []
    for slug, name, match, key in each_key(REFERENCE):
        text = SHIPPED[slug][name]
        if not on_its_line(slug, name, match, text[: match.start(3)] + "nowhere" + text[match.end(3) :]):
            missed.append((slug, name, *key))
    assert missed == []


def test_a_dropped_key_is_missed_exactly_where_it_is_needed() -> None:
    needed, wrong, both = needed_keys(), [], set()
    for slug, name, match, (table, key) in each_key(WHOLE):
        text = SHIPPED[slug][name]
        found = answer(slug, name, text[: match.start()] + text[match.end() :])
        problems = found if isinstance(found, Problems) else ()
        missing = any(re.search(rf"[`.]{key}` (of .* )?is missing", one.what) for one in problems)
        both.add(missing)
        if missing != needed[table][key]:
            wrong.append((slug, name, table, key))
    assert (wrong, both) == ([], {True, False})


@given(places(re.compile(r"^\[+([a-z_]+)[^\]\n]*\]+\n", re.MULTILINE)))
@settings(deadline=None, max_examples=60)
def test_a_dropped_header(place: tuple[str, str, re.Match[str]]) -> None:
    slug, name, match = place
    text = SHIPPED[slug][name]
    assert isinstance(answer(slug, name, text[: match.start()] + text[match.end() :]), Design | Problems)


VALUES = st.sampled_from(
    ["0", "-1", "1e400", "nan", '""', '"x"', "true", "[]", "{}", "[[1]]", "[{}]", "{ a = 1 }", "2014-05-02", "1.5",
     '"\\u0000"', '"\\u202e"', '[ "host", "host" ]', "99999999999999999999", '"{}"', "[1, 'a']", "07:30:00"]
)  # fmt: skip


@given(places(re.compile(r"^[a-z_]+ = (.*)$", re.MULTILINE)), VALUES)
@settings(deadline=None, max_examples=60)
def test_another_value(place: tuple[str, str, re.Match[str]], value: str) -> None:
    slug, name, match = place
    text = SHIPPED[slug][name]
    assert isinstance(
        answer(slug, name, text[: match.start(1)] + value + text[match.end(1) :]), Design | Problems
    )


@given(st.sampled_from(TOML), st.data())
@settings(deadline=None, max_examples=60)
def test_damaged_text(place: tuple[str, str], data: st.DataObject) -> None:
    slug, name = place
    text = SHIPPED[slug][name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 400)))
    garbage = data.draw(
        st.text(alphabet=st.characters(codec=None), max_size=20) | st.sampled_from(['"""', "[[", "{"])
    )
    assert isinstance(answer(slug, name, text[:start] + garbage + text[end:]), Design | Problems)


@given(
    st.dictionaries(
        st.sampled_from(["design.toml", "instruments/a.toml", "protocols/p.md", "SOURCES.md", "../x"]),
        st.text(),
    )
)
@settings(deadline=None)
def test_any_files(files: dict[str, str]) -> None:
    found = load(files)
    assert isinstance(found, Problems)


def test_lines_can_be_read_of_everything_that_is_toml() -> None:
    for slug, name in TOML:
        assert lines_of(SHIPPED[slug][name])
