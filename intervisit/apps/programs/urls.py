from intervisit.apps.programs import pages
from intervisit.kit.pages import urls_of

urlpatterns = urls_of(pages)
