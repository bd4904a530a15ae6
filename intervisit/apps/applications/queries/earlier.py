"""What a school wrote last year, and what stood in an answer before."""

from django.db.models import Case, QuerySet, When

from intervisit.apps.applications.models import AnswerText, Application
from intervisit.apps.applications.states import IN_HAND
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program


def earlier_years(program: Program, school: Organization) -> QuerySet[Application]:
    """What the school submitted to earlier years' programs of this district, the newest first.

    Of one year, programs of the same design come first.
    """
    rows = Application.objects.filter(
        school=school,
        state__in=sorted(IN_HAND),
        program__district=program.district_id,
        program__first_day__lt=program.first_day,
    )
    other = Case(When(program__version__slug=program.version.slug, then=0), default=1)
    found = rows.select_related("program__version", "program__district", "school", "form")
    return found.order_by("-program__first_day", other, "-submitted", "pk")


def texts_of(application: Application, question: str) -> QuerySet[AnswerText]:
    """What stood in one answer, newest first."""
    rows = AnswerText.objects.filter(application=application, question=question)
    return rows.select_related("person").order_by("-at", "-pk")
