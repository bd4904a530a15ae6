"""The chapters of a program year, in order; a later one may import an earlier one, never the reverse."""
