from intervisit.apps.reviews.pages import (
    assigning,
    desk,
    evaluating,
    mine,
    people,
    redacting,
    results,
    visits,
)
from intervisit.apps.reviews.pages import panels as panels  # registers what other pages show
from intervisit.kit.pages import urls_of

urlpatterns = [
    route
    for module in (desk, assigning, people, results, redacting, visits, evaluating, mine)
    for route in urls_of(module)
]
