"""Keys to the door: made from the site's own key, so that the database alone opens nothing."""

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def _key(purpose: str) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), f"intervisit {purpose}".encode(), hashlib.sha256).digest()


def new_seed() -> str:
    """What a sign-in mail keeps in the outbox. Worthless without the site's key."""
    return secrets.token_urlsafe(24)


def token_of(seed: str) -> str:
    """The token that the mail carries for a seed (256 bits, base64url)."""
    made = hmac.new(_key("sign-in link"), seed.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def digest(token: str) -> str:
    """What the database keeps of a token or of a recovery code (SHA-256, hexadecimal)."""
    return hashlib.sha256(token.encode()).hexdigest()


def blurred(purpose: str, value: str) -> str:
    """An account or an address as it is counted: equal ones are equal, and neither can be read back."""
    return hmac.new(_key(f"attempts {purpose}"), value.encode(), hashlib.sha256).hexdigest()


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key("second factor")))


def seal(text: str) -> str:
    """Encrypted and signed with a key made from the site's own."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str | None:
    """What was sealed; None when it was changed or the site's key is another one."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None
