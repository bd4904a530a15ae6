"""Where a school's own words belong: accepted, refused, or open again. Only what a person has placed is counted."""

from intervisit.apps.applications.models import Application
from intervisit.apps.networks.bridge.wording import because_of, counted
from intervisit.apps.networks.models import FocusPlacing
from intervisit.core.access import Actor
from intervisit.kit.access import require
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused


def _label(application: Application, area: str) -> str:
    """The area's name. Refuses what is not in the design."""
    for known in application.program.design.focus_areas:
        if known.key == area:
            return known.label
    raise Refused("unknown-choice", "Choose one from the list.", "area")


@action("focus.place")
def place_words(application: Application, area: str, *, by: Actor, instead: str = "") -> FocusPlacing:
    """Count a school's own words to an area in scenarios made from now on, as well or in place of a chosen one."""
    program, label = application.program, _label(application, area)
    require(by, "program.work", program)
    if area in application.focus:
        raise Refused("chosen-already", f"The school has chosen “{label}” itself.", "area")
    others = list(application.focus_placings.exclude(area=area))
    before = counted(application.focus, others)
    made = FocusPlacing(
        application=application, area=area, counts=True, instead=instead, person_id=by.person,
        because=list(because_of(application, program.design, area)),
    )  # fmt: skip
    if area not in counted(application.focus, [*others, made]):
        raise Refused(
            "which-one",
            f"Two areas count already: {' and '.join(_label(application, key) for key in before)}. Say which one "
            f"“{label}” takes the place of.",
            "instead",
        )
    application.focus_placings.filter(area=area).delete()
    made.save()
    record(by, "focus.place", application, group=program.group, label=f"{application.school}: {label}")
    return made


@action("focus.refuse")
def refuse_words(application: Application, area: str, *, by: Actor) -> FocusPlacing:
    """The words do not belong to this area: it is not suggested again."""
    program, label = application.program, _label(application, area)
    require(by, "program.work", program)
    application.focus_placings.filter(area=area).delete()
    made = FocusPlacing.objects.create(
        application=application, area=area, counts=False, person_id=by.person,
        because=list(because_of(application, program.design, area)),
    )  # fmt: skip
    record(by, "focus.refuse", application, group=program.group, label=f"{application.school}: {label}")
    return made


@action("focus.open")
def reopen_words(application: Application, area: str, *, by: Actor) -> None:
    """Take back what was decided about an area. Scenarios that counted it keep what they were made of."""
    program, label = application.program, _label(application, area)
    require(by, "program.work", program)
    gone, _ = application.focus_placings.filter(area=area).delete()
    if not gone:
        raise Refused("not-decided", f"Nothing was decided about “{label}”.", "area")
    record(by, "focus.open", application, group=program.group, label=f"{application.school}: {label}")
