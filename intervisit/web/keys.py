"""The key of a laptop's own installation: made once, kept beside its database, readable by its owner only."""

import os
import secrets
from pathlib import Path


def local_secret(folder: Path) -> str:
    """Read the key of this installation, or make it. Servers set IV_SECRET_KEY and never come here."""
    path = folder / "secret-key"
    if path.exists():
        return path.read_text().strip()
    folder.mkdir(parents=True, exist_ok=True)
    # Written whole beside its place, then linked to it: nobody ever reads half a key, and the first one wins.
    part = folder / f"secret-key.{os.getpid()}"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(50) + "\n")
    try:
        os.link(part, path)
    except FileExistsError:  # another process was first
        pass
    finally:
        part.unlink()
    return path.read_text().strip()
