"""Pages of matching and networks. Parts: `scenarios` (the workbench), `places` (one school on it), `networks`."""

from intervisit.apps.networks.pages import networks, places, scenarios

__all__ = ["networks", "places", "scenarios"]
