from intervisit.apps.instruments import pages
from intervisit.kit.pages import urls_of

urlpatterns = urls_of(pages)
