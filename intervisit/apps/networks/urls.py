from intervisit.apps.networks.pages import (
    changing,
    comparing,
    networks,
    places,
    publishing,
    scenarios,
    travel,
)
from intervisit.kit.pages import urls_of

_PAGES = (scenarios, comparing, places, travel, publishing, changing, networks)
urlpatterns = [pattern for pages in _PAGES for pattern in urls_of(pages)]
