"""What can be done. Parts: `scenarios` (match, edit, adopt), `networks`, `publishing`, `year` (changes), `travel`,
`wording`."""

from intervisit.apps.networks.actions.facilitators import assign_all
from intervisit.apps.networks.actions.networks import rename_network, set_facilitator
from intervisit.apps.networks.actions.publishing import (
    choose_reasons,
    publish_networks,
    withdraw_networks,
    write_letter,
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
from intervisit.apps.networks.actions.wording import place_words, refuse_words, reopen_words
from intervisit.apps.networks.actions.year import (
    end_pods,
    join_network,
    leave_network,
    merge_networks,
    move_member,
    place_school,
    separate_schools,
    split_network,
)

__all__ = [
    "add_network", "adopt_scenario", "archive_scenario", "assign_all", "choose_reasons", "draft_scenario",
    "duplicate_scenario", "end_pods", "join_network", "keep_apart", "leave_network", "lift_veto",
    "lock_network", "merge_networks", "move_member", "move_school", "place_school", "place_words",
    "publish_networks", "refuse_words", "rename_network", "rename_scenario", "reopen_words", "separate_schools",
    "set_facilitator", "solve_rest", "split_network", "stop_solving", "swap_schools", "undo_edit",
    "veto_on_board", "withdraw_networks", "write_letter",
]  # fmt: skip
