"""Whatever is done to a design's texts, the answer is a design or its problems, never an exception."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.designs import Design, Problems, load
from intervisit.core.designs.lines import lines_of
from tests.shipped import SLUGS, texts

SHIPPED = {slug: texts(slug) for slug in SLUGS}
TOML = [(slug, name) for slug in SLUGS for name in SHIPPED[slug] if name.endswith(".toml")]
KEY = re.compile(r"^([a-z_]+)( = )", re.MULTILINE)
REFERENCE = re.compile(r'\b(role|form|fact|answer|from_review|starts_at)( = )"([a-z_-]+)"')
REQUIRED = re.compile(
    r"^(slug|title|summary|version|word|many|hosts|form|hosted|min_size|max_size|max_count|seats|label|closes|intake"
    r"|for_roles|met|not_met|unknown|outcome|subject|letter|measure|role|times|starts|ends|text|amount|purpose)"
    r' = (?:"""[^"]*"""|\[[^\]]*\]|[^"\[\n]+|"[^"\n]*")\n',
    re.MULTILINE,
)
OPTIONAL_SOMEWHERE = {"for_roles", "role", "form", "title"}


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


def line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


@given(places(KEY))
@settings(deadline=None, max_examples=60)
def test_a_renamed_key_is_found_on_its_line(place: tuple[str, str, re.Match[str]]) -> None:
    slug, name, match = place
    text = SHIPPED[slug][name]
    found = answer(slug, name, text[: match.start(2)] + "_zz" + text[match.start(2) :])
    assert isinstance(found, Problems)
    line = line_at(text, match.start())
    assert (name, line) in {(problem.file, problem.line) for problem in found}


@given(places(REFERENCE))
@settings(deadline=None, max_examples=60)
def test_a_reference_to_nothing_is_found_on_its_line(place: tuple[str, str, re.Match[str]]) -> None:
    slug, name, match = place
    text = SHIPPED[slug][name]
    found = answer(slug, name, text[: match.start(3)] + "nowhere" + text[match.end(3) :])
    assert isinstance(found, Problems)
    line = line_at(text, match.start())
    assert [problem for problem in found if (problem.file, problem.line) == (name, line)]


@given(places(REQUIRED))
@settings(deadline=None, max_examples=60)
def test_a_dropped_key_that_is_needed_is_missed(place: tuple[str, str, re.Match[str]]) -> None:
    slug, name, match = place
    text = SHIPPED[slug][name]
    found = answer(slug, name, text[: match.start()] + text[match.end() :])
    if match.group(1) not in OPTIONAL_SOMEWHERE:
        assert isinstance(found, Problems)
        assert [
            problem
            for problem in found
            if f"{match.group(1)}` " in problem.what and "missing" in problem.what
        ]


@given(places(re.compile(r"^\[+([a-z_]+)[^\]\n]*\]+\n", re.MULTILINE)))
@settings(deadline=None, max_examples=60)
def test_a_dropped_header(place: tuple[str, str, re.Match[str]]) -> None:
    slug, name, match = place
    text = SHIPPED[slug][name]
    answer(slug, name, text[: match.start()] + text[match.end() :])


VALUES = st.sampled_from(
    ["0", "-1", "1e400", "nan", '""', '"x"', "true", "[]", "{}", "[[1]]", "[{}]", "{ a = 1 }", "2014-05-02", "1.5",
     '"\\u0000"', '"\\u202e"', '[ "host", "host" ]', "99999999999999999999", '"{}"', "[1, 'a']", "07:30:00"]
)  # fmt: skip


@given(places(re.compile(r"^[a-z_]+ = (.*)$", re.MULTILINE)), VALUES)
@settings(deadline=None, max_examples=150)
def test_another_value(place: tuple[str, str, re.Match[str]], value: str) -> None:
    slug, name, match = place
    text = SHIPPED[slug][name]
    answer(slug, name, text[: match.start(1)] + value + text[match.end(1) :])


@given(st.sampled_from(TOML), st.data())
@settings(deadline=None, max_examples=150)
def test_damaged_text(place: tuple[str, str], data: st.DataObject) -> None:
    slug, name = place
    text = SHIPPED[slug][name]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 400)))
    garbage = data.draw(
        st.text(alphabet=st.characters(codec=None), max_size=20) | st.sampled_from(['"""', "[[", "{"])
    )
    answer(slug, name, text[:start] + garbage + text[end:])


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
