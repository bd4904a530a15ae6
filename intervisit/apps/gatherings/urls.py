from intervisit.apps.gatherings.pages import attendance, minutes, notes, overview, sheets
from intervisit.kit.pages import urls_of

urlpatterns = urls_of(attendance) + urls_of(minutes) + urls_of(notes) + urls_of(overview) + urls_of(sheets)
