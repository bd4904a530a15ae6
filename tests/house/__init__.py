"""Our own promises: storeys, files, settings, locks, the launcher."""
