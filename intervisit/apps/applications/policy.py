"""Who may write, read and decide applications (rows 1, 2, 4 and 5 of the access matrix)."""

from intervisit.apps.applications.states import DECIDED, IN_HAND
from intervisit.apps.applications.states import ApplicationState as S
from intervisit.core.access import (
    DIRECTOR,
    EVALUATOR,
    FACILITATOR,
    PRINCIPAL,
    SELF,
    STAFF,
    SUPERVISOR,
    TEAM,
    Table,
    allow,
)

_NOT_OPEN = "This application has been submitted, so it can no longer be changed. Withdraw it to write again."
_SCHOOL = (PRINCIPAL @ "school", TEAM @ "school")
_PROGRAM = (STAFF @ "program", DIRECTOR @ "program")

TABLE = Table(
    "applications",
    (
        # Row 1: a draft belongs to the school's team.
        allow("application.view", *_SCHOOL),
        allow("application.write", *_SCHOOL, states=[S.DRAFT], because=_NOT_OPEN),
        allow("application.submit", PRINCIPAL @ "school", states=[S.DRAFT], because="It has been submitted already."),
        allow("application.withdraw", PRINCIPAL @ "school", states=[S.SUBMITTED],
              because="Only an application that waits for a decision can be withdrawn."),
        allow("application.reopen", PRINCIPAL @ "school", states=[S.WITHDRAWN],
              because="Only a withdrawn application can be opened again."),
        allow("application.export", PRINCIPAL @ "school"),
        allow("application.name_writers", PRINCIPAL @ "school", states=[S.DRAFT], because=_NOT_OPEN),
        allow("application.texts", *_SCHOOL),  # what stood in an answer before: never the program's
        allow("application.receipt", *_SCHOOL, states=IN_HAND, because="It has not been submitted."),
        allow("attachment.view", *_SCHOOL, *_PROGRAM),
        # A program whose calls the school answers: days of its own for a school that is late.
        allow("late.view", *_SCHOOL, *_PROGRAM),
        # Row 2: once submitted, the program reads it.
        allow("application.view", *_PROGRAM, states=IN_HAND),
        allow("application.export", *_PROGRAM, states=IN_HAND),
        # Row 2, columns F and E: what the school shares, each by an act of its own, until it takes that back.
        allow("application.share", *_SCHOOL, states=IN_HAND, because="Only a submitted application can be shared."),
        allow("share.read", FACILITATOR @ "network_shared"),
        allow("share.read_covered", EVALUATOR @ "program_shared"),
        # Row 2, column V: that it is there, and how it stands once that was told; never a word of it.
        allow("application.status", SUPERVISOR @ "district", states=IN_HAND),
        # Staff ask for changes; what the school then writes is its own until it sends it.
        allow("application.ask_changes", *_PROGRAM, states=[S.SUBMITTED],
              because="Changes can be asked of an application that waits for its decision."),
        allow("application.change", *_SCHOOL, states=[S.SUBMITTED], because="Nothing can be changed any more."),
        allow("application.send_changes", PRINCIPAL @ "school", states=[S.SUBMITTED],
              because="Nothing can be changed any more."),
        allow("change.view", *_SCHOOL, *_PROGRAM),
        # A person's word on a rule: “checked by, on”, never a rating.
        allow("application.check", *_PROGRAM, states=IN_HAND, because="Only a submitted application is checked."),
        # Everything at once, for a records officer: asked for by the director, confirmed by a second person.
        allow("program.ask_papers", *_PROGRAM),
        allow("program.ask_full_export", DIRECTOR @ "program", fresh=True),
        allow("program.confirm_full_export", *_PROGRAM, fresh=True),
        allow("full_export.view", *_PROGRAM),
        allow("full_export.fetch", SELF @ "person", fresh=True),
        # Row 4: decisions. Released by two people: the action sees to that.
        allow("application.decide", *_PROGRAM, states=IN_HAND, because="Only a submitted application can be decided."),
        allow("application.read_decision", *_PROGRAM, states=DECIDED),
        allow("application.read_decision", PRINCIPAL @ "school_released", TEAM @ "school_released",
              FACILITATOR @ "network_released", SUPERVISOR @ "district_released", EVALUATOR @ "program_released",
              states=DECIDED),
        allow("application.give_up", PRINCIPAL @ "school", states=[S.ACCEPTED, S.WAITLISTED],
              because="Only a place, or one on the waiting list, can be given up."),
        allow("decision.view", *_PROGRAM),  # on its way: not even its existence shows outside the program
        allow("letter.view", *_SCHOOL, *_PROGRAM),
        allow("letter.resend", *_PROGRAM),
        # The note about a decision is between the principal and the program.
        allow("letter.appeal", PRINCIPAL @ "school"),
        allow("appeal.view", PRINCIPAL @ "school", *_PROGRAM),
        allow("appeal.answer", *_PROGRAM),
        # Row 5: the ranked wishes are the principal's and the program's alone; of a draft, the principal's.
        allow("wishes.view", PRINCIPAL @ "school", *_PROGRAM),
        allow("wishes.write", PRINCIPAL @ "school"),
    ),
)  # fmt: skip
