"""Questions and answers: a design's forms made into pages that can be filled in."""
