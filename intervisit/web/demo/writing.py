"""What schools of the demo write: texts by focus area, and teams with invented names."""

from typing import Any

from intervisit.apps.people.models import Organization, RoleHeld
from intervisit.core.designs import Design, Question
from intervisit.web.demo import cast

FIRST = [
    "Amina",
    "Bela",
    "Carlos",
    "Deniz",
    "Elena",
    "Farid",
    "Grace",
    "Hugo",
    "Imani",
    "Jonas",
    "Keiko",
    "Lamar",
    "Mira",
    "Nadia",
    "Omar",
    "Paula",
    "Quentin",
    "Rosa",
    "Samir",
    "Talia",
    "Uma",
    "Viktor",
    "Wren",
    "Xenia",
    "Yusuf",
    "Zora",
    "Aldo",
    "Bea",
    "Cyrus",
    "Dora",
]
LAST = [
    "Adeyemi",
    "Brandt",
    "Cho",
    "Duarte",
    "Estrada",
    "Fischer",
    "Gallo",
    "Haddad",
    "Ibarra",
    "Jensen",
    "Kovac",
    "Lange",
    "Mbeki",
    "Novak",
    "Ortega",
    "Petrov",
    "Quist",
    "Romano",
    "Silva",
    "Tanaka",
    "Ueda",
    "Varga",
    "Wolff",
    "Yilmaz",
    "Zapata",
    "Armah",
    "Bianchi",
    "Colon",
    "Dufour",
    "Egan",
]


def principal_name(place: int) -> str:
    """An invented name for the n-th school's principal."""
    return f"{FIRST[place % len(FIRST)]} {LAST[(place * 7 + place // 30) % len(LAST)]}"


def answers(
    design: Design, role: str, focus: list[str], school: Organization, *, complete: bool
) -> dict[str, Any]:
    """Question key -> answer, for every question asked of a role; a draft has only the first three."""
    found: dict[str, Any] = {}
    texts = cast.district()["texts"].get(focus[0], {}) if focus else {}
    for section in design.forms[design.roles[role].form].sections:
        if section.for_roles and role not in section.for_roles:
            continue
        for question in section.questions:
            answer = _answer(question, texts, focus, school)
            if answer is not None:
                found[question.key] = answer
    return found if complete else dict(list(found.items())[:3])


def _answer(question: Question, texts: dict[str, str], focus: list[str], school: Organization) -> Any:
    if question.kind == "focus_areas":
        return focus
    if question.kind == "table" and question.columns:
        return _team(question, school)
    if question.private or question.kind in ("fact", "schools", "file", "ranking"):
        return None
    return texts.get(question.key, cast.district()["answers"].get(question.key))


def _team(question: Question, school: Organization) -> list[dict[str, str]]:
    held = RoleHeld.objects.filter(group=school.group, ends=None).select_related("person")
    keys = [c.key for c in question.columns]
    rows = [(h.person.name, h.title or h.role.capitalize()) for h in held]
    seed = sum(map(ord, school.code))
    for n, position in enumerate(
        ("Assistant principal", "Model teacher", "Teacher, grade team leader", "Counselor")
    ):
        rows.append((f"{FIRST[(seed + 5 * n) % 30]} {LAST[(seed * 3 + n) % 30]}", position))
    return [dict(zip(keys, row, strict=False)) for row in rows[:6]]
