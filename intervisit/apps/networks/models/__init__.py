"""Tables. Parts: `scenarios` (attempts and boards), `networks` (and pods), `telling` (letters, releases), `travel`,
`placing` (own words and focus areas)."""

from intervisit.apps.networks.models.networks import Network, NetworkMember, Pod, PodMember
from intervisit.apps.networks.models.placing import FocusPlacing
from intervisit.apps.networks.models.scenarios import BoardEdit, DraftNetwork, DraftPlace, Scenario, Veto
from intervisit.apps.networks.models.telling import NetworkLetter, Release, Showing
from intervisit.apps.networks.models.travel import TravelTime

__all__ = [
    "BoardEdit", "DraftNetwork", "DraftPlace", "FocusPlacing", "Network", "NetworkLetter", "NetworkMember", "Pod",
    "PodMember", "Release", "Scenario", "Showing", "TravelTime", "Veto",
]  # fmt: skip
