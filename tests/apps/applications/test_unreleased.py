"""A decision that is not released changes nothing a school can see, press, fetch or be refused."""

import re
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from intervisit.apps.applications.actions import deciding
from intervisit.apps.applications.models import Application
from tests.apps.applications.test_writing import fresh
from tests.world import World, words_of

PAGES = ("application", "application_submit", "application_write", "application_wishes", "application_receipt",
         "application_writers", "application_changes", "application_ask_changes", "application_check",
         "export_application",
         "application_earlier", "application_pdf")  # fmt: skip
POSTS = ("application_withdraw", "application_reopen", "application_submit", "application_write", "application_role",
         "application_autosave",
         "application_changes", "application_send_changes", "give_up_place")  # fmt: skip


def seen(world: World, who: str) -> dict[str, Any]:
    """Everything this person can get at, read and pressed; what was pressed is undone."""
    client, key = world.client(who), world.applications[2].pk
    found: dict[str, Any] = {}
    for route in PAGES:
        answer = client.get(reverse(route, args=[key]))
        text = answer.content if answer["Content-Type"] == "application/pdf" else words_of(answer)
        found[f"GET {route}"] = (answer.status_code, answer.get("Location", ""), text)
    for route in ("my_applications", "home"):
        found[f"GET {route}"] = words_of(client.get(reverse(route)))
    found["school"] = words_of(client.get(reverse("school", args=[world.schools[2].pk])))
    for route in POSTS:
        with transaction.atomic():
            answer = client.post(reverse(route, args=[key]), {"role": "partner", "version": "1"})
            text = re.sub(r'value="[0-9a-f-]{36}"', "", words_of(answer))
            found[f"POST {route}"] = (answer.status_code, answer.get("Location", ""), text)
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("decision", ["accept_partner", "accept_host", "waitlist", "decline"])
@pytest.mark.parametrize("who", ["Piet", "Pim", "Sue"])
def test_nothing_tells_a_decision_that_is_not_released(world: World, who: str, decision: str) -> None:
    Application.objects.filter(pk=world.applications[2].pk).update(role_wanted="either")
    before = seen(world, who)
    deciding.decide(
        [fresh(world.applications[2])], by=world.actor("Sol"), decision=decision, reason="A reason"
    )
    after = seen(world, who)
    assert {k for k in before if before[k] != after[k]} == set()
    if who == "Piet":
        assert before["POST application_withdraw"][0] == 303
