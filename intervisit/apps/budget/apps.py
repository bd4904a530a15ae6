from django.apps import AppConfig


class BudgetConfig(AppConfig):
    name = "intervisit.apps.budget"
    label = "budget"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intervisit.apps.budget.panels import cover_panel  # noqa: PLC0415 - models are loaded only now
        from intervisit.apps.budget.verbs import VERBS  # noqa: PLC0415 - as above
        from intervisit.apps.calendar.queries.visit_panels import VISIT_PANELS  # noqa: PLC0415 - as above
        from intervisit.kit.history import in_words  # noqa: PLC0415 - as above

        VISIT_PANELS.append(cover_panel)
        in_words(VERBS)
