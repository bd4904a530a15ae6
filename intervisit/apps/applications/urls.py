from intervisit.apps.applications.pages import (
    attachments,
    calls,
    changes,
    checking,
    decision_board,
    decision_many,
    decision_notes,
    decision_waiting,
    desk,
    files,
    handing_in,
    letters,
    mine,
    papers,
    reading,
    release,
    sharing,
    statistics,
    team,
    writing,
)
from intervisit.apps.applications.pages import panels as panels  # registers what other pages show
from intervisit.kit.pages import urls_of

# The pages of a program first: their addresses are longer than those of one application.
urlpatterns = [
    route
    for module in (
        desk, calls, checking, attachments, decision_board, decision_many, decision_waiting, release, statistics,
        letters, decision_notes, files, mine, papers, writing, handing_in, changes, team, sharing, reading,
    )
    for route in urls_of(module)
]  # fmt: skip
