"""The second factor: an authenticator app (RFC 6238) and recovery codes, each code good once."""

import secrets

import pyotp

from intervisit.apps.people.actions.attempts import count_attempt, forget_attempts
from intervisit.apps.people.keys import digest, seal, unseal
from intervisit.apps.people.models import Person, SecondFactor
from intervisit.core.access import Actor
from intervisit.kit.access import require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused

STEP_SECONDS = 30  # RFC 6238 5.2
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are read as another

CHANGED_MAIL = mail_kind("second_factor.changed", "")


def new_secret() -> str:
    """A secret that nobody has yet, sealed; it is stored when the first code from it is right."""
    return seal(pyotp.random_base32())


def provisioning_address(sealed: str, person: Person) -> str:
    """The otpauth address that an authenticator app reads from a QR code. Raises Refused: key-changed."""
    return pyotp.TOTP(_open(sealed)).provisioning_uri(name=person.email, issuer_name="Intervisit")


def spelled(sealed: str) -> str:
    """The secret in groups of four, for typing into an app."""
    secret = _open(sealed)
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def _open(sealed: str) -> str:
    secret = unseal(sealed)
    if secret is None:
        raise Refused(
            "key-changed", "This second factor can no longer be read. Ask an administrator to remove it."
        )
    return secret


def _counter(secret: str, code: str) -> int | None:
    """Which half minute a code belongs to: the present one, or the one before or after it (clocks differ)."""
    present = int(now().timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for counter in (present, present - 1, present + 1):
        if secrets.compare_digest(totp.generate_otp(counter), code):
            return counter
    return None


def _bare(code: str) -> str:
    return "".join(c for c in code.lower() if c.isascii() and c.isalnum())


def _new_codes() -> list[str]:
    made = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    return [f"{code[:5]}-{code[5:]}" for code in made]


def _wrong() -> Refused:
    message = "That code is not right, or was used before. Wait for the next one and try again."
    return Refused("wrong-code", message, "code")


def factor_of(person: Person) -> SecondFactor | None:
    """The second factor in use, if there is one."""
    return SecondFactor.objects.filter(person=person, confirmed__isnull=False).first()


@action("second_factor.set_up")
def set_up_second_factor(person: Person, *, by: Actor, sealed: str, code: str) -> list[str]:
    """Take a secret into use, with the first code from it. Returns the recovery codes, which are shown once.

    Replaces an earlier factor only in a session that has shown that one just now.
    Raises Refused: wrong-code, confirm-first, key-changed.
    """
    require(by, "person.change", person)
    earlier = factor_of(person)
    if earlier is not None and not by.fresh:
        raise Refused("confirm-first", "Confirm with your present second factor first.")
    counter = _counter(_open(sealed), _bare(code))
    if counter is None:
        raise _wrong()
    codes = _new_codes()
    kept = {
        "secret": sealed,
        "confirmed": now(),
        "last_counter": counter,
        "recovery": [digest(_bare(c)) for c in codes],
    }
    SecondFactor.objects.update_or_create(person=person, defaults=kept)
    record(by, "second_factor.set_up", person, label="Second factor")
    _tell(person, "A second factor was set up for your account.")
    return codes


@action("second_factor.confirm")
def confirm_second_factor(person: Person, *, by: Actor, code: str) -> str:
    """Check one code, from the app or a recovery code. Returns how: "app" or "recovery".

    Raises Refused: wrong-code, no-second-factor, key-changed. The caller counts the tries.
    """
    found = factor_of(person)
    if found is None:
        raise Refused("no-second-factor", "Set up a second factor first.")
    bare = _bare(code)
    counter = _counter(_open(found.secret), bare)
    mine = SecondFactor.objects.filter(pk=found.pk)
    if counter is not None:
        if not mine.filter(last_counter__lt=counter).update(last_counter=counter):
            raise _wrong()
        how = "app"
    elif digest(bare) in found.recovery:
        left = [d for d in found.recovery if d != digest(bare)]
        mine.update(recovery=left)
        how = "recovery"
        _tell(person, f"A recovery code of your account was used. {len(left)} are left.")
    else:
        raise _wrong()
    record(by, "second_factor.confirm", person, label=f"Second factor ({how})")
    return how


@action("second_factor.new_codes")
def renew_recovery_codes(person: Person, *, by: Actor) -> list[str]:
    """Ten new recovery codes; the old ones stop working. Raises Refused: confirm-first, no-second-factor."""
    require(by, "person.change", person)
    if not by.fresh:
        raise Refused("confirm-first", "Confirm with your second factor first.")
    codes = _new_codes()
    if not SecondFactor.objects.filter(person=person, confirmed__isnull=False).update(
        recovery=[digest(_bare(c)) for c in codes]
    ):
        raise Refused("no-second-factor", "Set up a second factor first.")
    record(by, "second_factor.new_codes", person, label="Recovery codes")
    _tell(person, "New recovery codes were made for your account; the old ones no longer work.")
    return codes


def count_code(person: Person) -> None:
    """Count a code before it is checked. Raises Refused: too-often."""
    count_attempt("code", str(person.pk))


def code_was_right(person: Person) -> None:
    forget_attempts("code", str(person.pk))


def _tell(person: Person, what: str) -> None:
    body = f"Hello {person.name},\n\n{what} If that was not you, tell your administrator at once."
    send_later(CHANGED_MAIL, person, subject="Your Intervisit account", body=body, link="/account/")
