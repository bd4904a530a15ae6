from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "intervisit.apps.reviews"
    label = "reviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intervisit.apps.reviews.verbs import VERBS
        from intervisit.kit.history import in_words

        in_words(VERBS)
