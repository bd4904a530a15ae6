"""A school gives its place back while networks are being formed: the office hears of it, with the ways to go on."""

from intervisit.apps.applications.events import PlaceGivenUp
from intervisit.apps.applications.queries.decisions import staff_of
from intervisit.apps.networks.models import NetworkMember
from intervisit.apps.networks.states import NetworkState
from intervisit.kit.outbox import mail_kind, send_later

GIVEN_UP_MAIL = mail_kind("network.place_given_up", "network.assign")


def follow_given_up(event: PlaceGivenUp) -> None:
    """Where the school sits in a network that nobody has been told of, staff are led to the ways of mending it.

    Nothing is moved by itself: each way costs other schools something, so a person chooses. Until then the networks
    cannot be published.
    """
    rows = NetworkMember.objects.filter(
        network__program=event.application.program_id, school=event.application.school_id, left__isnull=True
    ).exclude(network__state=NetworkState.CLOSED)
    member = rows.select_related("network__program__version", "school").first()
    if member is None:
        return
    network, school = member.network, member.school
    word = network.program.design.words["network"].one
    for person in staff_of(network.program):
        send_later(
            GIVEN_UP_MAIL, person, subject=f"{network.program.name}: a place in a {word} is given back",
            body=f"Dear {person.name},\n\n{school.name} has given its place back. It sits in {network.name}, of "
            f"which nobody has been told. Choose how to go on; each way says what it costs the others:",
            link=f"/networks/{network.pk}/leave/{member.pk}/", about=network,
            key=f"given-up:{member.pk}:{person.pk}",
        )  # fmt: skip
