"""The demo district: real figures, invented people. Parts: `cast`, `days`, `loading`, `command`."""
