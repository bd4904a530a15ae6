from intervisit.apps.programs.pages import call, design, desk, people, start
from intervisit.kit.pages import urls_of

urlpatterns = [route for module in (start, desk, design, people, call) for route in urls_of(module)]
