"""Pages of forms. Parts: editor (the list, one form, its versions), questions (one question, one part)."""
