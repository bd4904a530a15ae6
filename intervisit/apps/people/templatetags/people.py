"""Roles as people say them: `{{ held|role_in_words }}`."""

from django import template

from intervisit.apps.people.models import RoleHeld
from intervisit.apps.people.queries.accounts import role_words

register = template.Library()


@register.filter
def role_in_words(held: RoleHeld) -> str:
    """Its title, or what the role is called."""
    return held.title or role_words(held.role)
