from intervisit.apps.instruments.pages import editor, questions
from intervisit.kit.pages import urls_of

urlpatterns = [route for module in (questions, editor) for route in urls_of(module)]
