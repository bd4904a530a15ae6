"""Schools apply, are checked and decided."""
