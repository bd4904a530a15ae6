from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "intervisit.web"
    label = "web"

    def ready(self) -> None:
        # A page may only enqueue a job whose kind is known, also in a process that runs none itself.
        from intervisit.web import workers  # noqa: F401, PLC0415 - models are loaded only now
