"""What this chapter adds to the page of a school: who holds a post there."""

from intervisit.apps.leaders.models import LeaderTerm
from intervisit.apps.leaders.states import TermState
from intervisit.apps.people.models import Organization
from intervisit.apps.people.queries import PanelRow
from intervisit.apps.programs.queries import day_words
from intervisit.core.access import Actor
from intervisit.kit.access import may


def posts_at(actor: Actor, school: Organization) -> list[PanelRow]:
    """Who holds a post at a school, for those who may know who works there. Never what it pays."""
    if not may(actor, "school.people", school):
        return []
    rows = LeaderTerm.objects.filter(school=school, state=TermState.SERVING)
    found = rows.select_related("person", "program__version").order_by("person__name")
    return [
        PanelRow(t.person.name, f"{t.post.title} until {day_words(t.ends)}", t.program.year) for t in found
    ]
