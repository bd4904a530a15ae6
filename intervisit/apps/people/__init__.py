"""Persons, organisations, roles and sign-in: who is who, and where."""
