from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "intervisit.apps.applications"
    label = "applications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be asked only now. Who takes part, and so is asked to accept the memorandum.
        from intervisit.apps.applications.queries.taking_part import accepted_schools
        from intervisit.apps.applications.verbs import VERBS
        from intervisit.apps.programs.queries.agreements import SCHOOLS_TAKING_PART
        from intervisit.kit.history import in_words

        SCHOOLS_TAKING_PART.append(accepted_schools)
        in_words(VERBS)
