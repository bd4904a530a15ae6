"""Pages of the calendar. Parts: `plans` (the year for the director), `mine` (one's own), `days` (closed days)."""
