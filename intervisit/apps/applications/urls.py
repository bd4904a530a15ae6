from intervisit.apps.applications.pages import desk, files, handing_in, mine, reading, release, writing
from intervisit.apps.applications.pages import panels as panels  # registers what other pages show
from intervisit.kit.pages import urls_of

# The pages of a program first: their addresses are longer than those of one application.
urlpatterns = [
    route
    for module in (desk, release, files, mine, writing, handing_in, reading)
    for route in urls_of(module)
]
