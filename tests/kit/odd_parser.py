"""A parser for tests: sleeps, works for ever, or tells its environment."""

import json
import os
import sys
import time

if __name__ == "__main__":
    asked = sys.stdin.read()
    if asked == "tell":
        sys.stdout.write(json.dumps(dict(os.environ)))
    while asked != "tell":
        time.sleep(0.01 if asked == "sleep" else 0)
