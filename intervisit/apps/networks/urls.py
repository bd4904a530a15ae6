from intervisit.apps.networks.pages import networks, scenarios
from intervisit.kit.pages import urls_of

urlpatterns = urls_of(scenarios) + urls_of(networks)
