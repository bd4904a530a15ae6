"""`{% load static %}` of our templates: the address of a file that is named outright is worked out once, when the
template is read, not forty times a page. Everything else is Django's own tag."""

from typing import Any

from django import template
from django.template.base import TextNode
from django.templatetags import static as djangos
from django.utils.html import conditional_escape

register = template.Library()
register.tag("get_static_prefix", djangos.get_static_prefix)
register.tag("get_media_prefix", djangos.get_media_prefix)


@register.tag("static")
def static(parser: Any, token: Any) -> template.Node:
    """`{% static "ui/base.css" %}`, also with a variable or `as name`."""
    made = djangos.StaticNode.handle_token(parser, token)
    path = made.path
    if made.varname is not None or not isinstance(path.var, str) or path.filters:
        return made
    return TextNode(conditional_escape(made.handle_simple(path.var)))
