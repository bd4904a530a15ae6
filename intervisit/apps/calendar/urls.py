from intervisit.apps.calendar.pages import days, mine, plans
from intervisit.kit.pages import urls_of

urlpatterns = urls_of(days) + urls_of(mine) + urls_of(plans)
