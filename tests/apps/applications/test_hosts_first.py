"""The shipped design with two calls, from the first page to the second submit: nothing is made up beside it."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from intervisit.apps.applications.actions import calling, deciding, decision_release, importing
from intervisit.apps.applications.bridge.sheet import columns_of
from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.programs.models import Program
from intervisit.core.designs import Question, Table
from intervisit.kit import jobs
from tests import factories
from tests.apps.applications.conftest import complete, open_call
from tests.world import World


@pytest.fixture
def world(db: None) -> World:
    made = open_call(next(p.name for p in factories.DESIGNS.iterdir() if p.name.startswith("hosts-first")))
    Application.objects.all().delete()
    return made


def program(world: World) -> Program:
    return Program.objects.select_related("version", "district").get(pk=world.program.pk)


def apply(world: World, number: int, by: str, call: str, **wishes: Any) -> Application:
    """Through the pages of the principal: begin, write, wish, submit."""
    browser = world.client(by)
    begun = browser.post(f"{reverse('apply', args=[world.program.pk])}?call={call}", {
        "call": call, "school": str(world.schools[number].pk), "role": "host" if call == "hosts" else "partner",
    })  # fmt: skip
    assert begun.status_code == 303, begun.content.decode()[:400]
    made = Application.objects.get(program=world.program, school=world.schools[number], call=call)
    made.answers = complete(world, made)
    made.save()
    if wishes:
        said = browser.post(reverse("application_wishes", args=[made.pk]), {"version": "1", **wishes})
        assert said.status_code == 303
    sent = browser.post(reverse("application_submit", args=[made.pk]), {"version": str(made.version)})
    assert sent.status_code == 303, sent.content.decode()[:400]
    made.refresh_from_db()
    assert made.state == "submitted"
    return made


def test_hosts_first_then_partners_who_name_one_of_them(world: World) -> None:
    dana, sol = world.actor("Dana"), world.actor("Sol")
    anybody = Client()
    page = anybody.get(reverse("open_call", args=[world.program.pk])).content.decode()
    assert "Host two schools for a year" in page
    assert "Join a host, or a learning focus area" in page  # beside it, as the other call
    later = anybody.get(reverse("open_call_named", args=[world.program.pk, "partners"])).content.decode()
    assert "This call opens later" in later
    host, other = apply(world, 1, "Hana", "hosts"), apply(world, 4, "Ova", "hosts")
    for made, decision in ((host, "accept_host"), (other, "decline")):
        deciding.decide([made], by=dana, decision=decision, reason="Because.")
    decision_release.ask_release(program(world), by=dana)
    decision_release.release_decisions(program(world), by=sol)
    closes = timezone.now() + dt.timedelta(days=20)
    calling.set_call(program(world), by=dana, key="partners", opens=None, closes=closes, rolling=True)
    calling.open_call(program(world), by=dana, key="partners")
    assert (
        "not taking applications"
        in anybody.get(reverse("open_call_named", args=[world.program.pk, "hosts"])).content.decode()
    )
    named = apply(world, 2, "Piet", "partners", **{"q-host_wished": [str(world.schools[1].pk)]})
    assert Wishes.objects.get(pk=named.pk).schools == [str(world.schools[1].pk)]
    by_area = apply(world, 3, "Ora", "partners")
    assert Wishes.objects.get(pk=by_area.pk).schools == []
    # Whoever was not chosen to host may join a host now; whoever was, may not.
    again = apply(world, 4, "Ova", "partners")
    assert again.role_wanted == "partner"
    refused = world.client("Hana").get(f"{reverse('apply', args=[world.program.pk])}?call=partners")
    assert refused.headers["Location"] == reverse("application", args=[host.pk])
    # The director's page of calls and its list have both.
    desk = world.client("Dana").get(reverse("program_calls", args=[world.program.pk])).content.decode()
    assert desk.count("Host two schools for a year") >= 1
    assert desk.count("Join a host, or a learning focus area") >= 1


def test_nobody_but_the_principal_and_the_program_learns_who_was_named(world: World) -> None:
    dana = world.actor("Dana")
    host = apply(world, 1, "Hana", "hosts")
    deciding.decide([host], by=dana, decision="accept_host", reason="Because.")
    decision_release.ask_release(program(world), by=dana)
    decision_release.release_decisions(program(world), by=world.actor("Sol"))
    calling.open_call(program(world), by=dana, key="partners")
    named = apply(world, 2, "Piet", "partners", **{"q-host_wished": [str(world.schools[1].pk)]})
    url = reverse("application", args=[named.pk])
    assert "P.S. 1" in world.client("Piet").get(url).content.decode()
    assert "P.S. 1" in world.client("Sol").get(url).content.decode()
    assert "P.S. 1" not in world.client("Pim").get(url).content.decode()
    assert world.client("Hana").get(url).status_code == 404


def test_a_file_answers_the_call_of_each_role_and_comes_back_the_same(world: World) -> None:
    """Of two calls each row answers that of its role; brought again, nothing is new; the export has all questions."""
    area = world.program.design.focus_areas[0].label
    head = (
        'School code,Role,Focus 1,"What exactly do you want to get better at?","Which host would you join?"\n'
    )
    rows = f'01M004,Host,"{area}",,\n01M005,Partner,"{area}",Feedback,01M004\n'
    sol = world.actor("Sol")
    for expected in ((2, 0), (0, 2)):
        run = importing.stage_applications(
            program(world), by=sol, filename="a.csv", data=(head + rows).encode()
        )
        plan, troubles = importing.preview(run, program(world))
        assert not troubles
        assert (len(plan.new), plan.same) == expected
        importing.start_import(run, program(world), by=sol, confirmed=True)
        jobs.run_waiting()
    made = {a.school.code: a for a in Application.objects.select_related("school")}
    assert {code: a.call for code, a in made.items()} == {"01M004": "hosts", "01M005": "partners"}
    assert made["01M005"].answers["aim"] == "Feedback"
    assert Wishes.objects.get(pk=made["01M005"].pk).schools == [str(world.schools[4].pk)]
    kept = world.client("Sol").get(reverse("export_applications", args=[world.program.pk]))
    assert "Feedback" in kept.content.decode()
    # Somebody whose other application is still in hand cannot have a second one.
    more = head + f'01M004,Partner,"{area}",Feedback,\n'
    run = importing.stage_applications(program(world), by=sol, filename="b.csv", data=more.encode())
    _, troubles = importing.preview(run, program(world))
    assert [t.code for t in troubles] == ["has-application"]
    assert "to another call" in next(iter(troubles)).message


def test_questions_of_a_later_calls_own_form_have_a_column(world: World) -> None:
    """Where each call has a form of its own, a file may answer the second one, too."""
    design = world.program.design
    form = design.form_for("partner")
    own = replace(form, key="partners", sections=(replace(form.sections[0], key="only", questions=(
        Question(key="only_partners", kind="text", label="What only partners are asked"),
    )),))  # fmt: skip
    roles = Table({**design.roles, "partner": replace(design.roles["partner"], form="partners")})
    two = replace(design, forms=Table({**design.forms, "partners": own}), roles=roles)
    asked = {c.key for c in columns_of(two)}
    assert {"q_only_partners", "q_why"} <= asked
