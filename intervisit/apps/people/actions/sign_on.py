"""Sign-on by the district: its stable id of a person, proven once, then enough."""

from intervisit.apps.people.models import Identity, Person
from intervisit.core.access import Actor
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused

LINKED_MAIL = mail_kind("sign_on.linked", "")


def person_of_identity(issuer: str, subject: str) -> Person | None:
    """Whom the district's id belongs to here. The e-mail address that came with it is never asked."""
    found = Identity.objects.filter(issuer=issuer, subject=subject).select_related("person").first()
    return found.person if found else None


@action("sign_on.link")
def link_identity(person: Person, *, by: Actor, issuer: str, subject: str) -> Identity:
    """Bind the district's id to an account, once, after the account was proven by a mailed link.

    Raises Refused: identity-taken, when either of them is bound already. An address that went to somebody else
    therefore never opens the account of whoever had it before.
    """
    bound = Identity.objects.filter(issuer=issuer, subject=subject).first()
    other = Identity.objects.filter(issuer=issuer, person=person).first()
    if (bound and bound.person_id != person.pk) or (other and other.subject != subject):
        raise Refused(
            "identity-taken",
            "This account belongs to another sign-on identity. Ask your district's administrator.",
            status=409,
        )
    found, made = Identity.objects.get_or_create(issuer=issuer, subject=subject, defaults={"person": person})
    record(by, "sign_on.link", person, label="District sign-on")
    if made:
        body = f"Hello {person.name},\n\nfrom now on you sign in to Intervisit with your district's sign-on."
        send_later(LINKED_MAIL, person, subject="Your Intervisit account", body=body, link="/account/")
    return found
