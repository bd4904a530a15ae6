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
    made = secrets.token_urlsafe(50)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(made + "\n")
    return made
