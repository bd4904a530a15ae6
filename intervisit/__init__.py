"""Intervisit: runs an interschool learning program, from the first application to what was learned."""

VERSION = "0.1.0"
