"""The tables of the shell: groups, history, mail going out, jobs, submitted forms, staged imports."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from intervisit.kit.access import Relations
from intervisit.kit.outbox_models import BadAddress as BadAddress


class Group(models.Model):
    """Where roles are held: a school, a network, a program, a district. Its owner points at it, one to one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)  # "school", "network", "program", "district", "partner"
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class HistoryLine(models.Model):
    """One line of history. Append-only: nothing in the product changes or deletes one."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    verb = models.CharField(max_length=60)  # "application.submit"
    kind = models.CharField(max_length=40)
    thing = models.CharField(max_length=40)  # primary key of what it is about
    label = models.CharField(max_length=200)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    system = models.CharField(max_length=120, blank=True)  # why the system acted, when no person did
    group = models.ForeignKey(Group, models.PROTECT, null=True, related_name="+")
    changes = models.JSONField(default=dict)  # field -> [before, after]

    access: ClassVar = Relations("history", groups={"group": "group"}, people={"actor": "actor"})

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "thing", "-at"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.label}"

    @property
    def who(self) -> str:
        return str(self.actor) if self.actor_id else (self.system or "Somebody")


class HistorySeal(models.Model):
    """A fingerprint over lines of history, and over the seal before. Append-only as they are; made by kit/sealing."""

    number = models.PositiveIntegerField(primary_key=True)  # 1, 2, 3 … without a gap
    at = models.DateTimeField()
    lines = models.JSONField()  # their keys, in the order of the fingerprint
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"Seal {self.number}"


class MailState(models.TextChoices):
    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    WITHHELD = "withheld"  # the reader may no longer see what it is about
    FAILED = "failed"
    BOUNCED = "bounced"  # it was sent, and came back


class OutgoingMail(models.Model):
    """A mail decided in the same transaction as what it reports; sent by a worker later."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)  # the same news is never told twice
    kind = models.CharField(max_length=60)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mails")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    address = models.CharField(max_length=254, blank=True)  # instead of the person's own, for this mail alone
    link = models.CharField(max_length=300, blank=True)  # path of the page to open
    action = models.CharField(max_length=60, blank=True)  # asked again when sending
    model = models.CharField(max_length=80, blank=True)
    thing = models.CharField(max_length=40, blank=True)
    state = models.CharField(
        max_length=10, choices=MailState.choices, default=MailState.WAITING, db_index=True
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)
    due = models.DateTimeField(auto_now_add=True)  # not before; later after a failure
    claimed_until = models.DateTimeField(null=True)
    sent = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)

    access: ClassVar = Relations("mail", people={"to": "to"})

    class Meta:
        indexes: ClassVar = [models.Index(fields=["to", "-created"])]

    def __str__(self) -> str:
        return self.subject


class JobState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class Job(models.Model):
    """Long work. A worker holds a lease on it; a worker that dies lets the lease run out, and another takes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="jobs")
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="+")
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING, db_index=True)
    progress = models.FloatField(default=0)  # share done, 0..1
    message = models.CharField(max_length=300, blank=True)
    result = models.JSONField(default=dict)
    back = models.CharField(max_length=300, blank=True)  # path of the page that shows the result
    attempts = models.PositiveSmallIntegerField(default=0)
    stop_asked = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True)  # which claim holds it: an old worker that wakes up writes nothing

    access: ClassVar = Relations("job", groups={"group": "group"}, people={"person": "person"})

    def __str__(self) -> str:
        return self.title

    @property
    def over(self) -> bool:
        return self.state in (JobState.DONE, JobState.FAILED, JobState.STOPPED)

    @property
    def percent(self) -> int:
        return round(100 * self.progress)


class SubmittedForm(models.Model):
    """The answer given to a submitted form, so that the same submit again gets it again (R6)."""

    key = models.UUIDField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    path = models.CharField(max_length=300)
    digest = models.CharField(max_length=64)  # of the body without its token
    location = models.CharField(max_length=300)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.path


class ImportState(models.TextChoices):
    READ = "read"
    READY = "ready"
    APPLYING = "applying"
    APPLIED = "applied"
    REFUSED = "refused"


class ImportRun(models.Model):
    """A file on its way in: read, mapped, previewed, then applied whole or not at all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    what = models.CharField(max_length=40)  # "schools", "applications", "days"
    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    filename = models.CharField(max_length=200)
    data = models.BinaryField()
    notes = models.JSONField(default=list)  # what was recognised, for confirmation
    header = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)  # column key -> heading in the file
    options = models.JSONField(default=dict)
    troubles = models.JSONField(default=list)
    summary = models.JSONField(default=dict)  # counts: new, changed, same, rows
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.READ)
    created = models.DateTimeField(auto_now_add=True)
    applied = models.DateTimeField(null=True)

    access: ClassVar = Relations(
        "import", groups={"group": "group"}, people={"person": "person"}, state="state"
    )

    def __str__(self) -> str:
        return self.filename
