from django.apps import AppConfig


class InstrumentsConfig(AppConfig):
    name = "intervisit.apps.instruments"
    label = "instruments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intervisit.apps.instruments.verbs import VERBS
        from intervisit.kit.history import in_words

        in_words(VERBS)
