from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "intervisit.apps.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intervisit.apps.people.verbs import VERBS
        from intervisit.kit.history import in_words

        in_words(VERBS)
