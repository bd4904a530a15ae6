"""Reads. Parts: accounts, people, schools, facts. The registries that later chapters fill are named here."""

from intervisit.apps.people.queries.accounts import HELD_ABOUT, HeldRole, held_about, roles_of
from intervisit.apps.people.queries.schools import SCHOOL_PANELS, Panel, PanelRow

__all__ = ["HELD_ABOUT", "SCHOOL_PANELS", "HeldRole", "Panel", "PanelRow", "held_about", "roles_of"]
