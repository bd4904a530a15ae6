"""Several calls in one program, each with its own days and state; more time for one school; the public page."""

import datetime as dt
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from intervisit.apps.applications.actions import calling, handing_in, starting
from intervisit.apps.applications.models import Application, LateAllowed, Wishes
from intervisit.apps.applications.states import ApplicationState as S
from intervisit.apps.programs.models import DesignVersion, Program
from intervisit.apps.programs.queries import CallState, call_state, calls_of, calls_open
from intervisit.apps.programs.states import Phase
from intervisit.core.designs import Design, Question, Section, digest, to_json, with_forms
from intervisit.kit.access import NotAllowed
from intervisit.kit.history import lines_about
from intervisit.kit.models import OutgoingMail
from intervisit.kit.refusal import Refused, Stale
from tests.apps.applications.conftest import complete, open_call
from tests.apps.applications.test_writing import fresh
from tests.world import World, canary


def two_calls(design: Design) -> Design:
    """M13: hosts first, then partners, who may name a host that was accepted."""
    [call] = design.calls
    hosts = replace(
        call, key="hosts", title="Host a network", for_roles=("host",), either=False, intake="fixed"
    )
    partners = replace(call, key="partners", title="Join a host", for_roles=("partner",), either=False, after="hosts",
                       may_name_host=True)  # fmt: skip
    form = design.forms["application"]
    named = Question(key="named_host", kind="schools", label="Which host would you join?", choices_from="hosts",
                     for_roles=("partner",), feeds="wishes", max_choices=2)  # fmt: skip
    asked = replace(form, sections=(*form.sections, Section(key="m13", title="A host", questions=(named,))))
    made: Design = replace(with_forms(design, [asked]), calls=(hosts, partners))
    return made


@pytest.fixture
def world(db: None) -> World:
    world = open_call()
    design = two_calls(world.program.design)
    world.program.version = DesignVersion.objects.create(
        slug=design.slug, number=7, digest=digest(design), content=json.loads(json.dumps(to_json(design)))
    )
    world.program.save()
    Application.objects.all().delete()
    return world


def program(world: World) -> Program:
    return Program.objects.select_related("version", "district").get(pk=world.program.pk)


def begin(world: World, number: int, by: str, role: str, **more: Any) -> Application:
    return starting.start_application(
        program(world), by=world.actor(by), school=world.schools[number], role=role, **more
    )


def submitted(world: World, number: int, by: str, role: str) -> Application:
    made = begin(world, number, by, role)
    made.answers = complete(world, made)
    made.save()
    return handing_in.submit_application(made, by=world.actor(by))


def told(application: Application, state: str, role: str = "") -> Application:
    application.state, application.role, application.released = state, role, timezone.now()
    application.save()
    return application


def code(refused: Any) -> str:
    return str(refused.value.troubles[0].code)


def act(world: World, key: str, what: str, by: str = "Dana", **data: Any) -> Any:
    return world.client(by).post(
        reverse("program_call_state", args=[world.program.pk, key]), {"what": what, **data}
    )


def test_the_second_call_waits_until_the_first_is_decided_and_told(world: World) -> None:
    assert [(c.key, c.state()) for c in calls_of(program(world))] == [
        ("hosts", CallState.OPEN), ("partners", CallState.CLOSED)
    ]  # fmt: skip
    with pytest.raises(Refused) as refused:
        begin(world, 2, "Piet", "partner", call="partners")
    assert code(refused) == "call-not-open"
    host = submitted(world, 1, "Hana", "host")
    assert host.call == "hosts"
    with pytest.raises(Refused) as refused:
        calling.open_call(program(world), by=world.actor("Dana"), key="partners")
    assert code(refused) == "earlier-call-open"
    told(host, S.ACCEPTED, "host")
    assert act(world, "partners", "open").status_code == 303
    assert [(c.key, c.state()) for c in calls_of(program(world))] == [
        ("hosts", CallState.OVER), ("partners", CallState.OPEN)
    ]  # fmt: skip
    with pytest.raises(Refused):
        begin(world, 4, "Ova", "host", call="hosts")
    assert begin(world, 2, "Piet", "partner").call == "partners"


def test_a_partner_names_a_host_that_was_accepted_and_told(world: World) -> None:
    told(submitted(world, 1, "Hana", "host"), S.ACCEPTED, "host")
    other = submitted(world, 4, "Ova", "host")
    told(other, S.DECLINED)
    calling.open_call(program(world), by=world.actor("Dana"), key="partners")
    mine = begin(world, 2, "Piet", "partner")
    url = reverse("application_wishes", args=[mine.pk])
    text = world.client("Piet").get(url).content.decode()
    assert f"{world.schools[1].name} ({world.schools[1].code})" in text
    assert world.schools[4].name not in text
    answer = world.client("Piet").post(url, {"version": "1", "q-named_host": [str(world.schools[1].pk)]})
    assert answer.status_code == 303
    assert Wishes.objects.get(pk=mine.pk).schools == [str(world.schools[1].pk)]
    bad = world.client("Piet").post(url, {"version": "2", "q-named_host": [str(world.schools[4].pk)]})
    assert bad.status_code == 422


def test_a_school_declined_as_host_may_apply_as_partner_but_not_before_it_is_told(world: World) -> None:
    mine = submitted(world, 1, "Hana", "host")
    others = submitted(world, 4, "Ova", "host")
    told(others, S.ACCEPTED, "host")
    mine.state = S.DECLINED
    mine.save()
    with pytest.raises(Refused):
        calling.open_call(program(world), by=world.actor("Dana"), key="partners")
    told(mine, S.DECLINED)
    calling.open_call(program(world), by=world.actor("Dana"), key="partners")
    assert begin(world, 1, "Hana", "partner").call == "partners"
    with pytest.raises(Refused) as refused:
        begin(world, 4, "Ova", "partner")
    assert code(refused) == "exists-already"


def test_closing_opening_again_and_their_refusals(world: World) -> None:
    dana = world.actor("Dana")
    assert act(world, "hosts", "close").status_code == 303
    assert call_state(program(world)) == CallState.OVER
    assert act(world, "hosts", "close").status_code == 409
    assert act(world, "hosts", "reopen", closes="2020-01-01T00:00").status_code == 422
    later = timezone.now() + dt.timedelta(days=3)
    assert act(world, "hosts", "reopen", closes=later.strftime("%Y-%m-%dT%H:%M")).status_code == 303
    assert [c.key for c in calls_open(program(world))] == ["hosts"]
    with pytest.raises(Refused) as refused:
        calling.reopen_call(program(world), by=dana, key="hosts", closes=None)
    assert code(refused) == "not-over"
    Program.objects.filter(pk=world.program.pk).update(phase=Phase.REVIEW)
    assert act(world, "hosts", "reopen").status_code == 303
    assert program(world).phase == Phase.CALL
    Program.objects.filter(pk=world.program.pk).update(phase=Phase.MATCHING)
    assert act(world, "hosts", "open").status_code == 409
    assert act(world, "nothing", "open").status_code == 404


def test_no_two_fields_of_the_page_share_a_name_in_it(world: World) -> None:
    """The days of a call and the moment until which it is open again stand on one page."""
    act(world, "hosts", "close")
    page = (
        world.client("Dana").get(reverse("program_call", args=[world.program.pk, "hosts"])).content.decode()
    )
    names = re.findall(r' id="([^"]+)"', page)
    assert "again_closes" in names
    assert [name for name in names if names.count(name) > 1] == []


def test_days_are_set_in_the_time_of_the_district(world: World) -> None:
    """B01, B02, B03, B07 at this form."""
    url = reverse("program_call", args=[world.program.pk, "partners"])
    dana = world.client("Dana")
    seen = dana.get(url).context["seen"]
    for closes, said in (("2027-03-14T02:30", "clocks go forward"), ("9999-12-31T23:59", "2100"), ("x", "date"),
                         ("2027-02-29T10:00", "29")):  # fmt: skip
        answer = dana.post(url, {"opens": "", "closes": closes, "seen": seen})
        text = answer.content.decode()
        assert (answer.status_code, closes in text, said in text) == (422, True, True), closes
    answer = dana.post(url, {"opens": "", "closes": "2026-11-01T01:30", "seen": seen})
    assert "comes twice" in answer.content.decode()
    good = {"opens": "2026-06-01T09:00", "closes": "2026-07-01T23:59", "rolling": "on", "seen": seen}
    assert dana.post(url, good).status_code == 303
    partners = calls_of(program(world))[1]
    assert (str(partners.closes), partners.rolling) == ("2026-07-01 23:59:00-04:00", True)
    assert dana.post(url, {**good, "closes": "2026-07-02T23:59"}).status_code == 409
    with pytest.raises(Stale):
        calling.set_call(
            program(world),
            by=world.actor("Dana"),
            key="hosts",
            opens=None,
            closes=None,
            rolling=True,
            seen="x",
        )
    later = dana.get(url).context["seen"]
    assert dana.post(url, {**good, "opens": "2026-08-01T09:00", "seen": later}).status_code == 422


def test_the_first_call_keeps_its_days_in_the_program(world: World) -> None:
    closes = timezone.now() + dt.timedelta(days=30)
    calling.set_call(
        program(world), by=world.actor("Dana"), key="hosts", opens=None, closes=closes, rolling=False
    )
    assert program(world).call_closes == closes
    assert calls_of(program(world))[0].closes == closes


def test_anybody_reads_the_page_of_a_call_and_nothing_private_is_on_it(world: World) -> None:
    mine = submitted(world, 1, "Hana", "host")
    Application.objects.filter(pk=mine.pk).update(answers={"why": canary("public")}, reason=canary("public"))
    until = timezone.now() + dt.timedelta(days=40)
    calling.allow_late(program(world), by=world.actor("Dana"), key="hosts", school=world.schools[4], until=until,
                       reason=canary("public"))  # fmt: skip
    for path in (reverse("open_call", args=[world.program.pk]),
                 *(reverse("open_call_named", args=[world.program.pk, k]) for k in ("hosts", "partners"))):  # fmt: skip
        text = Client().get(path).content.decode()
        assert canary("public") not in text
        for name in (*(s.name for s in world.schools.values()), *(p.name for p in world.people.values())):
            assert name not in text, path
    text = Client().get(reverse("open_call_named", args=[world.program.pk, "partners"])).content.decode()
    assert "This call opens later" in text
    assert "Host a network" in text
    assert Client().get(reverse("open_call_named", args=[world.program.pk, "x"])).status_code == 404
    Program.objects.filter(pk=world.program.pk).update(phase=Phase.REVIEW)
    assert Client().get(reverse("open_call_named", args=[world.program.pk, "hosts"])).status_code == 404


# ------------------------------------------------------------------ more time


def late(world: World, number: int, days: int = 3, key: str = "hosts") -> LateAllowed:
    until = timezone.now() + dt.timedelta(days=days)
    school, reason = world.schools[number], "The principal was ill."
    return calling.allow_late(
        program(world), by=world.actor("Dana"), key=key, school=school, until=until, reason=reason
    )


def close(world: World) -> None:
    Program.objects.filter(pk=world.program.pk).update(call_closes=timezone.now() - dt.timedelta(days=1))


def test_one_school_submits_late_by_exception_and_the_others_do_not(world: World) -> None:
    mine, other = begin(world, 1, "Hana", "host"), begin(world, 4, "Ova", "host")
    for draft in (mine, other):
        draft.answers = complete(world, draft)
        draft.save()
    close(world)
    given = late(world, 1)
    assert [m.to.name for m in OutgoingMail.objects.filter(kind="late.allowed")] == ["Hana Whitfield"]
    page = world.client("Tess").get(reverse("application_write", args=[mine.pk])).content.decode()
    assert "The principal was ill." in page
    handing_in.submit_application(fresh(mine), by=world.actor("Hana"))
    line = lines_about(mine).filter(verb="application.submit").get()
    assert line.changes["more_time"][1] == str(given.until)
    with pytest.raises(Refused) as refused:
        handing_in.submit_application(fresh(other), by=world.actor("Ova"))
    assert code(refused) == "deadline-passed"
    text = world.client("Ova").get(reverse("application_write", args=[other.pk])).content.decode()
    assert "The principal was ill." not in text


def test_more_time_ends_with_its_moment_its_grace_or_by_hand(world: World, monkeypatch: Any) -> None:
    mine = begin(world, 1, "Hana", "host")
    close(world)
    given = late(world, 1)
    call = starting.call_for(mine)
    for seconds, ok in ((60, True), (61, False)):
        moment = given.until + dt.timedelta(seconds=seconds)
        found = starting.late_for(program(world), call, world.schools[1], moment)
        assert (found is not None) == ok
    url = reverse("end_late", args=[world.program.pk, "hosts", given.pk])
    assert world.client("Sol").post(url).status_code == 403
    assert world.client("Dana").post(url).status_code == 303
    assert world.client("Dana").post(url).status_code == 409
    with pytest.raises(Refused):
        handing_in.submit_application(mine, by=world.actor("Hana"))


def test_what_cannot_be_given(world: World) -> None:
    url = reverse("allow_late", args=[world.program.pk, "hosts"])
    soon = (timezone.now() + dt.timedelta(days=30)).strftime("%Y-%m-%dT%H:%M")
    good = {"school": world.schools[1].code, "until": soon, "reason": "Ill"}
    for bad in ({"school": "Nowhere"}, {"school": "P.S."}, {"until": "2020-01-01T00:00"}, {"reason": ""},
                {"reason": "a\u202eb"}, {"until": "2027-02-29T10:00"},
                {"school": str(world.schools[1].pk)}):  # fmt: skip
        answer = world.client("Dana").post(url, {**good, **bad})
        assert (answer.status_code, LateAllowed.objects.count()) == (422, 0), bad
        assert next(iter(bad.values())) in answer.content.decode() or not next(iter(bad.values()))
    tomorrow = (timezone.now() + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert (
        "open for everybody" in world.client("Dana").post(url, {**good, "until": tomorrow}).content.decode()
    )
    assert world.client("Dana").post(url, good).status_code == 303
    Program.objects.filter(pk=world.program.pk).update(phase=Phase.MATCHING)
    assert world.client("Dana").post(url, good).status_code == 422


@pytest.mark.parametrize("name", ["Sol", "Hana", "Tess", "Fay", "Sue", "Ada", "Ova", "Rex"])
def test_only_the_director_settles_calls(world: World, name: str) -> None:
    ought = 200 if name == "Sol" else 404
    assert world.client(name).get(reverse("program_calls", args=[world.program.pk])).status_code == ought
    assert act(world, "hosts", "close", by=name).status_code == (403 if name == "Sol" else 404)
    with pytest.raises(NotAllowed):
        calling.close_call(program(world), by=world.actor(name), key="hosts")
