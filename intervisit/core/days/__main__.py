"""`python -m intervisit.core.days`: read one list of days from standard input under limits, answer in JSON.

The first line of the input is a JSON object (filename, zone, order), then the file. Started by `kit.parsing` only.
"""

import json
import sys

from intervisit.core.days.reading import read_days
from intervisit.core.days.wire import days_to_wire


def main(request: bytes) -> bytes:
    """The answer to one request."""
    first, _, data = request.partition(b"\n")
    asked = json.loads(first)
    return days_to_wire(read_days(data, asked["filename"], zone=asked["zone"], order=asked["order"]))


if __name__ == "__main__":
    sys.stdout.buffer.write(main(sys.stdin.buffer.read()))
