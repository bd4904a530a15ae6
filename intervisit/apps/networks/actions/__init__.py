"""What can be done. Parts: `scenarios` (match, edit, adopt), `networks` (facilitators, publish, take back)."""

from intervisit.apps.networks.actions.facilitators import assign_all
from intervisit.apps.networks.actions.networks import (
    leave_network,
    publish_networks,
    rename_network,
    set_facilitator,
    withdraw_networks,
)
from intervisit.apps.networks.actions.scenarios import (
    add_network,
    adopt_scenario,
    archive_scenario,
    draft_scenario,
    duplicate_scenario,
    keep_apart,
    lift_veto,
    lock_network,
    move_school,
    rename_scenario,
    solve_rest,
    stop_solving,
    swap_schools,
    undo_edit,
    veto_on_board,
)

__all__ = [
    "add_network", "adopt_scenario", "archive_scenario", "assign_all", "draft_scenario", "duplicate_scenario",
    "keep_apart", "leave_network", "lift_veto", "lock_network", "move_school", "publish_networks", "rename_network",
    "rename_scenario", "set_facilitator", "solve_rest", "stop_solving", "swap_schools", "undo_edit", "veto_on_board",
    "withdraw_networks",
]  # fmt: skip
