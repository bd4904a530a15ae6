"""What people change about themselves."""

from intervisit.apps.people.models import Person
from intervisit.core.access import Actor
from intervisit.core.text import Trouble, clean, search_key
from intervisit.kit.access import require
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused

THEMES = {"": "As my device", "light": "Light", "dark": "Dark", "contrast": "High contrast"}


@action("person.change")
def change_person(person: Person, *, by: Actor, name: str, theme: str) -> Person:
    """Change one's own name and look. Raises Refused: missing, invisible-character, not-a-choice …"""
    require(by, "person.change", person)
    if theme not in THEMES:
        raise Refused.of([Trouble("not-a-choice", "Choose one of the looks.", "theme")])
    new = clean(name, field="name", max_length=120, kind="name", required=True)
    changes: dict[str, tuple[object, object]] = {
        key: (before, after)
        for key, before, after in (("name", person.name, new), ("theme", person.theme, theme))
        if before != after
    }
    person.name, person.theme, person.search_key = new, theme, search_key(new)[:200]
    person.save(update_fields=["name", "theme", "search_key"])
    record(by, "person.change", person, changes=changes)
    return person


@action("person.export")
def note_export(person: Person, *, by: Actor) -> None:
    """Write down that somebody took what is held about them."""
    require(by, "person.view", person)
    record(by, "person.export", person)
