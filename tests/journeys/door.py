"""Signing in as everybody does: a mailed link, and a code from the phone for those who need it."""

import pyotp

from tests.journeys.browser import Visitor


def sign_in(visitor: Visitor, email: str) -> None:
    """Ask for a link, read the mail in the demo's mailbox, open it, press the button; then whatever is asked."""
    visitor.go("/sign-in/")
    visitor.fill("Your e-mail address", email)
    visitor.press("Send me a link")
    visitor.follow("Open the mail here")
    visitor.follow("Open the link")
    visitor.press("Sign in", exact=True)
    visitor.tab.wait_for_load_state()
    if "/second-factor/" in visitor.path:
        set_up_second_factor(visitor)
    visitor.tab.wait_for_url(visitor.site.address + "/")


def set_up_second_factor(visitor: Visitor) -> None:
    """Put the key into an authenticator, type its code, keep the recovery codes."""
    visitor.tab.get_by_text("I cannot scan it").click()
    secret = visitor.tab.locator("details code").inner_text().replace(" ", "")
    visitor.fill("Code", pyotp.TOTP(secret).now())
    visitor.press("Turn it on")
    visitor.follow("I have kept them")
