from django.apps import AppConfig


class BudgetConfig(AppConfig):
    name = "intervisit.apps.budget"
    label = "budget"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intervisit.apps.budget.panels import cover_panel
        from intervisit.apps.budget.verbs import VERBS
        from intervisit.apps.calendar.queries.visit_panels import VISIT_PANELS
        from intervisit.kit.history import in_words

        VISIT_PANELS.append(cover_panel)
        in_words(VERBS)
