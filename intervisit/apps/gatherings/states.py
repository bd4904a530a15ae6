"""What became of somebody who was expected."""

from enum import StrEnum


class Presence(StrEnum):
    EXPECTED = "expected"  # nothing said yet: no row holds it
    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"  # expected until the list was closed
