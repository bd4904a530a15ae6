from django.apps import AppConfig


class NetworksConfig(AppConfig):
    name = "intervisit.apps.networks"
    label = "networks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be asked only now. Roles held in this chapter's groups belong to the district's people.
        from intervisit.apps.networks.panels import (
            agreement_panel,
            facilitator_conflicts,
            shared_panel,
        )
        from intervisit.apps.networks.queries import NETWORK_PANELS
        from intervisit.apps.networks.verbs import VERBS
        from intervisit.apps.people.actions.roles import ROLE_CONFLICTS
        from intervisit.apps.people.queries.district import GROUPS_OF_DISTRICT
        from intervisit.kit.history import in_words
        from intervisit.kit.models import Group

        in_words(VERBS)
        GROUPS_OF_DISTRICT.append(lambda district: Group.objects.filter(network__program__district=district))
        ROLE_CONFLICTS.append(facilitator_conflicts)
        NETWORK_PANELS.append(agreement_panel)
        NETWORK_PANELS.append(shared_panel)
