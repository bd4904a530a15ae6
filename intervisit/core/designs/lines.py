"""Where in a TOML text each key stands.

`tomllib` gives values without places. This scanner walks a text that `tomllib` has already accepted, so it
need not judge, only count lines. Nesting is limited by the caller (`MAX_DEPTH`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]\}\n#]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL
)  # long quotes first: `""` would match the start of `"""`
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)")
_SHORT = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}


def lines_of(text: str) -> dict[Path, int]:
    """The line (from 1) of every table, key and list entry of `text`: valid TOML with plain line ends."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


def line_of(lines: dict[Path, int], path: Sequence[str | int]) -> int:
    """The line of `path`, or of the nearest thing around it that stands in the file; 1 at the top."""
    place = tuple(path)
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


@dataclass
class _Scanner:
    text: str
    at: int = 0
    line: int = 1
    lines: dict[Path, int] = field(default_factory=dict)
    arrays: dict[Path, int] = field(default_factory=dict)  # tables of `[[x]]` seen so far

    def document(self) -> None:
        table: Path = ()
        while self._blank():
            if self.text.startswith("[[", self.at):
                table = self._resolve(self._header(2), True)
            elif self.text[self.at] == "[":
                table = self._resolve(self._header(1), False)
            else:
                self._pair(table)

    def _header(self, brackets: int) -> list[str]:
        self._move(self.at + brackets)
        keys = self._keys()
        self._blank()
        self._move(self.at + brackets)
        return keys

    def _resolve(self, keys: list[str], is_entry: bool) -> Path:
        """The path of a header: names that are lists of tables mean their latest entry."""
        path: Path = ()
        for depth, key in enumerate(keys):
            path = (*path, key)
            self.lines.setdefault(path, self.line)
            if is_entry and depth == len(keys) - 1:
                self.arrays[path] = self.arrays.get(path, -1) + 1
            if path in self.arrays:
                path = (*path, self.arrays[path])
        self.lines[path] = self.line
        return path

    def _pair(self, table: Path) -> None:
        start = self.line
        path = table
        for key in self._keys():
            path = (*path, key)
            self.lines.setdefault(path, start)
        self._blank()
        self._move(self.at + 1)  # the equals sign
        self._value(path)

    def _value(self, path: Path) -> None:
        self._blank()
        first = self.text[self.at]
        if first == "[":
            self._list(path)
        elif first == "{":
            self._inline(path)
        elif (match := _STRING.match(self.text, self.at)) or (match := _SCALAR.match(self.text, self.at)):
            self._move(match.end())

    def _list(self, path: Path) -> None:
        self._move(self.at + 1)
        entry = 0
        while self._blank() and self.text[self.at] != "]":
            if self.text[self.at] == ",":
                self._move(self.at + 1)
                continue
            self.lines[(*path, entry)] = self.line
            self._value((*path, entry))
            entry += 1
        self._move(self.at + 1)

    def _inline(self, path: Path) -> None:
        self._move(self.at + 1)
        while self._blank() and self.text[self.at] != "}":
            if self.text[self.at] == ",":
                self._move(self.at + 1)
                continue
            self._pair(path)
        self._move(self.at + 1)

    def _keys(self) -> list[str]:
        keys: list[str] = []
        while self._blank():
            if match := _STRING.match(self.text, self.at):
                keys.append(_plain(match.group()))
            elif match := _BARE.match(self.text, self.at):
                keys.append(match.group())
            else:
                break
            self._move(match.end())
            self._blank()
            if self.text[self.at : self.at + 1] != ".":
                break
            self._move(self.at + 1)
        return keys

    def _blank(self) -> bool:
        """Skip blanks, line ends and comments; whether anything is left."""
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "#":
                end = self.text.find("\n", self.at)
                self._move(len(self.text) if end < 0 else end)
            elif char in " \t\r\n":
                self._move(self.at + 1)
            else:
                return True
        return False

    def _move(self, to: int) -> None:
        self.line += self.text.count("\n", self.at, to)
        self.at = to


def _plain(quoted: str) -> str:
    """A quoted key without its quotes and escapes."""
    if quoted[0] == "'":
        return quoted[1:-1]
    return _ESCAPE.sub(_unescape, quoted[1:-1])


def _unescape(match: re.Match[str]) -> str:
    code = match.group(1)
    if code[0] in "uU" and len(code) > 1:
        return chr(int(code[1:], 16))
    return _SHORT.get(code, code)
