"""What a mail system says about a mail that did not arrive (RFC 3464): which mail, to whom, and why."""

from intervisit.core.bounces.reading import MOST_BYTES, Bounce, NoBounce, read_bounce

__all__ = ["MOST_BYTES", "Bounce", "NoBounce", "read_bounce"]
