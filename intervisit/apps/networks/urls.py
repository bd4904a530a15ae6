from intervisit.apps.networks.pages import comparing, networks, places, scenarios, travel
from intervisit.kit.pages import urls_of

urlpatterns = [
    *urls_of(scenarios), *urls_of(comparing), *urls_of(places), *urls_of(travel), *urls_of(networks),
]  # fmt: skip
