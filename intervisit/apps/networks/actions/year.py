"""What happens to networks during the year: schools leave, come, move; networks are put together or split."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from intervisit.apps.applications.models import Application
from intervisit.apps.networks.actions.scenarios import kept_reasons
from intervisit.apps.networks.bridge.living import Living, living, placed
from intervisit.apps.networks.bridge.ways import apart, chosen_way, comes, leaves
from intervisit.apps.networks.events import MembersChanged
from intervisit.apps.networks.models import Network, NetworkMember, Pod, PodMember, Veto
from intervisit.apps.networks.states import Leaving, NetworkState, PodBasis
from intervisit.apps.people.models import Group, Organization, RoleHeld
from intervisit.apps.programs.models import Program
from intervisit.core import matching
from intervisit.core.access import Actor
from intervisit.kit.access import require
from intervisit.kit.clock import today
from intervisit.kit.events import emit
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused

Pairs = list[tuple[Network, Organization]]


def _day(network: Network) -> dt.date:
    return today(network.program.district.zone)


def _end(member: NetworkMember, how: Leaving, *, to: Network | None = None, note: str = "") -> None:
    if member.left is not None:
        raise Refused("left-already", f"{member.school.name} has left already.", status=409)
    day = _day(member.network)
    member.left, member.how, member.to, member.note = day, how, to, note
    member.save(update_fields=["left", "how", "to", "note"])
    for pod in Pod.objects.filter(network=member.network, ends__isnull=True, seats__member=member):
        if pod.seats.filter(member__left__isnull=True).count() < 2:
            pod.ends = day
            pod.save(update_fields=["ends"])


def _begin(
    network: Network, school: Organization, application: Application | None, role: str, *, hosts: bool
) -> None:
    NetworkMember.objects.create(
        network=network, school=school, application=application, role=role, hosts=hosts, joined=_day(network)
    )


def _follow(program: Program, left: Pairs, came: Pairs, by: Actor) -> None:
    """Reasons are written anew for whoever is in other company; chapters above follow."""
    now = living(program)
    touched = {n.pk for n, _ in [*left, *came]}
    if now is not None:
        board = [n for n in now.board if n.members]
        for network, matched in zip(now.networks, now.board, strict=True):
            if network.pk in touched and len(matched.members) > 1:
                _write_reasons(now, board, network)
    emit(MembersChanged(program, tuple(left), tuple(came), by))


def _write_reasons(now: Living, board: list[matching.MatchedNetwork], network: Network) -> None:
    shape = now.problem.type_by_name.get(network.type)
    at = now.board[now.networks.index(network)]
    scored = shape is not None and shape.hosted == (at.host is not None)
    scores = matching.scores(now.problem, [at]) if scored else {}
    for member in now.members[network.pk]:
        code = member.school.code
        if scored and code in now.problem.by_id:
            member.reasons = kept_reasons(now.problem, board, code, now.program.design, now.names)
            member.score = float(scores[code])
            member.save(update_fields=["reasons", "score"])


@action("membership.leave")
def leave_network(member: NetworkMember, *, by: Actor, note: str = "", way: str = "") -> None:
    """A school leaves its network from today: it keeps its own things and no longer sees new ones.

    `way`: the alternative by which the networks are put together anew; "" leaves the others as they are. Refuses a
    way that has ceased to be one.
    """
    network = member.network
    require(by, "network.assign", network)
    if member.left is not None:
        raise Refused("left-already", f"{member.school.name} has left already.", status=409)
    now = living(network.program) if way else None
    repaired = _chosen(now, leaves(member), way) if way else None
    _end(member, Leaving.WITHDREW, note=note)
    left: Pairs = [(network, member.school)]
    came: Pairs = []
    if now is not None and repaired is not None:
        _rearrange(now, repaired.networks, member.school.code, left, came)
        record(by, "networks.repair", network.program, group=network.program.group)
    record(by, "membership.leave", member, group=network.program.group, changes={"left": (None, member.left)})
    _follow(network.program, left, came, by)


def _chosen(now: Living | None, change: matching.Change, way: str) -> matching.Repair:
    found = chosen_way(now, change, way) if now else None
    if found is None:
        message = "The networks have changed meanwhile. Look at the ways again before you choose one."
        raise Refused("changed-meanwhile", message, status=409)
    return found


def _rearrange(
    now: Living, after: Sequence[matching.MatchedNetwork], gone: str, left: Pairs, came: Pairs
) -> None:
    """Bring the rows to what a way says. What changed is added to `left` and `came`. `gone`: who left, by code."""
    rows = {m.school.code: m for found in now.members.values() for m in found if m.school.code != gone}
    where: dict[str, tuple[Network, bool]] = {}
    for network, matched in placed(now, after):
        if matched is None:
            continue
        home = network or _new_network(now, matched)
        if home.type != matched.type:
            home.type = matched.type
            home.save(update_fields=["type"])
        where |= {code: (home, code == matched.host) for code in matched.members}
    for code, member in rows.items():
        if code not in where:
            _end(member, Leaving.UNPLACED)
            left.append((member.network, member.school))
            continue
        home, hosts = where[code]
        if home.pk != member.network_id:
            before = member.network
            _end(member, Leaving.MOVED, to=home)
            _begin(home, member.school, member.application, member.role, hosts=hosts)
            left.append((before, member.school))
            came.append((home, member.school))
        elif hosts != member.hosts:
            member.hosts = hosts
            member.save(update_fields=["hosts"])
            came.append((home, member.school))
    if now.joining is not None:
        home, hosts = where[now.joining.school.code]
        _begin(home, now.joining.school, now.joining, now.joining.role, hosts=hosts)
        came.append((home, now.joining.school))
    for network, matched in placed(now, after):
        if network is not None and matched is None:
            _close(network, None)


def _new_network(now: Living, matched: matching.MatchedNetwork) -> Network:
    shape, names = now.program.design.shapes[matched.type], now.names
    lead = names.get(matched.host or matched.members[0], matched.members[0])
    number = max((n.number for n in now.program.networks.all()), default=0) + 1
    name = f"{lead} {shape.word}"[:80]
    return Network.objects.create(
        program=now.program, group=Group.objects.create(kind="network", name=name), name=name, number=number,
        type=matched.type, scenario=now.networks[0].scenario,
    )  # fmt: skip


def _close(network: Network, into: Network | None) -> None:
    """A network ends: nobody accompanies it any more, and its page is history."""
    day = _day(network)
    network.state, network.closed, network.into = NetworkState.CLOSED, day, into
    network.save(update_fields=["state", "closed", "into"])
    network.pods.filter(ends__isnull=True).update(ends=day)
    for held in RoleHeld.objects.filter(group=network.group, role="facilitator", ends__isnull=True):
        if held.starts >= day:
            held.delete()  # given and taken back on one day: it never counted
        else:
            held.ends = day - dt.timedelta(days=1)
            held.save(update_fields=["ends"])


def _open(network: Network) -> None:
    if network.state == NetworkState.CLOSED:
        raise Refused("closed", f"{network.name} has ended. Choose another one.", "to")


@action("membership.move")
def move_member(member: NetworkMember, to: Network, *, by: Actor, note: str = "") -> None:
    """A school goes to another network of its program, from today."""
    require(by, "network.assign", member.network)
    require(by, "network.assign", to)
    if to.program_id != member.network.program_id or to.pk == member.network_id:
        raise Refused("same-network", f"{member.school.name} is there already. Choose another one.", "to")
    _open(to)
    before = member.network
    shape = to.program.design.shapes.get(to.type)
    role = to.program.design.roles.get(member.role)
    free = not to.members.filter(left__isnull=True, hosts=True).exists()
    hosts = bool(free and shape and shape.hosted and role and role.hosts)
    _end(member, Leaving.MOVED, to=to, note=note)
    _begin(to, member.school, member.application, member.role, hosts=hosts)
    record(by, "membership.move", member, group=to.program.group, changes={"network": (before.name, to.name)})
    _follow(to.program, [(before, member.school)], [(to, member.school)], by)


def _refuse_placed(program: Any, application: Application) -> None:
    taken = NetworkMember.objects.filter(
        network__program=program, school=application.school_id, left__isnull=True
    )
    if taken.exists():
        raise Refused("placed-already", f"{application.school.name} has a place already.", "application")


@action("membership.join")
def join_network(network: Network, application: Application, *, by: Actor) -> None:
    """An accepted school that has no network comes into one, from today."""
    require(by, "network.assign", network)
    _open(network)
    _refuse_placed(network.program_id, application)
    shape, role = (
        network.program.design.shapes.get(network.type),
        network.program.design.roles.get(application.role),
    )
    free = not network.members.filter(left__isnull=True, hosts=True).exists()
    hosts = bool(free and shape and shape.hosted and role and role.hosts)
    _begin(network, application.school, application, application.role, hosts=hosts)
    record(
        by,
        "membership.join",
        network,
        group=network.program.group,
        changes={"school": (None, application.school)},
    )
    _follow(network.program, [], [(network, application.school)], by)


@action("membership.join")
def place_school(program: Program, application: Application, *, by: Actor, way: str) -> Network:
    """An accepted school gets its place by one of the ways that were found, from today. Gives the network it is in.

    Refuses a way that has ceased to be one.
    """
    require(by, "program.work", program)
    _refuse_placed(program.pk, application)
    now = living(program, application)
    repaired = _chosen(now, comes(application), way)
    assert now is not None  # else no way was found
    left: Pairs = []
    came: Pairs = []
    _rearrange(now, repaired.networks, "", left, came)
    home = next(network for network, school in came if school.pk == application.school_id)
    record(by, "networks.repair", program, group=program.group)
    record(by, "membership.join", home, group=program.group, changes={"school": (None, application.school)})
    _follow(program, left, came, by)
    return home


@action("networks.repair")
def separate_schools(veto: Veto, *, by: Actor, way: str) -> None:
    """Two schools that are kept apart since their networks were made go apart, from today, by one of the ways found.

    Refuses a way that has ceased to be one.
    """
    require(by, "veto.write", veto)
    program = veto.program
    now = living(program)
    repaired = _chosen(now, apart(veto), way)
    assert now is not None  # else no way was found
    left: Pairs = []
    came: Pairs = []
    _rearrange(now, repaired.networks, "", left, came)
    record(by, "networks.repair", program, group=program.group)
    _follow(program, left, came, by)


@action("networks.merge")
def merge_networks(into: Network, other: Network, *, by: Actor) -> None:
    """Put two networks together: the schools of `other` come into `into`, and `other` ends. Its history stays."""
    require(by, "network.assign", into)
    require(by, "network.assign", other)
    if into.pk == other.pk or into.program_id != other.program_id:
        raise Refused("same-network", "Choose another one to put it together with.", "other")
    for network in (into, other):
        _open(network)
    members = list(other.members.filter(left__isnull=True).select_related("school", "application", "network"))
    design = into.program.design
    has_host = into.members.filter(left__isnull=True, hosts=True).exists()
    for member in members:
        _end(member, Leaving.MERGED, to=into)
        _begin(into, member.school, member.application, member.role, hosts=member.hosts and not has_host)
        has_host = has_host or member.hosts
    size = into.members.filter(left__isnull=True).count()
    hosted = design.shapes[into.type].hosted if into.type in design.shapes else has_host
    fitting = [k for k, s in design.shapes.items() if s.hosted == hosted and s.min_size <= size <= s.max_size]
    if fitting and into.type not in fitting:
        into.type = fitting[0]
        into.save(update_fields=["type"])
    _close(other, into)
    schools = [m.school for m in members]
    record(by, "networks.merge", into, group=into.program.group, changes={"with": (None, other.name)})
    _follow(into.program, [(other, s) for s in schools], [(into, s) for s in schools], by)


@action("network.pods")
def split_network(
    network: Network, pods: Sequence[tuple[str, Sequence[NetworkMember]]], basis: PodBasis, *, by: Actor
) -> None:
    """Let a network work in smaller groups from today. Groups of before end; everybody keeps seeing everybody."""
    require(by, "network.assign", network)
    _open(network)
    if not pods:
        raise Refused("no-group", "Put the schools into groups first.")
    for name, members in pods:
        if len(members) < 2:
            raise Refused("alone", f"“{name}” needs two schools at least. Put its school into another group.")
    day = _day(network)
    network.pods.filter(ends__isnull=True).update(ends=day)
    for number, (name, members) in enumerate(pods, start=1):
        pod = Pod.objects.create(network=network, name=name[:80], number=number, basis=basis, starts=day)
        PodMember.objects.bulk_create(PodMember(pod=pod, member=m) for m in members)
    changes = {"groups": (None, len(pods))}
    record(by, "network.pods", network, group=network.program.group, changes=changes)


@action("network.undo_pods")
def end_pods(network: Network, *, by: Actor) -> None:
    """Let a network work as one group again."""
    require(by, "network.assign", network)
    ended = network.pods.filter(ends__isnull=True).update(ends=_day(network))
    if not ended:
        raise Refused("whole", f"{network.name} works as one group already.")
    record(by, "network.undo_pods", network, group=network.program.group, changes={"groups": (ended, 0)})
