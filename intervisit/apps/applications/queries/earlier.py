"""What a school wrote last year, and what stood in an answer before."""

from django.db.models import QuerySet

from intervisit.apps.applications.models import AnswerText, Application
from intervisit.apps.applications.states import IN_HAND
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program


def last_year(program: Program, school: Organization) -> Application | None:
    """The school's newest submitted application to an earlier year of the same design in this district."""
    rows = Application.objects.filter(
        school=school,
        state__in=sorted(IN_HAND),
        program__district=program.district_id,
        program__version__slug=program.version.slug,
        program__first_day__lt=program.first_day,
    )
    return (
        rows.select_related("program__version", "form").order_by("-program__first_day", "-submitted").first()
    )


def texts_of(application: Application, question: str) -> QuerySet[AnswerText]:
    """What stood in one answer, newest first."""
    rows = AnswerText.objects.filter(application=application, question=question)
    return rows.select_related("person").order_by("-at", "-pk")
