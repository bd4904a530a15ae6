"""Pages of applications. Parts: mine (start, list), writing, handing_in, reading, desk (the program's list),
release, files."""
