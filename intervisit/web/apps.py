from django.apps import AppConfig
from django.conf import settings


class WebConfig(AppConfig):
    name = "intervisit.web"
    label = "web"

    def ready(self) -> None:
        """In the demo, its door introduces the cast."""
        if settings.DEMO:
            from intervisit.apps.people.queries import people  # noqa: PLC0415 - models are there only now
            from intervisit.web.demo.cast import sentences  # noqa: PLC0415 - only for the demo

            people.INTRODUCED.update(sentences())
