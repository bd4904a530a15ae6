"""What is done with posts. Parts: `applying`, `interviewing` (committee, outcome), `choosing` (offers, terms)."""
