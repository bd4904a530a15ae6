"""Recompute a plan from its instance: `python tests/bench/check_plan.py INSTANCE.json PLAN.json`.

Standard library only, and not a line shared with the solver: it reads the two files as they are described in
docs/reference/plan-format.md, counts every rule and every point again, and prints what it found.
Exit 0: every rule is kept and the value is right; 1: it is not; 2: the files cannot be read.
"""

import json
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
LEVELS = {"elementary": range(-1, 6), "middle": range(6, 9), "high": range(9, 13)}


def day(text):
    return date.fromisoformat(text)


def between(first, last):
    return {first + timedelta(days=i) for i in range((last - first).days + 1)}


def said(value):
    """The same without the keys that are null: they mean what a missing key means."""
    if isinstance(value, dict):
        return {key: said(each) for key, each in value.items() if each is not None}
    return [said(each) for each in value] if isinstance(value, list) else value


class Year:
    """The instance, taken apart."""

    def __init__(self, data):
        data = said(data)
        days = data["days"]
        closed = set()
        for each in days.get("closed") or []:
            closed |= between(day(each.get("date") or each["first"]), day(each.get("date") or each["last"]))
        whole = between(day(days["first"]), day(days["last"]))
        self.school_days = {d for d in whole if d.weekday() < 5} - closed
        self.months = {(d.year, d.month) for d in self.school_days}
        self.schools = {each["id"]: each for each in data.get("schools") or []}
        self.facilitators = {each["id"]: each for each in data.get("facilitators") or []}
        self.networks = {each["id"]: each for each in data["networks"]}
        self.patterns = data["patterns"]
        self.limits = data.get("limits") or {}
        self.substitutes = {
            each["district"]: each["per_day"] for each in self.limits.get("substitutes") or []
        }
        self.other_days = {
            (each["district"], day(other["date"])): other["per_day"]
            for each in self.limits.get("substitutes") or []
            for other in each.get("days") or []
        }
        usual = {"weekday_visited": 2, "weekday_visiting": 1, "month": 4, "avoid": 3}
        given = data.get("weights") or {}
        self.weights = {key: usual[key] if given.get(key) is None else given[key] for key in usual}
        self.fixed = data.get("fixed") or []
        self.missed = data.get("missed") or []
        self.never = defaultdict(set)  # school → days no visit of its networks may have
        self.rather_not = defaultdict(set)
        for name, school in self.schools.items():
            self.never[name] |= {day(d) for d in school.get("blocked") or []}
            self.rather_not[name] |= {day(d) for d in school.get("avoid") or []}
            for window in days.get("windows") or []:
                grades = set(window.get("grades") or []) | set(LEVELS.get(window.get("level") or "", ()))
                if not grades or grades & set(school.get("grades") or []):
                    side = self.rather_not if window.get("wish") else self.never
                    side[name] |= between(day(window["first"]), day(window["last"]))
            for meeting in data.get("meetings") or []:
                if not meeting.get("schools") or name in meeting["schools"]:
                    self.never[name] |= {day(d) for d in meeting.get("dates") or []}

    def pattern(self, network):
        return self.patterns[self.networks[network]["pattern"]]

    def members(self, network):
        return [member["school"] for member in self.networks[network]["members"]]

    def owed(self, network):
        rules = {rule["role"]: rule for rule in self.pattern(network)["visits"]}
        missed = Counter(visit["school"] for visit in self.missed if visit["network"] == network)
        found = {}
        for member in self.networks[network]["members"]:
            rule, school = rules[member.get("role") or "member"], member["school"]
            found[school] = (max(0, rule["times"] - missed[school]), rule.get("part") or "whole")
        return found


def broken(year, visits):
    """Every rule that is not kept."""
    found = []
    by_network = defaultdict(list)
    for visit in visits:
        by_network[visit["network"]].append(
            (day(visit["date"]), visit["school"], visit["part"], visit["number"])
        )
    for unknown in set(by_network) - set(year.networks):
        found.append(f"unknown network {unknown}")
    for network in year.networks:
        found += network_rules(year, network, sorted(by_network[network]))
    found += shared_rules(year, [visit for visit in visits if visit["network"] in year.networks])
    planned = {(visit["network"], visit["school"], visit["date"]) for visit in visits}
    for visit in year.fixed:
        if (visit["network"], visit["school"], visit["date"]) not in planned:
            found.append(f"fixed visit is missing: {visit}")
    return found


def network_rules(year, network, visits):
    pattern, members, owed = year.pattern(network), year.members(network), year.owed(network)
    dates = [d for d, _, _, _ in visits]
    times = Counter(school for _, school, _, _ in visits)
    for school in set(times) | set(owed):
        if times[school] != owed.get(school, (0, ""))[0]:
            yield f"{network}: {school} has {times[school]} visits, is owed {owed.get(school, (0, ''))[0]}"
    for d, school, part, number in visits:
        if school in owed and part != owed[school][1]:
            yield f"{network}: {school} on {d} is a {part} day"
        if d not in year.school_days:
            yield f"{network}: {d} is no school day"
        if not 1 <= number <= times[school]:
            yield f"{network}: {school} on {d} has number {number}"
        for member in members:
            if d in year.never[member]:
                yield f"{network}: {member} cannot on {d}"
    for school, number in Counter((school, number) for _, school, _, number in visits).items():
        if number > 1:
            yield f"{network}: number used twice: {school}"
    if any((b - a).days < max(1, pattern.get("min_gap_days", 7)) for a, b in pairwise(dates)):
        yield f"{network}: visits too close together"
    if any(n > pattern.get("max_per_month", 2) for n in Counter((d.year, d.month) for d in dates).values()):
        yield f"{network}: too many visits in a month"
    hosts = {
        m["school"]
        for m in year.networks[network]["members"]
        if m.get("role") == "host" and owed[m["school"]][0]
    }
    if pattern.get("starts_at", "host") == "host" and hosts and visits and visits[0][1] not in hosts:
        yield f"{network}: does not start at the host"
    if pattern.get("first_round", True):
        places = sum(times > 0 for times, _ in owed.values())
        if len({school for _, school, _, _ in visits[:places]}) < min(places, len(visits)):
            yield f"{network}: a school is seen again before all have been seen"


def shared_rules(year, visits):
    led, busy, away, needed = defaultdict(list), defaultdict(set), Counter(), Counter()
    for visit in visits:
        network, d = visit["network"], day(visit["date"])
        who = year.networks[network].get("facilitator")
        if who:
            led[who, d].append(visit["part"])
        for school in year.members(network):
            if (network, d) in busy[school]:
                yield f"{network}: twice on {d}"
            away[school, d.year, d.month] += school != visit["school"]
            about = year.schools[school]
            if about.get("district") in year.substitutes:
                needed[about["district"], d] += about.get("teachers") or 0
        for school in year.members(network):
            if any(other == d for _, other in busy[school]):
                yield f"{school} is in two places on {d}"
            busy[school].add((network, d))
    for (who, d), parts in led.items():
        about = year.facilitators[who]
        load = sum(1 if about.get("two_halves") and part == "half" else 2 for part in parts)
        if load > 2:
            yield f"{who} is in two places on {d}"
        if d in {day(each) for each in about.get("blocked") or []}:
            yield f"{who} is away on {d}"
        if about.get("meets_on") and d.weekday() == WEEKDAYS.index(about["meets_on"].capitalize()):
            yield f"{who} meets centrally on {d}"
    most = year.limits.get("absences_per_month")
    for (school, *month), number in away.items():
        if most is not None and number > most:
            yield f"{school} is away {number} times in {month}"
    for (district, d), number in needed.items():
        if number > year.other_days.get((district, d), year.substitutes[district]):
            yield f"district {district} needs {number} substitutes on {d}"


def points(year, visits):
    """The value of a plan, counted wish by wish."""
    total, months = 0, defaultdict(set)
    for visit in visits:
        d = day(visit["date"])
        if d not in year.school_days:
            continue
        months[visit["network"]].add((d.year, d.month))
        for school in year.members(visit["network"]):
            liked = [each.capitalize() for each in year.schools[school].get("weekdays") or []]
            if liked and WEEKDAYS[d.weekday()] in liked:
                total += year.weights["weekday_visited" if school == visit["school"] else "weekday_visiting"]
            if year.rather_not[school] and d not in year.rather_not[school]:
                total += year.weights["avoid"]
    for network in year.networks:
        if year.pattern(network).get("monthly", True):
            total += year.weights["month"] * len(months[network])
    return total


def main(argv):
    try:
        instance, plan = (json.loads(Path(name).read_text(encoding="utf-8")) for name in argv)
        year = Year(instance)
    except (OSError, ValueError, KeyError) as error:
        print(f"cannot read: {error!r}; usage: check_plan.py INSTANCE.json PLAN.json")
        return 2
    if "infeasible" in plan:
        print("The plan says that none exists:", *plan["infeasible"], sep="\n  ")
        return 0
    faults = broken(year, plan["visits"])
    value = points(year, plan["visits"])
    if value != plan["value"]:
        faults.append(f"the plan says {plan['value']} points, there are {value}")
    if plan["bound"] < value:
        faults.append(f"the bound {plan['bound']} is below the value {value}")
    print(*faults[:50], sep="\n", end="\n" if faults else "")
    print(
        f"{len(plan['visits'])} visits, {value} points, bound {plan['bound']}: {'NOT sound' if faults else 'sound'}"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
