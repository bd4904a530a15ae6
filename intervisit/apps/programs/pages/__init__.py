"""Pages of programs. Parts: desk (list, overview, phases, dates), start (a new one), design, people, call (public)."""
