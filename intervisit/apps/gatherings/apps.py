from django.apps import AppConfig


class GatheringsConfig(AppConfig):
    name = "intervisit.apps.gatherings"
    label = "gatherings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intervisit.apps.calendar.queries.visit_panels import (  # noqa: PLC0415 - models are loaded only now
            VISIT_PANELS,
        )
        from intervisit.apps.gatherings.panels import day_panel  # noqa: PLC0415 - as above
        from intervisit.apps.gatherings.verbs import VERBS  # noqa: PLC0415 - as above
        from intervisit.kit.history import in_words  # noqa: PLC0415 - as above

        VISIT_PANELS.append(day_panel)
        in_words(VERBS)
