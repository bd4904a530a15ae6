"""The demo district: real figures, invented people. Parts: `cast`, `days`, `writing`, `loading`, `command`."""
