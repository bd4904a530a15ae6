"""What kinds of organisation there are."""

from enum import StrEnum


class OrganizationKind(StrEnum):
    DISTRICT = "district"
    SCHOOL = "school"
    PARTNER = "partner"  # a university, a charter network, a city agency
