"""Forms of a design: what is asked, of whom, and in which shape the answer comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from .limits import AtLeast, Help, Key, Line, MaybeCount, Ref, RoleKey, say

Kind = Literal[
    "text", "long_text", "choice", "choices", "ranking", "schools", "focus_areas", "number", "yes_no", "date",
    "table", "file", "fact",
]  # fmt: skip
Feeds = Literal["", "focus", "ranking", "wishes", "known", "avoid", "prefers_new"]
ChoicesFrom = Literal["", "criteria", "focus_areas", "hosts"]
Purpose = Literal["application", "school_visit", "interview", "leader"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer that can be picked."""

    key: Key = say("Kept with the answer; do not change it once people have answered.")
    label: Line = say("What people read.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a question of kind `table`."""

    key: Key = say("Kept with the answer.")
    label: Line = say("Heading of the column.")
    kind: Literal["text", "number", "yes_no", "date"] = say("What a cell holds.", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a form."""

    key: Key = say("Kept with the answer; unique in the form.")
    kind: Kind = say("The shape of the answer.")
    label: Line = say("The question, in one line.")
    help: Help = say("What helps to answer well.", "")
    required: bool = say("Whether the form can be submitted without an answer.", False)
    private: bool = say("Never shown to other schools nor used as a reason that they read.", False)
    for_roles: tuple[RoleKey, ...] = say("Asked only of schools applying for these roles; empty: of all.", ())
    max_words: MaybeCount = say("Longest answer of `text` and `long_text`, in words.", None)
    max_chars: MaybeCount = say("Longest answer of `text` and `long_text`, in characters.", None)
    choices: tuple[Choice, ...] = say("What can be picked or ranked.", ())
    choices_from: ChoicesFrom = say(
        "Take the choices from the matching criteria or the focus areas instead; of `schools`: only `hosts`, those "
        "accepted in an earlier call.",
        "",
    )
    min_choices: MaybeCount = say("Pick, rank or name at least so many.", None)
    max_choices: MaybeCount = say("Pick, rank or name at most so many.", None)
    own_words: bool = say("`focus_areas`: the school may name its own area within the one it picks.", False)
    ranked: bool = say(
        "`schools`: they are named in order; people read the order, the matching counts each of them alike.",
        False,
    )
    min_value: float | None = say("`number`: smallest answer.", None)
    max_value: float | None = say("`number`: largest answer.", None)
    columns: tuple[Column, ...] = say("`table`: its columns.", ())
    max_rows: MaybeCount = say("`table`: most rows; `file`: most files.", None)
    fact: Annotated[str, Ref("facts", optional=True)] = say(
        "`fact`: which fact of the school's record is shown.", ""
    )
    feeds: Feeds = say("What the matching reads from the answer.", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a form, shown as one page on a phone."""

    key: Key = say("Unique in the form.")
    title: Line = say("Heading.")
    intro: Help = say("A sentence or two above the questions.", "")
    for_roles: tuple[RoleKey, ...] = say("Shown only to schools applying for these roles; empty: to all.", ())
    questions: Annotated[tuple[Question, ...], AtLeast(1)] = say("The questions, in order.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form: its file is `instruments/<key>.toml`."""

    key: Key = say("The name of the file without `.toml`.")
    title: Line = say("Heading of the form.")
    intro: Help = say("What the form is for, who reads it, how long it takes.", "")
    purpose: Purpose = say(
        "Who fills it in: a school that applies, staff on a school visit, an interview panel, or a person who "
        "applies for a post."
    )
    sections: Annotated[tuple[Section, ...], AtLeast(1)] = say("The parts of the form, in order.")

    def questions(self, role: str | None = None) -> Iterator[Question]:
        """The questions in order; with `role`, only those put to a school applying for it."""
        for section in self.sections:
            if _asked(section.for_roles, role):
                yield from (q for q in section.questions if _asked(q.for_roles, role))

    def question(self, key: str) -> Question | None:
        """The question with this key, or None."""
        return next((q for q in self.questions() if q.key == key), None)


def _asked(for_roles: tuple[str, ...], role: str | None) -> bool:
    return role is None or not for_roles or role in for_roles
