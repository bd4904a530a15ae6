"""Persons, organisations, dated roles in groups, who rates whom, and the keys to the door."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q, QuerySet

from intervisit.apps.people.states import OrganizationKind
from intervisit.kit import prepared
from intervisit.kit.access import Relations
from intervisit.kit.clock import today
from intervisit.kit.models import Group, ImportRun


class PersonManager(BaseUserManager["Person"]):
    def create(self, **fields: Any) -> "Person":
        person = super().create(**fields)
        if not person.password:
            person.set_unusable_password()
            person.save(update_fields=["password"])
        return person


class Person(AbstractBaseUser):
    """Somebody who can sign in. Nobody is deleted: a person who has left has no roles and cannot sign in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254, unique=True)  # lower case, one normal form
    search_key = models.CharField(max_length=200, db_index=True)
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PersonManager] = PersonManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    access: ClassVar = Relations("person", people={"person": "id"})

    def __str__(self) -> str:
        return self.name

    def roles_held(self, on: dt.date | None = None) -> Iterable[tuple[str, str]]:
        """(role, group id) of every role in force on a day, by default today in the system's zone."""
        return [(role, group) for role, group, _ in self.roles_with_kinds(on)]

    def roles_with_kinds(self, on: dt.date | None = None) -> Iterable[tuple[str, str, str]]:
        """The same, each with the kind of its group: a school, a network, a program, a district."""
        found = prepared.rows("roles held", _roles, self.pk, on or today(settings.TIME_ZONE))
        return [(role, str(group), kind) for role, group, kind in found]

    def people_rated(self) -> Iterable[str]:
        """Ids of the people this person rates today (performance rating, whatever its local name)."""
        return [str(i) for i in prepared.rows("people rated", _rated, self.pk, today(settings.TIME_ZONE))]


def _roles(person: uuid.UUID, day: dt.date) -> QuerySet[Any, tuple[str, uuid.UUID, str]]:
    held = RoleHeld.objects.filter(in_force(day), person=person)
    return held.values_list("role", "group_id", "group__kind")


def _rated(rater: uuid.UUID, day: dt.date) -> QuerySet[Any, uuid.UUID]:
    return Rates.objects.filter(dated(day), rater=rater).values_list("rated_id", flat=True)


def dated(on: dt.date | None = None) -> Q:
    """Rows whose dates include a day."""
    day = on or today(settings.TIME_ZONE)
    return Q(starts__lte=day) & (Q(ends__isnull=True) | Q(ends__gte=day))


def in_force(on: dt.date | None = None) -> Q:
    """Roles that count on a day: dated so, not taken back, and confirmed where they need a second person."""
    return dated(on) & Q(taken_back=False) & (Q(needs_second=False) | Q(confirmed_by__isnull=False))


class Organization(models.Model):
    """A district, a school or a partner organisation. Published figures by year are in `SchoolYear`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in OrganizationKind])
    group = models.OneToOneField(Group, models.PROTECT, related_name="organization")
    district = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="schools"
    )  # null: is a district
    code = models.CharField(max_length=40)  # the district's own code, as printed
    code_key = models.CharField(max_length=40)  # the code as compared: no case, no outer blanks
    name = models.CharField(max_length=160)
    search_key = models.CharField(max_length=240, db_index=True)
    sector = models.CharField(max_length=30, blank=True)  # "district", "charter", …
    area = models.CharField(max_length=60, blank=True)  # borough or town
    subdistrict = models.CharField(max_length=40, blank=True)
    superintendent = models.CharField(max_length=120, blank=True)
    support_network = models.CharField(max_length=120, blank=True)
    level = models.CharField(max_length=60, blank=True)  # "Elementary", …
    grades = models.JSONField(default=list)  # integers, -1 = Pre-K, 0 = Kindergarten
    address = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True)  # degrees, WGS 84
    longitude = models.FloatField(null=True)
    time_zone = models.CharField(max_length=40, blank=True)  # of a district; its schools follow it
    closed = models.BooleanField(default=False)

    access: ClassVar = Relations(
        "school", groups={"school": "group", "district": "district__group"}, along=("district",)
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "code_key"], name="one_school_per_code"),
        ]
        indexes: ClassVar = [models.Index(fields=["district", "kind", "name"])]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> str:
        """The IANA name of the time zone this organisation lives in."""
        if self.time_zone:
            return self.time_zone
        return self.district.zone if self.district is not None else settings.TIME_ZONE

    @property
    def grade_words(self) -> str:
        """The grades as people write them, such as PK–5."""
        return grade_words(self.grades)


def grade_words(grades: list[int]) -> str:
    if not grades:
        return ""
    ordered = sorted(grades)
    names = [{-1: "PK", 0: "K"}.get(g, str(g)) for g in (ordered[0], ordered[-1])]
    whole = ordered == list(range(ordered[0], ordered[-1] + 1))
    if names[0] == names[1]:
        return names[0]
    return "–".join(names) if whole else ", ".join({-1: "PK", 0: "K"}.get(g, str(g)) for g in ordered)


class DistrictManager(models.Manager["District"]):
    def get_queryset(self) -> models.QuerySet["District"]:
        return super().get_queryset().filter(kind=OrganizationKind.DISTRICT)


class District(Organization):
    """The same row as an organisation, asked about as a district."""

    objects: ClassVar[DistrictManager] = DistrictManager()
    access: ClassVar = Relations("district", groups={"district": "group"})

    class Meta:
        proxy = True


class SchoolYear(models.Model):
    """What was published about a school for one year: fact key -> number or text, with the source of each."""

    school = models.ForeignKey(Organization, models.CASCADE, related_name="years")
    year = models.CharField(max_length=10)  # "2016-17"
    facts = models.JSONField(default=dict)
    sources = models.JSONField(default=dict)  # fact key -> "file name, day"

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "year"], name="one_row_per_school_year")
        ]

    def __str__(self) -> str:
        return f"{self.school} {self.year}"


class RoleHeld(models.Model):
    """A role in a group, between two dates. History stays: a role is ended, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="roles")
    role = models.CharField(max_length=20)  # a key of core.access.ROLES
    group = models.ForeignKey(Group, models.PROTECT, related_name="roles")
    title = models.CharField(max_length=80, blank=True)  # as the school calls it: "Assistant principal"
    starts = models.DateField()
    ends = models.DateField(null=True)  # the last day it counts
    granted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    needs_second = models.BooleanField(default=False)  # staff, evaluators and admins need two people
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taken_back = models.BooleanField(default=False)  # ended before a day of it was over: it counts on none

    access: ClassVar = Relations(
        "role",
        groups={
            "group": "group",
            "district": "group__organization__district__group",
            "program_district": "group__program__district__group",  # of a role in a program
        },
        people={"person": "person"},
        state="role",
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="role_dates_in_order"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "role"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.role}"


class Rates(models.Model):
    """`rater` rates the work of `rated`: a fact that closes doors, never one that opens them."""

    rater = models.ForeignKey(Person, models.CASCADE, related_name="rates")
    rated = models.ForeignKey(Person, models.CASCADE, related_name="rated_by")
    starts = models.DateField()
    ends = models.DateField(null=True)
    source = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"{self.rater} rates {self.rated}"


class Identity(models.Model):
    """The district's own, stable id of a person. Sign-on binds to it, never to an e-mail address alone."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    linked = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="one_person_per_identity")
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.issuer}"


class SignInLink(models.Model):
    """A link sent by mail: works once, for fifteen minutes, and only when a button is pressed (POST)."""

    digest = models.CharField(
        max_length=64, primary_key=True
    )  # SHA-256 of the token; the token is only in the mail
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    created = models.DateTimeField()
    used = models.DateTimeField(null=True)
    onward = models.CharField(max_length=300, blank=True)  # path to open afterwards

    def __str__(self) -> str:
        return f"link for {self.person}"


class SecondFactor(models.Model):
    """A person's authenticator app, and recovery codes (hashed, each good once)."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="second_factor")
    secret = models.CharField(max_length=200)  # signed and encrypted with the site's key, never shown again
    confirmed = models.DateTimeField(null=True)
    last_counter = models.BigIntegerField(default=0)  # a code counts once
    recovery = models.JSONField(default=list)  # SHA-256 of the codes left

    def __str__(self) -> str:
        return f"second factor of {self.person}"


class SessionSeen(models.Model):
    """A session its owner can recognise and end."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="sessions_seen")
    session_key = models.CharField(max_length=40, unique=True)
    began = models.DateTimeField(auto_now_add=True)
    seen = models.DateTimeField()
    device = models.CharField(max_length=120, blank=True)  # "Chrome on Android", from the browser's own words
    how = models.CharField(max_length=20)  # "link", "sign-on", "demo"

    access: ClassVar = Relations("session", people={"person": "person"})

    def __str__(self) -> str:
        return self.device or "A browser"


class Attempt(models.Model):
    """A failed or asked-for sign-in, counted so that guessing is slowed down."""

    key = models.CharField(max_length=64, db_index=True)  # hash of the account or of the address
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


__all__ = [
    "Attempt", "District", "Group", "Identity", "ImportRun", "Organization", "Person", "Rates", "RoleHeld",
    "SchoolYear", "SecondFactor", "SessionSeen", "SignInLink", "dated", "grade_words", "in_force",
]  # fmt: skip
