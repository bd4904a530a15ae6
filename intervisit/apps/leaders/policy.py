"""Who may apply, read, interview, choose and pay (rows 2, 3 and 18 of the access matrix, for persons)."""

from intervisit.apps.leaders.states import DECIDED, IN_HAND
from intervisit.apps.leaders.states import ApplyState as S
from intervisit.apps.leaders.states import ConsentState as C
from intervisit.apps.leaders.states import SheetState as H
from intervisit.apps.leaders.states import TermState as T
from intervisit.core.access import (
    DIRECTOR,
    FINANCE,
    INTERVIEWER,
    PRINCIPAL,
    SELF,
    STAFF,
    TEAM,
    Table,
    allow,
)

_PROGRAM = (STAFF @ "program", DIRECTOR @ "program")
_SCHOOLS = (TEAM @ "schools", PRINCIPAL @ "schools")
_WRITTEN = "It has been sent, so it can no longer be changed. Withdraw it to write again."

TABLE = Table(
    "leaders",
    (
        allow("program.posts", *_SCHOOLS, *_PROGRAM, INTERVIEWER @ "program"),
        allow("program.apply_for_post", *_SCHOOLS),
        allow("program.my_posts", *_SCHOOLS, INTERVIEWER @ "program"),  # whether the menu has an entry
        allow("program.pool", PRINCIPAL @ "taking_part", *_PROGRAM),
        allow("program.payroll", *_PROGRAM, FINANCE @ "district"),
        # An application is its person's; the program reads it once it is with the committee. Her principal never does.
        allow("leader_application.view", SELF @ "person"),
        allow("leader_application.view", *_PROGRAM, states=IN_HAND),
        allow("leader_application.write", SELF @ "person", states=[S.DRAFT], because=_WRITTEN),
        allow("leader_application.withdraw", SELF @ "person", states=[S.CONSENT, S.SUBMITTED, S.STOPPED],
              because="Only an application that is on its way can be withdrawn."),
        allow("leader_application.reopen", SELF @ "person", states=[S.WITHDRAWN],
              because="Only a withdrawn application can be opened again."),
        allow("leader_application.share", SELF @ "person"),
        allow("leader_application.check", *_PROGRAM, states=IN_HAND),
        allow("leader_application.arrange", *_PROGRAM, states=[S.SUBMITTED],
              because="An interview is arranged while the application is with the committee."),
        allow("leader_application.decide", *_PROGRAM, states=[S.SUBMITTED], because="This has been decided."),
        allow("leader_application.undo_decision", DIRECTOR @ "program", states=DECIDED,
              because="Nothing has been decided yet."),
        # The principal is asked about a name and a post.
        allow("leader_consent.view", PRINCIPAL @ "school"),
        allow("leader_consent.answer", PRINCIPAL @ "school", states=[C.ASKED], because="This has been answered."),
        # Row 3: each member's form is that member's; the others' come after one's own is in.
        allow("interview.view", SELF @ "panel", *_PROGRAM),
        allow("interview_sheet.write", SELF @ "author", states=[H.OPEN],
              because="This form has been handed in, so it can no longer be changed."),
        allow("interview_sheet.view", SELF @ "author"),
        allow("interview_sheet.view", SELF @ "peers", *_PROGRAM, states=[H.IN]),
        allow("interview_sheet.leave", SELF @ "author"),
        # The pool: what somebody agreed to show, to principals of schools that take part.
        allow("pool_entry.view", SELF @ "person", PRINCIPAL @ "taking_part", *_PROGRAM),
        allow("pool_entry.offer", PRINCIPAL @ "taking_part", DIRECTOR @ "program"),
        allow("pool_entry.leave", SELF @ "person"),
        # Row 18: pay is for payee, payer and finance.
        allow("leader_term.view", SELF @ "person", PRINCIPAL @ "school", *_PROGRAM, FINANCE @ "district"),
        allow("leader_term.answer", SELF @ "person", states=[T.OFFERED], because="This offer is not open any more."),
        allow("leader_term.take_back", PRINCIPAL @ "school", DIRECTOR @ "program", states=[T.OFFERED],
              because="Only an open offer can be taken back."),
        allow("leader_term.end", PRINCIPAL @ "school", DIRECTOR @ "program", states=[T.SERVING],
              because="Only a post that somebody holds can be ended."),
        allow("leader_term.offer_again", PRINCIPAL @ "school", DIRECTOR @ "program", states=[T.SERVING, T.ENDED],
              because="Nobody holds this post."),
        allow("leader_term.renew", SELF @ "person", states=[T.SERVING], because="This term is over."),
    ),
)  # fmt: skip
