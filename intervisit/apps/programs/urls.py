from intervisit.apps.programs.pages import (
    agreements,
    agreements_desk,
    audit,
    call,
    design,
    desk,
    people,
    start,
)
from intervisit.kit.pages import urls_of

urlpatterns = [
    route
    for module in (start, desk, agreements_desk, design, people, call, agreements, audit)
    for route in urls_of(module)
]
