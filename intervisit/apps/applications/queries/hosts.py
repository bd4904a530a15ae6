"""Schools that a later call may name: those accepted to host in an earlier one, and told so."""

from intervisit.apps.applications.models import Application
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.programs.models import Program


def hosts_of(program: Program) -> list[tuple[str, str]]:
    """(id, “P.S. 1 (01M001): what it works on”) of every host that knows of its place. One query."""
    roles = [r.key for r in program.design.roles.values() if r.hosts]
    areas = {a.key: a.label for a in program.design.focus_areas}
    rows = Application.objects.filter(
        program=program, state=ApplicationState.ACCEPTED, role__in=roles, released__isnull=False
    ).select_related("school")
    return [(str(a.school_id), _label(a, areas)) for a in rows.order_by("school__name")]


def _label(application: Application, areas: dict[str, str]) -> str:
    focus = "; ".join(areas.get(key, key) for key in application.focus)
    name = f"{application.school.name} ({application.school.code})"
    return f"{name}: {focus}" if focus else name


def asks_for_hosts(application: Application) -> bool:
    """Whether its form offers the hosts of an earlier call."""
    from_form = application.form.form if application.form is not None else None
    form = from_form or application.program.design.forms.get(application.form_key)
    return form is not None and any(q.choices_from == "hosts" for q in form.questions())
