"""What the log keeps of a defect: where it happened, never the words it happened with (trust.md 2.3)."""

import traceback


def where(error: BaseException) -> str:
    """The kind of an error and the lines of code it came through, with those of its causes.

    Messages are left out: an error speaks of the value it could not take, and that may be anybody's text.
    """
    told = []
    found: BaseException | None = error
    while found is not None:
        lines = "".join(traceback.format_tb(found.__traceback__))
        told.append(f"{lines}{type(found).__module__}.{type(found).__name__}")
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    return "\nafter:\n".join(told)
