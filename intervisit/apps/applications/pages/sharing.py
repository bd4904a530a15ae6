"""The school's switch on its application, and what the facilitator of its network reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.applications.actions.sharing import share, take_back_share
from intervisit.apps.applications.bridge import facts_shown, focus_labels, form_for, role_label
from intervisit.apps.applications.models import Application, Share
from intervisit.apps.applications.queries.panels import APPLICATION_PANELS
from intervisit.apps.applications.queries.sharing import placed, shares_of
from intervisit.apps.applications.states import SharedWith
from intervisit.apps.instruments.answers import ShownSection, answers_for_display
from intervisit.apps.instruments.queries import school_labels
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import in_program
from intervisit.apps.programs.queries import moment_words, said, sentence
from intervisit.core.access import Actor
from intervisit.kit.access import may
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page


@dataclass(frozen=True)
class Switch:
    """One kind of reader: whether they read it now, and the address that changes that."""

    title: str
    about: str
    on: bool
    since: str
    url: str
    label: str
    acts: bool  # posts at once; else the address leads to a page that asks once more


@dataclass(frozen=True)
class SharingPanel:
    template: str
    switches: Sequence[Switch]


def sharing_panel(actor: Actor, application: Application) -> SharingPanel | None:
    """For the school alone; nobody else learns whether it shares."""
    if not may(actor, "application.share", application):
        return None
    now = shares_of(application)
    found = []
    mine = now.get(SharedWith.FACILITATOR)
    if mine is not None or placed(application):
        found.append(_with_facilitator(application, mine))
    found.append(_with_evaluators(application, now.get(SharedWith.EVALUATORS)))
    return SharingPanel("applications/sharing_panel.html", found)


def _since(application: Application, shared: Share | None) -> str:
    if shared is None:
        return ""
    who = f" by {shared.by}" if shared.by else ""
    return sentence(f"Shared {moment_words(shared.at, application.program.zone)}{who}")


def _with_facilitator(application: Application, shared: Share | None) -> Switch:
    design = application.program.design
    return Switch(
        title=said("The {facilitator} of your {network}", design),
        about="Reads what you submitted, without your wishes. What you share, you can take back at once.",
        on=shared is not None,
        since=_since(application, shared),
        url=reverse("application_share", args=[application.pk]),
        label="Stop sharing" if shared else said("Share with our {facilitator}", design),
        acts=True,
    )


def _with_evaluators(application: Application, shared: Share | None) -> Switch:
    covered = reverse("share_covered", args=[application.pk])
    return Switch(
        title="Evaluators of the program",
        about="Read what you submitted with names covered: of the school, its people and its place.",
        on=shared is not None,
        since=_since(application, shared),
        url=covered,
        label="Change or stop" if shared else "Look at what they would read",
        acts=False,
    )


@page("application.view", at="applications/<uuid:application>/share/", model=Application, acts="application.share",
      methods=("POST",), name="application_share")  # fmt: skip
def application_share_page(request: Request, application: Application) -> Go:
    """The switch: on where it was off, off where it was on, as the page showed it."""
    here = reverse("application", args=[application.pk])
    if request.POST.get("on") == "yes":
        take_back_share(application, by=request.actor, whom=SharedWith.FACILITATOR)
        return Go(here, "No longer shared. Nobody reads it there from now on.")
    share(application, by=request.actor, whom=SharedWith.FACILITATOR)
    return Go(here, said("Shared with your {facilitator}.", application.program.design))


@dataclass(frozen=True)
class SharedPage(PageRecord):
    template: ClassVar[str] = "applications/shared.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    facts: Sequence[dict[str, str]]
    sections: Sequence[ShownSection]
    files: bool


@page("share.read", at="shared/<uuid:share>/", model=Share, name="shared_application")
def shared_application_page(request: Request, share: Share) -> SharedPage:
    """What a school has shared with its facilitator: its answers; no wish, no score, no file."""
    rows = Application.objects.select_related("program__version", "program__district", "school", "form")
    application = rows.get(pk=share.application_id)
    program, design, school = application.program, application.program.design, application.school
    in_program(request, program)
    shape = form_for(application)
    years = list(school.years.all())
    named = [
        i for q in shape.questions() if q.kind == "schools" for i in application.answers.get(q.key) or []
    ]
    shown = answers_for_display(
        design, shape, application.role_wanted, application.answers, schools=school_labels(named),
        facts={k: v for k, (v, _) in facts_shown(application, years).items()},
    )  # fmt: skip
    files = {q.key for q in shape.questions() if q.kind == "file"}
    kept = [ShownSection(s.title, tuple(a for a in s.answers if a.key not in files)) for s in shown]
    facts = [
        {"label": said("{School}", design), "value": f"{school.name} ({school.code})"},
        {"label": "Wants to be", "value": role_label(design, application.role_wanted)},
        {
            "label": said("{Focus_areas}", design),
            "value": "; ".join(focus_labels(design, application.focus)) or "–",
        },
        {"label": "Shared", "value": moment_words(share.at, program.zone)},
    ]
    return SharedPage(
        page_title=school.name,
        lead=f"{said('{Application}', design)} to {program}, shared by the school",
        program=program,
        breadcrumbs=[Crumb(school.name, reverse("school", args=[school.pk])), Crumb("Shared")],
        reads=f"the team of {school.name}, the staff of {program.name}, and you, until the school takes that back.",
        facts=facts,
        sections=[s for s in kept if s.answers],
        files=any(application.answers.get(key) for key in files),
    )


APPLICATION_PANELS.append(sharing_panel)
