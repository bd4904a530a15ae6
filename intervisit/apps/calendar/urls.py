from intervisit.apps.calendar.pages import availability, availability_desk, days, mine, plans, subscriptions
from intervisit.kit.pages import urls_of

_PAGES = (availability, availability_desk, days, mine, plans, subscriptions)
urlpatterns = [pattern for pages in _PAGES for pattern in urls_of(pages)]
