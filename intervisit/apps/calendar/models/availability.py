"""What a school says about its year before it is planned: days, weekdays, its own calendar; and who is asked."""

from typing import ClassVar

from django.db import models

from intervisit.apps.calendar.states import Which
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program


class Availability(models.Model):
    """Whether one school has answered, and the weekdays it prefers. The days themselves are `NamedDays`."""

    school = models.OneToOneField(Organization, models.CASCADE, related_name="availability")
    weekdays = models.JSONField(default=list)  # 0 Monday … 4 Friday; empty: no preference
    answered = models.DateTimeField(null=True)  # when the school last said: this is how it is
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"Availability of {self.school}"


class AvailabilityCall(models.Model):
    """The question put to the schools of a program, and until when an answer counts."""

    program = models.OneToOneField(Program, models.CASCADE, related_name="availability_call")
    closes = models.DateField()  # the last day, in the district's zone
    asked = models.DateTimeField()  # an answer given after this counts as one
    reminded = models.DateTimeField(null=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"Days of {self.program}, until {self.closes}"


class DaysEdit(models.Model):
    """One change of a school's days, as they were before and after, so that it can be undone."""

    id = models.BigAutoField(primary_key=True)
    school = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    before = models.JSONField()  # {"days": [[first, last, name, source]], "weekdays": [0 … 4]}
    after = models.JSONField()
    undone = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"Days of {self.school}"


class DaysSubscription(models.Model):
    """A school's own calendar, read again and again. What was found counts once somebody has looked at it."""

    school = models.OneToOneField(Organization, models.CASCADE, related_name="days_subscription")
    url = models.CharField(max_length=500)  # may itself be a secret of the school's
    which = models.CharField(  # which of its entries are days that do not suit
        max_length=8, choices=[(w.value, w.value) for w in Which], default=Which.SHUT
    )
    word = models.CharField(max_length=60, blank=True)  # … those with this word in their name
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    tried = models.DateTimeField(null=True)  # when we last asked
    read = models.DateTimeField(null=True)  # when we last got an answer that could be read
    problem = models.CharField(max_length=300, blank=True)  # why the last try failed, in words
    found = models.JSONField(default=list)  # [[first, last, name]] as last read
    notes = models.JSONField(default=list)  # what could not be taken, in words
    taken = models.JSONField(default=list)  # the same for what counts now
    accepted = models.BooleanField(default=False)  # somebody has looked and agreed; changes then follow

    def __str__(self) -> str:
        return f"Calendar of {self.school}"
