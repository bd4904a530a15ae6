"""The addresses of people, schools and sign-in."""

from intervisit.apps.people.pages import (
    account,
    demo,
    history,
    mailbox,
    opened,
    people,
    school_imports,
    schools,
    second_factor,
    sign_in,
    sign_on,
)
from intervisit.kit.pages import urls_of

_PARTS = (
    sign_in,
    sign_on,
    second_factor,
    account,
    demo,
    mailbox,
    school_imports,
    schools,
    people,
    history,
    opened,
)
urlpatterns = [pattern for part in _PARTS for pattern in urls_of(part)]
