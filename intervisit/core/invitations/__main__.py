"""`python -m intervisit.core.invitations`: mails on standard input, the answers in them on standard output.

Input: a JSON list of mails in base64. Run in a process with limits by kit/parsing.
"""

import base64
import json
import sys

from intervisit.core.invitations.replies import read_reply
from intervisit.core.invitations.wire import replies_to_wire

if __name__ == "__main__":
    mails = json.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(replies_to_wire(read_reply(base64.b64decode(mail)) for mail in mails))
