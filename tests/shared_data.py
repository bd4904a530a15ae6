"""Where the published data lie that tests read in place: the folder `shared` beside the checkout."""

from pathlib import Path

import pytest

_FOLDER = Path(__file__).resolve().parents[2] / "shared"
SHARED: Path | None = _FOLDER if _FOLDER.is_dir() else None


def shared(*parts: str) -> Path:
    """The path of one shared file; skips the test, saying so, where the folder is absent."""
    if SHARED is None:
        pytest.skip("the folder `shared` with the published data is not beside this checkout")
    return SHARED.joinpath(*parts)
