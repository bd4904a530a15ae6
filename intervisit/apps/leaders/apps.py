from django.apps import AppConfig


class LeadersConfig(AppConfig):
    name = "intervisit.apps.leaders"
    label = "leaders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be asked only now.
        from intervisit.apps.leaders.panels import posts_at
        from intervisit.apps.leaders.verbs import VERBS
        from intervisit.apps.people.queries import SCHOOL_PANELS
        from intervisit.kit.history import in_words

        in_words(VERBS)
        SCHOOL_PANELS.append(posts_at)
