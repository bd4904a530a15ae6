from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "intervisit.apps.calendar"
    label = "calendar"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intervisit.apps.calendar.panels import visits_panel  # noqa: PLC0415 - models are loaded only now
        from intervisit.apps.networks.queries import NETWORK_PANELS  # noqa: PLC0415 - as above

        NETWORK_PANELS.append(visits_panel)
