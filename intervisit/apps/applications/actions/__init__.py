"""What is done with applications. Parts: writing, deciding, importing."""
