"""From the texts of a design's folder to a `Design`, or to everything that is wrong with them."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from .characters import hidden_character, one_form
from .checks import CHECKS
from .coherence import FORM_FILE, mistakes
from .forms import Form, Question
from .leaders import Position
from .limits import MAX_BYTES, MAX_DEPTH, MAX_FILE_BYTES, MAX_FILES, Key
from .lines import Path, lines_of
from .matching import Criterion, Shape
from .problems import Problem, Problems
from .program import Call, Design, FocusArea, Protocol, Role
from .reading import Findings, Reader, suggestion
from .review import Decision, ReviewCriterion
from .rules import Fact
from .table import Table
from .wording import DEFAULT_WORDS, Word, with_defaults

DESIGN_FILE = "design.toml"
Named = TypeVar("Named", Form, Protocol)
NAMESPACES: dict[type, str] = {
    Role: "roles", Shape: "shapes", Fact: "facts", FocusArea: "focus_areas", Call: "calls", Form: "forms",
    Question: "questions", Criterion: "criteria", ReviewCriterion: "review_criteria", Decision: "decisions",
    Word: "words", Protocol: "protocols", Position: "positions",
}  # fmt: skip
OTHER_REASONS = ("focus", "strength", "grades", "wishes")  # reasons for a match besides the design's criteria
_FORM = re.compile(r"instruments/([^/]+)\.toml")
_PROTOCOL = re.compile(r"protocols/([^/]+)\.md")
_FREE = ("SOURCES.md", "README.md")
_AT_LINE = re.compile(r"\s*\(at line (\d+), column (\d+)\)")
_LONG_NUMBER = re.compile(r"\d{300}")


def load(files: Mapping[str, str]) -> Design | Problems:
    """The design in `files` (path inside its folder → text), or every problem with file, line and remedy.

    Touches no disk. Never raises for any content: what cannot be read is a problem.
    """
    findings = Findings()
    if DESIGN_FILE not in files:
        return Problems(
            (
                Problem(
                    DESIGN_FILE, 1, "The file design.toml is missing.", "Create it; see designs/README.md."
                ),
            )
        )
    large = _too_large(files)
    if large is not None:
        return Problems((large,))
    given = {"forms": _forms(files, findings), "protocols": _protocols(files, findings)}
    opened = _open(DESIGN_FILE, files[DESIGN_FILE], findings)
    design = None
    if opened is not None:
        reader, raw = opened
        _forms_elsewhere(raw, reader)
        design = reader.record(Design, raw, (), given)
        complete_references(findings)
    if design is not None and not findings.problems:
        _note_mistakes(design, files, findings)
    if findings.problems or design is None:
        return Problems(tuple(sorted(set(findings.problems))))
    whole: Design = replace(design, words=with_defaults(design.words))
    return whole


def _too_large(files: Mapping[str, str]) -> Problem | None:
    if len(files) > MAX_FILES:
        what = f"The design has {len(files)} files."
        return Problem(DESIGN_FILE, 1, what, f"At most {MAX_FILES} are allowed.")
    size = sum(map(len, files.values()))
    if size > MAX_BYTES:
        what = f"The files of the design have {size:,} characters together."
        return Problem(DESIGN_FILE, 1, what, f"At most {MAX_BYTES:,} are allowed.")
    return None


def _note_mistakes(design: Design, files: Mapping[str, str], findings: Findings) -> None:
    lines = {name: lines_of(one_form(text)) for name, text in files.items() if name.endswith(".toml")}
    for form, path, what, remedy in mistakes(design):
        name = FORM_FILE.format(form) if form else DESIGN_FILE
        reader = Reader(name, lines[name], findings, NAMESPACES, CHECKS)
        findings.problems.append(Problem(name, reader.line(path), what, remedy))


def _forms_elsewhere(raw: dict[str, object], reader: Reader) -> None:
    for key, folder in (("forms", "instruments/<key>.toml"), ("protocols", "protocols/<key>.md")):
        if key in raw:
            raw.pop(key)
            what = f"`{key}` do not stand in design.toml."
            reader.findings.problems.append(
                Problem(DESIGN_FILE, reader.line((key,)), what, f"Write each as {folder}.")
            )


def _forms(files: Mapping[str, str], findings: Findings) -> Table[Form]:
    made: dict[str, Form] = {}
    places = findings.defined.setdefault("forms", {})
    for name in sorted(files):
        match = _FORM.fullmatch(name)
        if match is None:
            if not (name == DESIGN_FILE or name in _FREE or _PROTOCOL.fullmatch(name)):
                remedy = "A design has design.toml, instruments/*.toml, protocols/*.md and SOURCES.md."
                findings.problems.append(Problem(name, 1, "This file is not part of a design.", remedy))
            continue
        key = match.group(1)
        places[key] = (name, 1)
        opened = _open(name, files[name], findings)
        if opened is not None:
            reader, raw = opened
            form = _named(reader, Form, key, raw)
            if form is not None:
                made[key] = form
    return Table(made)


def _named(reader: Reader, kind: type[Named], key: str, raw: dict[str, object]) -> Named | None:
    """A record whose key is the name of its file."""
    if reader.value(Key, key, ()) != key:
        return None
    made: Named | None = reader.record(kind, raw, (), {"key": key})
    return made


def _protocols(files: Mapping[str, str], findings: Findings) -> Table[Protocol]:
    made: dict[str, Protocol] = {}
    for name in sorted(files):
        match = _PROTOCOL.fullmatch(name)
        if match is None:
            continue
        text = one_form(files[name])
        _note_hidden(name, text, findings)
        first, _, rest = text.lstrip("\n").partition("\n")
        if not first.startswith("# "):
            findings.problems.append(
                Problem(name, 1, "The first line is not a title.", "Begin with `# Name of the protocol`.")
            )
            continue
        reader = Reader(name, {}, findings, NAMESPACES, CHECKS, False)
        protocol = _named(reader, Protocol, match.group(1), {"title": first[2:], "text": rest})
        if protocol is not None:
            made[protocol.key] = protocol
    return Table(made)


def _open(name: str, text: str, findings: Findings) -> tuple[Reader, dict[str, object]] | None:
    """The reader and content of a TOML file; `None` after noting why it cannot be understood."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_FILE_BYTES:
        what = f"The file is larger than {MAX_FILE_BYTES // 1024} KB."
        findings.problems.append(Problem(name, 1, what, "Shorten it, or split it."))
        return None
    text = one_form(text)
    clean = _note_hidden(name, text, findings)
    try:
        raw = tomllib.loads(text)
    except RecursionError:
        findings.problems.append(_too_deep(name, _deepest_line(text)))
        return None
    except ValueError as error:  # TOMLDecodeError is one; a number of 5,000 digits gives a plain one
        if clean:
            findings.problems.append(_not_toml(name, text, error))
        return None
    if _depth(raw) > MAX_DEPTH:
        findings.problems.append(_too_deep(name, _deepest_line(text)))
        return None
    lines: dict[Path, int] = lines_of(text)
    return Reader(name, lines, findings, NAMESPACES, CHECKS, clean), raw


def _note_hidden(name: str, text: str, findings: Findings) -> bool:
    clean = True
    for number, line in enumerate(text.split("\n"), 1):
        hidden = hidden_character(line, lines=True)
        if hidden:
            clean = False
            what = f"The line contains an invisible character ({hidden[1]}) at position {hidden[0]}."
            findings.problems.append(Problem(name, number, what, "Remove it."))
    return clean


def _not_toml(name: str, text: str, error: ValueError) -> Problem:
    message = str(error)
    place = _AT_LINE.search(message)
    if place:
        said = _AT_LINE.sub("", message)
        remedy = f"Look at column {place.group(2)}: is a quotation mark, an equals sign or a bracket missing?"
        line = min(int(place.group(1)), text.count("\n") + 1)
        return Problem(name, line, f"This is not TOML: {_plain(said)}.", remedy)
    if "end of document" in message:
        last = text.rstrip().count("\n") + 1
        remedy = "A bracket or quotation mark is opened and never closed."
        return Problem(name, last, f"This is not TOML: {_plain(_AT_LINE.sub('', message))}.", remedy)
    number = _LONG_NUMBER.search(text)
    line = text.count("\n", 0, number.start()) + 1 if number else 1
    return Problem(name, line, "A number is too long.", "Shorten it.")


def _plain(message: str) -> str:
    message = message.replace("(at end of document)", "").strip().rstrip(".")
    return "".join(char if char.isprintable() else "?" for char in message[:160])


def _too_deep(name: str, line: int) -> Problem:
    what = f"Tables or lists are nested more than {MAX_DEPTH} deep."
    return Problem(name, line, what, "Write it flatter.")


def _depth(raw: object) -> int:
    deepest, todo = 0, [(raw, 1)]
    while todo:
        value, depth = todo.pop()
        deepest = max(deepest, depth)
        if depth > MAX_DEPTH + 1:
            return depth
        if isinstance(value, dict):
            todo += [(one, depth + 1) for one in value.values()]
        elif isinstance(value, list):
            todo += [(one, depth + 1) for one in value]
    return deepest


def _deepest_line(text: str) -> int:
    """The first line by which more brackets are open, or more keys dotted, than may be; else the last."""
    opened = 0
    for number, line in enumerate(text.split("\n"), 1):
        opened += sum(line.count(one) for one in "[{") - sum(line.count(one) for one in "]}")
        nested = max(line.count("[") + line.count("{"), line.count("."), opened)
        if nested > MAX_DEPTH - 2:
            return number
    return text.count("\n") + 1


def complete_references(findings: Findings) -> None:
    """Note every key that names something undefined, and every word we have no use for."""
    defined = {space: set(keys) for space, keys in findings.defined.items()}
    defined["reasons"] = defined.get("criteria", set()) | set(OTHER_REASONS)
    for ref in findings.references:
        known = defined.get(ref.to, set())
        if ref.value not in known:
            many = ref.to.replace("_", " ")
            what = f"{ref.place} names `{ref.value}`, which is not one of the design's {many}."
            findings.problems.append(Problem(ref.file, ref.line, what, suggestion(ref.value, known)))
    for word, (file, line) in findings.defined.get("words", {}).items():
        if word not in DEFAULT_WORDS:
            what = f"`{word}` is not a word that pages use."
            findings.problems.append(Problem(file, line, what, suggestion(word, set(DEFAULT_WORDS))))
