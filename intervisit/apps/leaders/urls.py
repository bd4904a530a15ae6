from intervisit.apps.leaders.pages import committee, desk, mine, pool, reading, terms, writing
from intervisit.kit.pages import urls_of

urlpatterns = [
    route for module in (mine, desk, committee, pool, terms, writing, reading) for route in urls_of(module)
]
