"""Publishing networks with letters, taking them back, and what schools may read of their match."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from intervisit.apps.networks.actions.networks import people_of
from intervisit.apps.networks.bridge.letters import (
    FACILITATOR,
    Letter,
    filled,
    letter_troubles,
    letters_of,
    merge_words,
    readers_of,
)
from intervisit.apps.networks.bridge.releases import News, upcoming
from intervisit.apps.networks.bridge.showing import reasons_of, shown_in
from intervisit.apps.networks.events import NetworksWithdrawn
from intervisit.apps.networks.models import Network, NetworkLetter, NetworkMember, Release, Showing
from intervisit.apps.networks.queries import without_place
from intervisit.apps.networks.states import NetworkState
from intervisit.apps.people.models import Organization, Person, RoleHeld, in_force
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.states import Phase
from intervisit.core.access import Actor
from intervisit.kit.access import require
from intervisit.kit.clock import now
from intervisit.kit.events import emit
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused, Stale

PUBLISHED_MAIL = mail_kind("network.published", "network.view")
CHANGED_MAIL = mail_kind("network.changed", "network.view")
WITHDRAWN_MAIL = mail_kind("network.withdrawn", "")
LEFT_MAIL = mail_kind("network.left", "")  # to schools that have left it, who can no longer open it


@action("networks.publish")
def publish_networks(program: Program, *, by: Actor) -> int:
    """Show every network to its schools, and tell those for whom something is new. Returns how many people that is."""
    require(by, "program.manage", program)
    open_ones = program.networks.exclude(state=NetworkState.CLOSED).exists()
    if not open_ones:
        raise Refused("no-networks", "Adopt a scenario first.")
    gone = without_place(program)
    if gone and program.networks_published is None:
        names = ", ".join(m.school.name for m in gone)
        message = f"Given back its place: {names}. Choose how to go on without it before you publish."
        raise Refused("place-given-up", message, status=409)
    moment, letters = now(), {letter.reader: letter for letter in letters_of(program)}
    news = upcoming(program)
    for one in news:  # first shown, then told: a mail is only written to those who may open its page
        if one.network.state != NetworkState.CLOSED:
            one.network.state = NetworkState.PUBLISHED
            one.network.published = one.network.published or moment
            one.network.save(update_fields=["state", "published"])
    number = Release.objects.filter(program=program).count() + 1
    mails = [person for one in news if one.lines for person in _tell(one, letters, number)]
    notes = [[one.network.name, list(one.lines)] for one in news if one.lines]
    if notes:
        Release.objects.create(
            program=program, number=number, person_id=by.person, notes=notes, mails=len(mails)
        )
    program.networks_published = moment
    program.phase = Phase.YEAR
    program.save(update_fields=["networks_published", "phase"])
    record(by, "networks.publish", program, group=program.group, changes={"mails": (0, len(mails))})
    return len(set(mails))  # who is in two networks is one person


def _tell(one: News, letters: dict[str, Letter], number: int) -> list[Any]:
    """Write to everybody of a network; returns to whom. `number`: what was so before may be news again."""
    network = one.network
    first = not network.told
    sent = _tell_gone(one)
    network.told = {} if network.state == NetworkState.CLOSED else one.news
    network.save(update_fields=["told"])
    if network.state == NetworkState.CLOSED:
        return sent
    digest = hashlib.sha256(json.dumps(one.news, sort_keys=True).encode()).hexdigest()[:16]
    held = {r.person_id: r.person.name for r in _guides(network)}
    schools = _schools_of(one.members)
    for person in people_of(network):
        at = schools.get(person.pk)
        words = merge_words(network, one.members, person, at, ", ".join(held.values()))
        role = next((m.role for m in one.members if at is not None and m.school_id == at.pk), FACILITATOR)
        subject, body = _letter(letters[role], words, one.lines, first, network)
        mail = send_later(
            PUBLISHED_MAIL if first else CHANGED_MAIL, person, subject=subject, body=body, about=network,
            link=f"/networks/{network.pk}/", key=f"network:{network.pk}:{number}:{digest}:{person.pk}",
        )  # fmt: skip
        sent += [person.pk] if mail is not None else []
    return sent


def _letter(
    letter: Letter, words: dict[str, str], lines: Sequence[str], first: bool, network: Network
) -> tuple[str, str]:
    if first:
        return filled(letter.subject, words), filled(letter.text, words)
    word = network.program.design.words["network"].one
    news = "\n".join(f"- {line}" for line in lines)
    body = (
        f"Dear {words['person']},\n\nsomething is new in {words['network']}:\n{news}\n\nTogether you are now: "
        f"{words['schools']}.\n\nOpen the page below to see why, who supports you, and when you visit each other."
    )
    return f"Your {word} has changed", body


def _guides(network: Network) -> list[RoleHeld]:
    held = RoleHeld.objects.filter(in_force(), group=network.group, role="facilitator")
    return list(held.select_related("person"))


def _schools_of(members: Sequence[NetworkMember]) -> dict[Any, Organization]:
    """Person -> the school of this network she works at."""
    by_group = {m.school.group_id: m.school for m in members}
    held = RoleHeld.objects.filter(in_force(), group__in=list(by_group), role__in=("principal", "team"))
    return {row.person_id: by_group[row.group_id] for row in held}


def _tell_gone(one: News) -> list[Any]:
    """Schools that have left since they were told, and are in no other network, hear that they have."""
    network, sent = one.network, list[Any]()
    word = network.program.design.words["network"].one
    for school, left in one.gone:
        held = RoleHeld.objects.filter(in_force(), group=school.group_id, role__in=("principal", "team"))
        for person in Person.objects.filter(pk__in=held.values("person"), is_active=True):
            mail = send_later(
                LEFT_MAIL, person, subject=f"Your school and its {word}",
                body=f"Dear {person.name},\n\n{school.name} no longer belongs to {network.name}. What your team wrote "
                "stays yours. If this is news to you, please talk to the program office.",
                key=f"left:{network.pk}:{school.pk}:{left:%Y%m%d}:{person.pk}",
            )  # fmt: skip
            sent += [person.pk] if mail is not None else []
    return sent


@action("networks.withdraw")
def withdraw_networks(program: Program, *, by: Actor) -> None:
    """Take the published networks back: their schools no longer see them, and are told so."""
    require(by, "program.manage", program)
    networks = list(program.networks.filter(state=NetworkState.PUBLISHED).select_related("group", "program"))
    if not networks:
        raise Refused("not-published", "These networks are not published.")
    word, moment = program.design.words["network"].one, now()
    for network in networks:
        for person in people_of(network):
            send_later(
                WITHDRAWN_MAIL, person, subject=f"Your {word} is being looked at again",
                body=f"The program office has taken back your {word} for {program.year} to correct something. "
                "You will hear from us when it is settled; please do not plan with it until then.",
                key=f"withdrawn:{network.pk}:{moment:%Y%m%d%H%M%S}:{person.pk}",
            )  # fmt: skip
        network.state = NetworkState.ADOPTED
        network.told = {}  # what they were told counts no more: the next publication tells everybody how it is
        network.save(update_fields=["state", "told"])
    Release.objects.filter(program=program, withdrawn=None).update(withdrawn=moment)
    program.networks_published = None
    program.phase = Phase.MATCHING
    program.save(update_fields=["networks_published", "phase"])
    record(by, "networks.withdraw", program, group=program.group)
    emit(NetworksWithdrawn(program, by))


@action("networks.letter")
def write_letter(program: Program, reader: str, *, by: Actor, subject: str, text: str, version: int) -> None:
    """Write the letter of one kind of reader. Refuses fields that cannot be filled, and who had an older one open."""
    require(by, "program.work", program)
    if reader not in dict(readers_of(program.design)):
        raise Refused("unknown-reader", "There is no such reader in this program.", "reader")
    troubles = letter_troubles(subject, text)
    if troubles:
        raise Refused.of(troubles)
    row = NetworkLetter.objects.filter(program=program, reader=reader).first()
    if (row.version if row else 0) != version:
        raise Stale({"text": text}, {"text": row.text if row else ""})
    if row is None:
        row = NetworkLetter(program=program, reader=reader, version=0)
    row.subject, row.text, row.version = subject, text, row.version + 1
    row.save()
    record(by, "networks.letter", program, group=program.group, label=reader)


@action("networks.show")
def choose_reasons(program: Program, keys: Sequence[str], *, by: Actor) -> None:
    """Choose which kinds of reasons schools read about their own match. Scores are none of them."""
    require(by, "program.manage", program)
    known = [r.key for r in reasons_of(program.design)]
    before = sorted(shown_in(program))
    chosen = [key for key in known if key in set(keys)]
    Showing.objects.update_or_create(program=program, defaults={"reasons": chosen})
    changes = {"shown": (", ".join(before), ", ".join(sorted(chosen)))}
    record(by, "networks.show", program, group=program.group, changes=changes)
