"""What people change about themselves."""

from intervisit.apps.people.models import Person
from intervisit.core.access import Actor
from intervisit.core.text import clean, search_key
from intervisit.kit.access import require
from intervisit.kit.history import action, record


@action("person.change")
def change_person(person: Person, *, by: Actor, name: str) -> Person:
    """Change one's own name. Raises BadValue: missing, invisible-character, too-long."""
    require(by, "person.change", person)
    new = clean(name, field="name", max_length=120, kind="name", required=True)
    record(by, "person.change", person, label=new, changes={"name": (person.name, new)})
    person.name, person.search_key = new, search_key(new)[:200]
    person.save(update_fields=["name", "search_key"])
    return person


@action("person.export")
def note_export(person: Person, *, by: Actor) -> None:
    """Write down that somebody took what is held about them."""
    require(by, "person.view", person)
    record(by, "person.export", person)
