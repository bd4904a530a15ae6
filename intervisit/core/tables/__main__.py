"""`python -m intervisit.core.tables`: read one table from standard input under limits, answer in JSON.

The first line of the input is a JSON object (filename, encoding, delimiter, sheet, limits), then the file.
The limits of memory, time and files are set by `kit.parsing`, which starts this and is its only caller.
"""

import json
import sys

from intervisit.core.tables.reading import read_table
from intervisit.core.tables.table import Limits
from intervisit.core.tables.wire import to_wire


def main(request: bytes) -> bytes:
    """The answer to one request."""
    first, _, data = request.partition(b"\n")
    asked = json.loads(first)
    limits = Limits(**asked.pop("limits"))
    return to_wire(read_table(data, asked.pop("filename"), limits=limits, **asked))


if __name__ == "__main__":
    sys.stdout.buffer.write(main(sys.stdin.buffer.read()))
