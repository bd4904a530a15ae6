from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "intervisit.apps.calendar"
    label = "calendar"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intervisit.apps.calendar.availability_verbs import VERBS  # noqa: PLC0415 - as below
        from intervisit.apps.calendar.panels import (  # noqa: PLC0415 - models are loaded only now
            calendar_row,
            invitation_panel,
            visits_panel,
        )
        from intervisit.apps.calendar.queries.visit_panels import VISIT_PANELS  # noqa: PLC0415 - as above
        from intervisit.apps.networks.queries import NETWORK_PANELS  # noqa: PLC0415 - as above
        from intervisit.apps.people.queries import SCHOOL_PANELS  # noqa: PLC0415 - as above
        from intervisit.kit.history import in_words  # noqa: PLC0415 - as above

        NETWORK_PANELS.append(visits_panel)
        in_words(VERBS)
        SCHOOL_PANELS.append(calendar_row)
        VISIT_PANELS.append(invitation_panel)
