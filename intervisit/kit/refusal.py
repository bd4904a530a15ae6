"""A refusal: an action says no, in words for the person, with a code for programs."""

from collections.abc import Iterable

from intervisit.core.text import BadValue, Trouble

__all__ = ["BadValue", "Refused", "Stale", "Trouble"]


class Refused(Exception):
    """Raised by an action before anything has changed. Carries every trouble found, not only the first."""

    def __init__(self, code: str, message: str, field: str = "", *, status: int = 422) -> None:
        super().__init__(message)
        self.troubles: tuple[Trouble, ...] = (Trouble(code, message, field),)
        self.status = status

    @classmethod
    def of(cls, troubles: Iterable[Trouble], *, status: int = 422) -> "Refused":
        found = tuple(troubles)
        refusal = cls(found[0].code, found[0].message, found[0].field, status=status)
        refusal.troubles = found
        return refusal

    @property
    def message(self) -> str:
        return " ".join(t.message for t in self.troubles)


class Stale(Refused):
    """Somebody saved in between: `theirs` is what stands now, `mine` what the person tried to save."""

    def __init__(self, mine: dict[str, str], theirs: dict[str, str], by: str = "") -> None:
        who = by or "Somebody else"
        super().__init__("changed-meanwhile", f"{who} saved this while you were writing.", status=409)
        self.mine, self.theirs = mine, theirs
