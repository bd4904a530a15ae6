"""Gatherings: what people need for the day, and who was there."""
