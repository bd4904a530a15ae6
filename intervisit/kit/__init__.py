"""The thin shell every app shares: access, pages, history, outbox, jobs, clock, imports, ui."""
