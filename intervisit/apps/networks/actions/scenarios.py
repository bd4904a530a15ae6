"""Match, edit a board, adopt it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from intervisit.apps.applications.models import Application
from intervisit.apps.networks import bridge
from intervisit.apps.networks.events import NetworksDropped
from intervisit.apps.networks.models import (
    BoardEdit,
    DraftNetwork,
    DraftPlace,
    Network,
    NetworkMember,
    Scenario,
    Veto,
)
from intervisit.apps.networks.states import NetworkState, ScenarioState
from intervisit.apps.people.models import Group, Organization
from intervisit.apps.programs.models import Program
from intervisit.core import matching
from intervisit.core.access import Actor
from intervisit.core.designs import Design
from intervisit.kit.access import require
from intervisit.kit.clock import now, today
from intervisit.kit.events import emit
from intervisit.kit.history import action, record
from intervisit.kit.jobs import ask_to_stop, enqueue
from intervisit.kit.refusal import Refused, Stale

MAX_SECONDS = 600


@action("scenario.draft")
def draft_scenario(
    program: Program,
    *,
    by: Actor,
    name: str,
    wanted: bridge.Wanted,
    note: str = "",
    seconds: float = 20,
    seed: int = 1,
) -> Scenario:
    """Begin a scenario: its instance is frozen now, a worker solves it. Refuses when nobody is accepted."""
    require(by, "program.work", program)
    problem = bridge.instance(program, wanted)
    if len(problem["schools"]) < 2:
        raise Refused("nobody-accepted", "Accept at least two schools before you match them.")
    scenario = Scenario.objects.create(
        program=program, name=name, note=note, problem=problem, seed=seed,
        seconds=min(max(seconds, 1), MAX_SECONDS), person_id=by.person,
    )  # fmt: skip
    _solve_later(scenario, by)
    record(by, "scenario.draft", scenario, group=program.group, label=name)
    return scenario


def _solve_later(scenario: Scenario, by: Actor) -> None:
    scenario.job = enqueue(
        "match", by=by, title=f"Matching: {scenario.name}", group=scenario.program.group,
        back=f"/scenarios/{scenario.pk}/", scenario=str(scenario.pk),
    )  # fmt: skip
    scenario.state = ScenarioState.SOLVING
    scenario.save(update_fields=["job", "state"])


@action("scenario.solve")
def solve_rest(scenario: Scenario, *, by: Actor, seconds: float = 10) -> Scenario:
    """Solve again around the locked networks, in a new scenario, so that the board as edited is kept."""
    require(by, "scenario.solve", scenario)
    locked = {d.number for d in scenario.networks.filter(locked=True)}
    numbers = [d.number for d in scenario.networks.order_by("number") if d.places.exists()]
    board = bridge.board_of(scenario)
    fixed = [n for number, n in zip(numbers, board, strict=True) if number in locked]
    problem = bridge.without(
        bridge.with_vetoes(scenario.problem, scenario.program),
        {a.school.code for a in bridge.accepted(scenario.program)},
    )
    gone = {code for n in fixed for code in n.members} - {row["id"] for row in problem["schools"]}
    if gone:
        message = "A school of a locked network has given its place back. Let that network go first."
        raise Refused("place-given-up", message, status=409)
    problem["fixed"] = [{"type": n.type, "host": n.host, "partners": list(n.partners)} for n in fixed]
    after = Scenario.objects.create(
        program=scenario.program, name=f"{scenario.name[:60]}, rest solved again", note=scenario.note, problem=problem,
        seed=scenario.seed, seconds=seconds, person_id=by.person,
    )  # fmt: skip
    _solve_later(after, by)
    record(by, "scenario.solve", after, group=scenario.program.group, label=after.name)
    return after


@action("scenario.stop")
def stop_solving(scenario: Scenario, *, by: Actor) -> None:
    """Ask the worker to finish with the best it has."""
    require(by, "scenario.solve", scenario)
    if scenario.job is not None:
        ask_to_stop(scenario.job)
    record(by, "scenario.stop", scenario, group=scenario.program.group)


@action("scenario.duplicate")
def duplicate_scenario(scenario: Scenario, *, by: Actor) -> Scenario:
    """A copy with the same inputs and the same board, to try something else."""
    require(by, "scenario.solve", scenario)
    copy = Scenario.objects.create(
        program=scenario.program, name=f"{scenario.name[:72]}, copy", note=scenario.note, problem=scenario.problem,
        seed=scenario.seed, seconds=scenario.seconds, engine=scenario.engine, state=ScenarioState.READY,
        objective=scenario.objective, bound=scenario.bound, proof=scenario.proof, person_id=by.person,
    )  # fmt: skip
    bridge.lay_out(copy, bridge.board_of(scenario))
    record(by, "scenario.duplicate", copy, group=scenario.program.group, label=copy.name)
    return copy


@action("scenario.rename")
def rename_scenario(scenario: Scenario, *, by: Actor, name: str, note: str) -> None:
    require(by, "scenario.solve", scenario)
    record(
        by, "scenario.rename", scenario, group=scenario.program.group, changes={"name": (scenario.name, name)}
    )
    scenario.name, scenario.note = name, note
    scenario.save(update_fields=["name", "note"])


@action("scenario.archive")
def archive_scenario(scenario: Scenario, *, by: Actor, away: bool = True) -> None:
    """Put a scenario away, or take it out again. Nothing of it is lost. An adopted one stays where it is."""
    require(by, "scenario.solve", scenario)
    if away and scenario.state == ScenarioState.ADOPTED:
        raise Refused("adopted", "This scenario is the adopted one, so it stays in the list.")
    if away and scenario.job is not None and not scenario.job.over:
        raise Refused("under-way", "Stop the search first.")
    scenario.archived = now() if away else None
    scenario.save(update_fields=["archived"])
    record(by, "scenario.archive" if away else "scenario.restore", scenario, group=scenario.program.group)


def _places(scenario: Scenario) -> dict[str, list[Any]]:
    rows = scenario.places.select_related("network")
    return {str(p.application_id): [p.network.number if p.network else None, p.hosts] for p in rows}


def _expect(scenario: Scenario, version: int | None) -> None:
    if version is not None and version != scenario.version:
        raise Stale({"board": f"as of step {version}"}, {"board": f"as of step {scenario.version}"})


def _save_edit(scenario: Scenario, said: str, before: Mapping[str, Any], by: Actor) -> None:
    after = _places(scenario)
    changed = {k for k in after if before.get(k) != after[k]}
    BoardEdit.objects.filter(scenario=scenario, undone=True).delete()
    BoardEdit.objects.create(
        scenario=scenario,
        said=said,
        before={k: before[k] for k in changed},
        after={k: after[k] for k in changed},
    )
    _bump(scenario)
    record(by, "scenario.edit", scenario, group=scenario.program.group, changes={"board": ("", said)})


def _bump(scenario: Scenario) -> None:
    scenario.version += 1
    scenario.save(update_fields=["version"])


@action("scenario.edit")
def move_school(
    scenario: Scenario, application: Application, to: DraftNetwork | None, *, by: Actor, hosts: bool = False,
    version: int | None = None,
) -> str:  # fmt: skip
    """Move one school to a network of the board, or off it. A former host there becomes a member. Says what it did."""
    require(by, "scenario.edit", scenario)
    _expect(scenario, version)
    before = _places(scenario)
    place = scenario.places.select_related("network", "application__school").get(application=application)
    for network in (place.network, to):
        if network is not None and network.locked:
            raise Refused("locked", f"Network {network.number} is locked. Unlock it first.")
    if hosts and to is not None:
        scenario.places.filter(network=to, hosts=True).update(hosts=False)
    place.network, place.hosts = to, bool(hosts and to is not None)
    place.save(update_fields=["network", "hosts"])
    where = "off the board" if to is None else f"to network {to.number}"
    said = f"{place.application.school.name} moved {where}."
    _save_edit(scenario, said, before, by)
    return said


@action("scenario.swap")
def swap_schools(scenario: Scenario, first: Application, second: Application, *, by: Actor) -> str:
    """Let two schools change places, roles included."""
    require(by, "scenario.edit", scenario)
    before = _places(scenario)
    places = scenario.places.select_related("network", "application__school")
    one, other = places.get(application=first), places.get(application=second)
    for place in (one, other):
        if place.network is not None and place.network.locked:
            raise Refused("locked", f"Network {place.network.number} is locked. Unlock it first.")
    one.network, other.network = other.network, one.network
    one.hosts, other.hosts = other.hosts, one.hosts
    DraftPlace.objects.bulk_update([one, other], ["network", "hosts"])
    said = f"{one.application.school.name} and {other.application.school.name} changed places."
    _save_edit(scenario, said, before, by)
    return said


@action("scenario.undo")
def undo_edit(scenario: Scenario, *, by: Actor, redo: bool = False) -> str:
    """Take back the last edit of the board, or do it again."""
    require(by, "scenario.edit", scenario)
    edits = scenario.edits.filter(undone=redo)
    edit = edits.order_by("pk").first() if redo else edits.order_by("-pk").first()
    if edit is None:
        raise Refused(
            "nothing-to-undo", "There is nothing to do again." if redo else "There is nothing to undo."
        )
    networks = {n.number: n for n in scenario.networks.all()}
    target = edit.after if redo else edit.before
    rows = list(scenario.places.filter(application__in=list(target)))
    for row in rows:
        number, hosts = target[str(row.application_id)]
        row.network, row.hosts = networks.get(number) if number else None, hosts
    DraftPlace.objects.bulk_update(rows, ["network", "hosts"])
    edit.undone = not redo
    edit.save(update_fields=["undone"])
    _bump(scenario)
    said = f"Done again: {edit.said}" if redo else f"Undone: {edit.said}"
    record(by, "scenario.undo", scenario, group=scenario.program.group, changes={"board": ("", said)})
    return said


@action("scenario.lock")
def lock_network(scenario: Scenario, network: DraftNetwork, *, by: Actor, locked: bool) -> None:
    """Keep a network as it is when the rest is solved again, or let it go."""
    require(by, "scenario.edit", scenario)
    network.locked = locked
    network.save(update_fields=["locked"])
    _bump(scenario)
    record(
        by, "scenario.lock", scenario, group=scenario.program.group, changes={"locked": (not locked, locked)}
    )


@action("scenario.add_network")
def add_network(scenario: Scenario, kind: str, *, by: Actor) -> DraftNetwork:
    """An empty network on the board, for schools to be moved into."""
    require(by, "scenario.edit", scenario)
    if kind not in scenario.program.design.shapes:
        raise Refused("unknown-shape", "Choose one of the design's shapes.", "kind")
    numbers = scenario.networks.values_list("number", flat=True)
    made = DraftNetwork.objects.create(scenario=scenario, number=max(numbers, default=0) + 1, type=kind)
    _bump(scenario)
    record(by, "scenario.add_network", scenario, group=scenario.program.group)
    return made


@action("veto.write")
def keep_apart(
    program: Program,
    first: Organization,
    second: Organization,
    *,
    by: Actor,
    together: bool = False,
    note: str = "",
) -> Veto:
    """Two schools that must not share a network, or must share one. Later scenarios follow it."""
    require(by, "program.work", program)
    if first.pk == second.pk:
        raise Refused("same-school", "Choose two different schools.", "second")
    a, b = sorted((first, second), key=lambda s: s.code_key)
    Veto.objects.filter(program=program, first=a, second=b).delete()
    veto = Veto.objects.create(program=program, first=a, second=b, together=together, note=note)
    record(by, "veto.write", veto, group=program.group, label="together" if together else "apart")
    return veto


@action("scenario.veto")
def veto_on_board(scenario: Scenario, first: Application, second: Application, *, by: Actor) -> str:
    """Keep two schools apart from now on, on this board too. The proof stays true: one rule more allows no more."""
    require(by, "scenario.edit", scenario)
    keep_apart(scenario.program, first.school, second.school, by=by)
    pair = sorted((first.school.code, second.school.code))
    problem = dict(scenario.problem)
    problem["together"] = [p for p in problem["together"] if not set(pair) <= set(p)]
    problem["forbidden"] = [*(p for p in problem["forbidden"] if sorted(p) != pair), pair]
    scenario.problem = problem
    scenario.save(update_fields=["problem"])
    _bump(scenario)
    record(by, "scenario.veto", scenario, group=scenario.program.group)
    return f"{first.school.name} and {second.school.name} are kept apart, here and in later scenarios."


@action("veto.remove")
def lift_veto(veto: Veto, *, by: Actor) -> None:
    require(by, "veto.write", veto)
    record(by, "veto.remove", veto, group=veto.program.group, label="lifted")
    veto.delete()


@action("scenario.adopt")
def adopt_scenario(scenario: Scenario, *, by: Actor) -> list[Network]:
    """Make the board the program's networks. Refuses while it breaks a rule, or while networks are published."""
    require(by, "scenario.adopt", scenario)
    program = scenario.program
    if program.networks.exclude(state__in=[NetworkState.ADOPTED, NetworkState.CLOSED]).exists():
        raise Refused("published-already", "Take the published networks back before you adopt other ones.")
    problem, board = bridge.problem_of(scenario), bridge.board_of(scenario)
    if not board:
        raise Refused("empty-board", "There is no network on this board yet.")
    names = {a.school.code: a.school.name for a in bridge.accepted(program)}
    gone = sorted({code for n in board for code in n.members} - names.keys())
    if gone:
        schools = (
            program.district.schools.filter(code__in=gone).order_by("code_key").values_list("name", flat=True)
        )
        message = (
            f"Has no place any more: {', '.join(schools) or ', '.join(gone)}. Lock what is to stay and have the "
            "rest solved again, or begin anew."
        )
        raise Refused("place-given-up", message, status=409)
    broken = matching.violations(problem, board)
    if broken:
        first = bridge.in_words(broken[0], names)
        more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
        raise Refused("rules-broken", f"The board breaks a rule: {first}{more}. Mend it first.")
    _drop_adopted(program)
    made = [_adopt_network(scenario, problem, board, number) for number in range(1, len(board) + 1)]
    Scenario.objects.filter(program=program, state=ScenarioState.ADOPTED).update(
        state=ScenarioState.READY, adopted=None
    )
    scenario.state, scenario.adopted = ScenarioState.ADOPTED, now()
    scenario.save(update_fields=["state", "adopted"])
    record(by, "scenario.adopt", scenario, group=program.group, label=scenario.name)
    return made


def _drop_adopted(program: Program) -> None:
    """Networks nobody has been told of leave no trace but their history."""
    emit(NetworksDropped(program))
    for network in program.networks.filter(state=NetworkState.ADOPTED):
        group = network.group
        network.delete()
        group.roles.all().delete()
        group.delete()


def _adopt_network(
    scenario: Scenario, problem: matching.Problem, board: list[matching.MatchedNetwork], number: int
) -> Network:
    matched, program = board[number - 1], scenario.program
    by_code = {a.school.code: a for a in bridge.accepted(program) if a.school.code in matched.members}
    focus = _shared_focus(by_code.values())
    shape = program.design.shapes[matched.type]
    lead = (
        by_code[matched.host].school.name
        if matched.host
        else ", ".join(a.school.name for a in by_code.values())
    )
    name = (f"{lead} {shape.word}" if matched.host else f"{shape.word.capitalize()} {number}: {lead}")[:80]
    network = Network.objects.create(
        program=program, group=Group.objects.create(kind="network", name=name), name=name, number=number,
        type=matched.type, focus=focus, scenario=scenario,
    )  # fmt: skip
    scores = matching.scores(problem, board)
    design = program.design
    names = {a.school.code: a.school.name for a in bridge.accepted(program)}
    day = max(program.first_day, today(program.district.zone))
    for code in matched.members:
        a = by_code[code]
        NetworkMember.objects.create(
            network=network, school=a.school, application=a, role=a.role, hosts=code == matched.host, joined=day,
            score=float(scores[code]), reasons=kept_reasons(problem, board, code, design, names),
        )  # fmt: skip
    return network


def _shared_focus(applications: Iterable[Application]) -> str:
    counts: Counter[str] = Counter()
    for a in applications:
        for weight, key in zip((3, 2), a.focus, strict=False):
            counts[key] += weight
    return max(counts, key=lambda k: (counts[k], k)) if counts else ""


def kept_reasons(
    problem: matching.Problem,
    board: list[matching.MatchedNetwork],
    code: str,
    design: Design,
    names: Mapping[str, str],
) -> dict[str, Any]:
    """Why a school is where it is, as kept: every sentence with its kind. What schools read is chosen by kind."""
    stories = bridge.stories_of(problem, board, code, design, names)
    return {"stories": [[s.title, [[line.reason, line.text] for line in s.lines]] for s in stories]}
