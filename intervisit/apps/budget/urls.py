from intervisit.apps.budget.pages import export, program, school
from intervisit.kit.pages import urls_of

urlpatterns = urls_of(export) + urls_of(program) + urls_of(school)
