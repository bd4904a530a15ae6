from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "intervisit.apps.programs"
    label = "programs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be asked only now. Roles held in this chapter's groups belong to the district's people.
        from intervisit.apps.people.queries import SCHOOL_PANELS
        from intervisit.apps.people.queries.district import GROUPS_OF_DISTRICT
        from intervisit.apps.programs.panels import agreement_rows
        from intervisit.apps.programs.verbs import VERBS
        from intervisit.kit.history import in_words
        from intervisit.kit.models import Group

        in_words(VERBS)
        SCHOOL_PANELS.append(agreement_rows)
        GROUPS_OF_DISTRICT.append(lambda district: Group.objects.filter(program__district=district))
