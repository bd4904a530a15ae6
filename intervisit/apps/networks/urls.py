from intervisit.apps.networks.pages import comparing, networks, places, scenarios
from intervisit.kit.pages import urls_of

urlpatterns = urls_of(scenarios) + urls_of(comparing) + urls_of(places) + urls_of(networks)
