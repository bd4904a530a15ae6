"""Pages of the day.

Parts: `attendance` (who was there), `minutes` (their head), `notes` (what to bring), `overview` (the year in counts),
`sheets` (sign-in sheets).
"""
