"""The letters that tell people of their networks, and what has changed since they were told last."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intervisit.apps.networks.models import Network, NetworkLetter, NetworkMember
from intervisit.apps.networks.queries import focus_labels
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.core.designs import Design
from intervisit.core.text import Trouble

FACILITATOR = "facilitator"
FIELDS: Mapping[str, str] = {
    "person": "who the letter is to",
    "school": "the reader’s school",
    "role": "what the school is in it",
    "network": "its name",
    "schools": "the schools in it",
    "focus_area": "what they work on",
    "facilitator": "who accompanies it",
    "program": "the program",
    "year": "the school year",
}
IN_SUBJECT = ("program", "year")  # subjects show on locked phones: nobody is named there
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Letter:
    """The letter of one kind of reader. `version` 0: nobody has written one yet."""

    reader: str
    label: str
    subject: str
    text: str
    version: int


def readers_of(design: Design) -> list[tuple[str, str]]:
    """(key, label) of every kind of reader: schools by their role, and those who accompany them."""
    roles = [(key, f"{role.word.capitalize()} schools") for key, role in design.roles.items()]
    return [*roles, (FACILITATOR, design.words["facilitator"].many.capitalize())]


def letters_of(program: Program) -> list[Letter]:
    """The letter of every reader, in the design's order of roles."""
    own = {row.reader: row for row in NetworkLetter.objects.filter(program=program)}
    found = []
    for reader, label in readers_of(program.design):
        row = own.get(reader)
        subject, text = (row.subject, row.text) if row else _first(program.design, reader)
        found.append(Letter(reader, label, subject, text, row.version if row else 0))
    return found


def _first(design: Design, reader: str) -> tuple[str, str]:
    """What stands there before anybody has written anything."""
    word = design.words["network"].one
    if reader == FACILITATOR:
        return (
            f"A {word} of yours for {{year}}",
            "Dear {person},\n\nyou accompany {network} this year: {schools}.\n\nOpen the page below to see why they "
            "are together and when they visit each other.",
        )
    return (
        f"Your {word} for {{year}}",
        "Dear {person},\n\nin {year}, {school} is {role} in {network}: {schools}.\n\nOpen the page below to see why "
        "you are together, who supports you, and when you will visit each other.",
    )


def letter_troubles(subject: str, text: str) -> list[Trouble]:
    """Every field that cannot be filled in, by name."""
    found = []
    for where, words in (("subject", subject), ("text", text)):
        possible = IN_SUBJECT if where == "subject" else tuple(FIELDS)
        listed = ", ".join(f"{{{name}}}" for name in possible)
        for name in dict.fromkeys(_PLACE.findall(words)):
            if name in possible:
                continue
            if where == "subject" and name in FIELDS:
                message = f"{{{name}}} would name somebody, and subjects show on locked phones. Put it into the text."
            else:
                message = f"{{{name[:40]}}} is not a field of letters. Possible are: {listed}."
            found.append(Trouble("unknown-field", message, where))
        if "{" in _PLACE.sub("", words) or "}" in _PLACE.sub("", words):
            found.append(
                Trouble("broken-field", "A brace has no partner. A field is written like {school}.", where)
            )
    return found


def filled(template: str, words: Mapping[str, str]) -> str:
    """The template with its fields filled in, in one pass: what they say is never read again."""
    return _PLACE.sub(lambda found: words.get(found.group(1), found.group()), template)


def merge_words(
    network: Network,
    members: Sequence[NetworkMember],
    reader: Person,
    at: Organization | None,
    facilitators: str,
) -> dict[str, str]:
    """Field -> what it says to one reader. `at`: the reader's school; None: she accompanies the network."""
    program, design = network.program, network.program.design
    mine = next((m for m in members if at is not None and m.school_id == at.pk), None)
    role = design.roles.get(mine.role) if mine else None
    schools = ", ".join(m.school.name for m in members)
    return {
        "person": reader.name,
        "school": at.name if at else schools,
        "role": role.word if role else design.words["facilitator"].one,
        "network": network.name,
        "schools": schools,
        "focus_area": ", ".join(focus_labels(design, [network.focus])) if network.focus else "–",
        "facilitator": facilitators or f"a {design.words['facilitator'].one} who will be named soon",
        "program": program.name,
        "year": program.year,
    }


def notes_of(network: Network, news: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """What has changed since the network was last published, in sentences. `names`: school codes and person ids."""
    told, design = network.told, network.program.design
    role = {key: r.word for key, r in design.roles.items()}
    if not told:
        schools = ", ".join(names.get(code, code) for code, _ in news["members"])
        return [f"New: {schools}."] if schools else []
    before, after = (dict(map(tuple, x.get("members", []))) for x in (told, news))
    lines = [
        f"{names.get(c, c)} has joined as {role.get(r, r)}." for c, r in after.items() if c not in before
    ]
    lines += [f"{names.get(c, c)} has left." for c in before if c not in after]
    lines += [
        f"{names.get(c, c)} is {role.get(r, r)} now."
        for c, r in after.items()
        if c in before and before[c] != r
    ]
    was, now = set(told.get("facilitators", [])), set(news["facilitators"])
    word = design.words["facilitator"].one
    lines += [f"{names.get(i, 'Somebody else')} is its {word} now." for i in sorted(now - was)]
    lines += [f"{names.get(i, 'Somebody')} is no longer its {word}." for i in sorted(was - now)]
    if told.get("pods", []) != news.get("pods", []):
        groups = "; ".join(
            f"{n}: {', '.join(names.get(c, c) for c in codes)}" for n, codes in news.get("pods", [])
        )
        lines.append(f"It works in smaller groups: {groups}." if groups else "It works as one group again.")
    return lines
