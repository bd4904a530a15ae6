"""Calendar entries that travel by mail (iTIP, RFC 5546): requests and cancellations out, answers in.

Parts: writing (an entry → iCalendar text), replies (a mail → the answer in it), wire (for a parser in another process).
"""

from intervisit.core.invitations.replies import ANSWERS, LARGEST_MAIL, Reply, read_reply
from intervisit.core.invitations.wire import replies_from_wire, replies_to_wire
from intervisit.core.invitations.writing import Entry, Method, invitation_text

__all__ = [
    "ANSWERS",
    "LARGEST_MAIL",
    "Entry",
    "Method",
    "Reply",
    "invitation_text",
    "read_reply",
    "replies_from_wire",
    "replies_to_wire",
]
