from intervisit.apps.networks.pages import (
    changing,
    comparing,
    joining,
    networks,
    places,
    publishing,
    scenarios,
    travel,
    wording,
)
from intervisit.kit.pages import urls_of

_PAGES = (scenarios, comparing, places, travel, wording, publishing, changing, joining, networks)
urlpatterns = [pattern for pages in _PAGES for pattern in urls_of(pages)]
