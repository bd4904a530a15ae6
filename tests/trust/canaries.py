"""Who may read which canary, by the oracle: a word found anywhere else has leaked."""

import re
from collections.abc import Iterable

from intervisit.core.access import Actor
from tests.trust import applying, around, oracle, posts, reviewing
from tests.trust.places import Places

FOUND = re.compile(r"canary-[\w-]+?-7f3a")

# canary -> the actions that open it, each with the thing it is asked of. None: nobody ever reads it.
_OPENED: dict[str, tuple[tuple[str, str], ...]] = {
    **{f"answer{n}": (("application.view", f"application {n}"),) for n in range(1, 8)},
    **{
        f"reason{n}": (
            ("application.read_decision", f"application {n}"),
            ("application.decide", f"application {n}"),
        )
        for n in (1, 2, 3, 4, 5, 7)
    },
    "reason6": (("decision.view", "pending"),),
    "far-pending": (("decision.view", "far pending"),),
    **{
        f"letter{name}": (("application.read_decision", thing), ("letter.view", letter))
        for name, thing, letter in (
            ("1", "application 1", "near letter"),
            ("2", "application 2", "other letter"),
            ("-far", "far application", "far letter"),
        )
    },
    **{
        f"{part}{name}": (("appeal.view", f"{where} note"),)
        for part in ("note", "answer-to-note")
        for name, where in (("1", "near"), ("2", "other"), ("-far", "far"))
    },
    "draft1": (("application.view", "draft"),),
    "draft2": (("application.view", "other draft"),),
    "veto": (("veto.view", "veto"),),
    "member-note": (("network.assign", "network East"),),
    "letter": (("program.work", "program"),),
    "release-note": (("program.work", "program"),),
    "scenario": (("scenario.view", "scenario"),),
    "scenario-note": (("scenario.view", "scenario"),),
    "scenario-proof": (("scenario.view", "scenario"),),
    "plan": (("plan.view", "plan"),),
    "plan-proof": (("plan.view", "plan"),),
    "plan-missed": (("plan.view", "plan"),),
    "device-Hana": (("session.end", "near session"),),
    "device-Piet": (("session.end", "other session"),),
    "device-Lou": (("session.end", "far session"),),
    "subject-Hana": (("mail.view", "near mail"),),
    "body-Hana": (("mail.view", "near mail"),),
    "subject-Piet": (("mail.view", "other mail"),),
    "body-Piet": (("mail.view", "other mail"),),
    "subject-Lou": (("mail.view", "far mail"),),
    "body-Lou": (("mail.view", "far mail"),),
    "near-blocked-days": (("school.days", "school 1"),),
    "far-blocked-days": (("school.days", "far school"),),
    "far-answer": (("application.view", "far application"),),
    "far-reason": (("application.read_decision", "far application"),),
    "far-scenario": (("scenario.view", "far scenario"),),
    "far-network": (("network.view", "far network"),),
    "far-plan": (("plan.view", "far plan"),),
    "far-veto": (("veto.view", "far veto"),),
    **{
        f"{where}-{what}-{part}": (("import.view", f"{where} {what} file"),)
        for where in ("near", "far")
        for what in ("schools", "applications", "travel")
        for part in ("file", "cell")
    },
    **{
        f"{where}-{name}": ((action, f"{where} {thing}"),)
        for where in ("near", "far")
        for name, action, thing in (
            ("release", "release.view", "release"),
            ("release-note", "release.view", "release"),
            ("happening", "happening.view", "happening"),
            ("refused", "happening.view", "happening"),
            ("proposal", "proposal.view", "proposal"),
        )
    },
    # Row 19: who did what to what is the administrator's; a label names a thing, never what it holds.
    "near-history": (("district.history", "district"), ("history.view", "near history")),
    "far-history": (("district.history", "far district"), ("history.view", "far history")),
    "near-before": (("history.view", "near history"),),
    "far-before": (("history.view", "far history"),),
    **applying.OPENED,
    **reviewing.OPENED,
    **posts.OPENED,
    **around.OPENED,
}


for _word, _way in (
    *reviewing.READ_BY_REVIEW.items(),
    *reviewing.TOLD.items(),
    *applying.READ_BY_SHARE.items(),
):
    _OPENED[_word] = (*_OPENED[_word], _way)


def may_read(places: Places, who: Actor, name: str) -> bool:
    for action, thing in _OPENED.get(name, ()):
        if thing.endswith("district"):
            group = oracle.group_ids(places)["far" if thing.startswith("far") else "district"]
            if any(h.role == "admin" and h.group == group for h in who.held) and who.strong:
                return True
        elif oracle.may(who, action, oracle.things(places)[thing][1]):
            return True
    return False


def leaked(places: Places, who: Actor, texts: Iterable[str]) -> set[str]:
    """The canaries in these texts that this person may not read."""
    found = {c.removeprefix("canary-").removesuffix("-7f3a") for text in texts for c in FOUND.findall(text)}
    return {name for name in found if not may_read(places, who, name)}
