"""What to bring, and where to come in: written by those who meet."""

from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.calendar.models import Visit
from intervisit.apps.gatherings import queries
from intervisit.apps.gatherings.actions.notes import write_note
from intervisit.apps.gatherings.forms import NoteForm
from intervisit.apps.gatherings.pages.attendance import crumbs, kicker_of, reads_of
from intervisit.apps.programs.models import Program
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page


@dataclass(frozen=True)
class VisitNotePage(PageRecord):
    template: ClassVar[str] = "gatherings/note.html"
    page_title: str
    kicker: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    visit: Visit
    form: NoteForm
    status: int = 200


@page("visit.note", at="visits/<uuid:visit>/note/", model=Visit, acts="visit.write_note", methods=("GET", "POST"),
      name="visit_note")  # fmt: skip
def visit_note_page(request: Request, visit: Visit) -> VisitNotePage | Go:
    """Write what everybody needs to know for the day."""
    note = queries.note_of(visit)
    form = NoteForm(request.POST or None, initial={"text": note.text, "version": note.version})
    if request.method == "POST" and form.is_valid():
        write_note(visit, form.cleaned_data["text"], by=request.actor, version=form.cleaned_data["version"])
        return Go(reverse("visit", args=[visit.pk]), "Saved. It stands in the mail the evening before, too.")
    return VisitNotePage(
        page_title="What to bring",
        kicker=kicker_of(visit),
        program=visit.plan.program,
        reads=reads_of(visit),
        breadcrumbs=crumbs(visit, "What to bring"),
        visit=visit,
        form=form,
        status=422 if request.method == "POST" else 200,
    )
