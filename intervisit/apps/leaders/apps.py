from django.apps import AppConfig


class LeadersConfig(AppConfig):
    name = "intervisit.apps.leaders"
    label = "leaders"
    default_auto_field = "django.db.models.BigAutoField"
