from intervisit.apps.gatherings.pages import attendance, notes, sheets
from intervisit.kit.pages import urls_of

urlpatterns = urls_of(attendance) + urls_of(notes) + urls_of(sheets)
