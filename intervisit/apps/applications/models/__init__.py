"""What schools write and what the program decides. Parts: application, decisions."""

from intervisit.apps.applications.models.application import Application, Wishes

__all__ = ["Application", "Wishes"]
