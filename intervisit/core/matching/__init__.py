"""Matching schools into networks, with a proof of how good the matching is.

problem      what is to be matched, and what comes back
instance     the JSON format in and out; trouble: what is wrong with a file, all of it at once
score        the objective, exactly; violations: broken rules in words
tables       all pairs as arrays; task: a problem made ready
pricing      networks worth more than their price; columns: the pool of them
ceiling      bounds that need no search
seating      everybody seated somewhere; swaps: exchanges of places that better it
master       linear and integer masters (HiGHS); generation: column generation and its bound
run          one run: clock, best answer, best bound; answers: ways to find one
search       first an answer, then a better one, then the proof; fair: the worst-served school first
shortlist    what is listed for the proof made short by cuts; abreast: searches on two cores
patchwork    a first answer where there are many schools, without tables of all pairs
solve        the way in
infeasible   why there is none; collide: a smallest set of wishes that collide
divide       large tasks in parts; cuts, tighten: the bound below the linear program's own
explain      why a school is where it is, and its next best place
effects      what each place of a board would do to everybody, two networks at a time
repair       after publication: withdrawals, newcomers, vetoes; regroup: what a few schools can make
facilitators who accompanies which network
"""

from intervisit.core.matching.effects import Effect, effects
from intervisit.core.matching.explain import Fellow, NextBest, Reasons, next_best, reasons
from intervisit.core.matching.facilitators import (
    Assignment,
    Facilitator,
    FacilitatorWeights,
    assign_facilitators,
)
from intervisit.core.matching.instance import read_instance, write_solution
from intervisit.core.matching.problem import (
    CRITERIA,
    Infeasible,
    MatchedNetwork,
    NetworkType,
    Params,
    Problem,
    Progress,
    Quota,
    School,
    Seat,
    Solution,
    Travel,
)
from intervisit.core.matching.repair import Change, Repair, repair
from intervisit.core.matching.score import compatible, objective, scores, travel_minutes
from intervisit.core.matching.solve import solve
from intervisit.core.matching.trouble import BadInstance, Trouble
from intervisit.core.matching.violations import violations

__all__ = [
    "CRITERIA",
    "Assignment",
    "BadInstance",
    "Change",
    "Effect",
    "Facilitator",
    "FacilitatorWeights",
    "Fellow",
    "Infeasible",
    "MatchedNetwork",
    "NetworkType",
    "NextBest",
    "Params",
    "Problem",
    "Progress",
    "Quota",
    "Reasons",
    "Repair",
    "School",
    "Seat",
    "Solution",
    "Travel",
    "Trouble",
    "assign_facilitators",
    "compatible",
    "effects",
    "next_best",
    "objective",
    "read_instance",
    "reasons",
    "repair",
    "scores",
    "solve",
    "travel_minutes",
    "violations",
    "write_solution",
]
