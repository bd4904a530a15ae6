"""Pages of the reviewing. Parts: desk, assigning, people, results, redacting (the office); mine (reviewers); visits;
panels (what other pages show)."""
