from django.apps import AppConfig


class GatheringsConfig(AppConfig):
    name = "intervisit.apps.gatherings"
    label = "gatherings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intervisit.apps.calendar.queries.visit_panels import (
            VISIT_PANELS,
        )
        from intervisit.apps.gatherings.panels import day_panel
        from intervisit.apps.gatherings.verbs import VERBS
        from intervisit.kit.history import in_words

        VISIT_PANELS.append(day_panel)
        in_words(VERBS)
