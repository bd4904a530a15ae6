from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "intervisit.apps.calendar"
    label = "calendar"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intervisit.apps.calendar.panels import (
            calendar_row,
            invitation_panel,
            visits_panel,
        )
        from intervisit.apps.calendar.queries.visit_panels import VISIT_PANELS
        from intervisit.apps.calendar.verbs import VERBS
        from intervisit.apps.networks.queries import NETWORK_PANELS
        from intervisit.apps.people.queries import SCHOOL_PANELS
        from intervisit.kit.history import in_words

        NETWORK_PANELS.append(visits_panel)
        in_words(VERBS)
        SCHOOL_PANELS.append(calendar_row)
        VISIT_PANELS.append(invitation_panel)
