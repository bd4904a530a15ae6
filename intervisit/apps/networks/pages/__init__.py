"""Pages of matching and networks. Parts: `scenarios` (the workbench), `networks` (what came of it)."""

from intervisit.apps.networks.pages import networks, scenarios

__all__ = ["networks", "scenarios"]
