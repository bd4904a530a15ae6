from intervisit.apps.networks.pages import networks, places, scenarios
from intervisit.kit.pages import urls_of

urlpatterns = urls_of(scenarios) + urls_of(places) + urls_of(networks)
