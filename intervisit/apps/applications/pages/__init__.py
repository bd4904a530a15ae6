"""Pages of applications. Parts: mine (start, list), writing, reading, desk (the program's list), release, files."""
