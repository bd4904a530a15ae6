from django.apps import AppConfig
from django.core import validators


class KitConfig(AppConfig):
    name = "intervisit.kit"
    label = "kit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Limits say what to do, on every form."""
        validators.MinValueValidator.message = "At least %(limit_value)s."
        validators.MaxValueValidator.message = "At most %(limit_value)s."
        validators.MinLengthValidator.message = (
            "At least %(limit_value)s characters; here are %(show_value)s."
        )
        validators.MaxLengthValidator.message = "At most %(limit_value)s characters; here are %(show_value)s."
