from intervisit.apps.applications.pages import desk, mine, reading, release, writing
from intervisit.kit.pages import urls_of

# The pages of a program first: their addresses are longer than those of one application.
urlpatterns = [route for module in (desk, release, mine, writing, reading) for route in urls_of(module)]
