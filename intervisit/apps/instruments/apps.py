from django.apps import AppConfig


class InstrumentsConfig(AppConfig):
    name = "intervisit.apps.instruments"
    label = "instruments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intervisit.apps.instruments.verbs import VERBS  # noqa: PLC0415
        from intervisit.kit.history import in_words  # noqa: PLC0415

        in_words(VERBS)
