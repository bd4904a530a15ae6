"""Matching scenarios, networks and their facilitators."""
