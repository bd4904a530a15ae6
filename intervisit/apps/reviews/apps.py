from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "intervisit.apps.reviews"
    label = "reviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from intervisit.apps.reviews.verbs import VERBS  # noqa: PLC0415 - as other chapters do
        from intervisit.kit.history import in_words  # noqa: PLC0415 - models are loaded only now

        in_words(VERBS)
