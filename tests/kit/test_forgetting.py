"""Answers to forms are kept for thirty days, sessions until they end."""

import datetime as dt
import uuid

from django.contrib.sessions.models import Session
from django.utils import timezone

from intervisit.kit.forgetting import KEPT
from intervisit.kit.jobs import enqueue, run_waiting
from intervisit.kit.models import SubmittedForm
from intervisit.kit.rounds import ROUNDS
from tests.world import World


def test_old_forms_and_ended_sessions_are_forgotten(world: World) -> None:
    now = timezone.now()
    young, old = (
        SubmittedForm.objects.create(key=uuid.uuid4(), path="/", digest="", location="/") for _ in range(2)
    )
    SubmittedForm.objects.filter(pk=old.pk).update(at=now - KEPT - dt.timedelta(minutes=1))
    SubmittedForm.objects.filter(pk=young.pk).update(at=now - KEPT + dt.timedelta(minutes=1))
    for name, ends in (("ended", -1), ("open", 1)):
        Session.objects.create(session_key=name, session_data="", expire_date=now + dt.timedelta(hours=ends))
    job = enqueue("forms.forget", by=world.actor("Ada"), title="Tonight")
    run_waiting()
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"forms": 1})
    assert list(SubmittedForm.objects.values_list("pk", flat=True)) == [young.pk]
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]
    assert {"forms.forget", "mail.read_returned"} <= set(ROUNDS)
