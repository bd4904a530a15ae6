"""Pages of the day. Parts: `attendance` (who was there), `notes` (what to bring), `sheets` (sign-in sheets)."""
