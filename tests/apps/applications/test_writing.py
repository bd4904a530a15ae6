"""A school writes, together and without loss, and its principal submits."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from intervisit.apps.applications.actions import handing_in, writing
from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.applications.states import ApplicationState as S
from intervisit.apps.instruments.answers import mark_of
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.states import Phase
from intervisit.kit.access import NotAllowed
from intervisit.kit.history import lines_about
from intervisit.kit.models import OutgoingMail
from intervisit.kit.refusal import Refused
from tests import factories
from tests.apps.applications.conftest import open_call
from tests.world import World, canary


def page_of(client: Client, application: Application) -> dict[str, Any]:
    """The hidden things of the writing page, as a browser would send them back."""
    answer = client.get(reverse("application_write", args=[application.pk]))
    assert answer.status_code == 200
    context = answer.context
    return {"base": context["base"], "tab": context["tab"]}


def save(client: Client, application: Application, loaded: dict[str, Any], **fields: str) -> Any:
    data = {**loaded, **{f"q-{k}": v for k, v in fields.items()}, "submit_key": str(uuid.uuid4())}
    return client.post(reverse("application_write", args=[application.pk]), data)


def autosave(client: Client, application: Application, loaded: dict[str, Any], **fields: str) -> Any:
    data = {**loaded, **{f"q-{k}": v for k, v in fields.items()}}
    return client.post(reverse("application_autosave", args=[application.pk]), data)


def fields_of(application: Application) -> dict[str, str]:
    """The long answers as they stand, for a post that changes only some of them."""
    return {k: v for k, v in application.answers.items() if isinstance(v, str)}


def fresh(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def test_principal_begins_where_the_call_is_open(world: World) -> None:
    client = world.client("Ova")
    answer = client.post(reverse("apply", args=[world.program.pk]),
                         {"school": str(world.schools[4].pk), "role": "partner"})  # fmt: skip
    made = Application.objects.get(school=world.schools[4])
    assert answer["Location"] == reverse("application_write", args=[made.pk])
    assert (made.state, made.role_wanted) == (S.DRAFT, "partner")
    assert client.get(reverse("apply", args=[world.program.pk]))["Location"] == reverse(
        "application", args=[made.pk]
    )


def test_nobody_begins_for_another_school(world: World) -> None:
    answer = world.client("Ova").post(reverse("apply", args=[world.program.pk]),
                                      {"school": str(world.schools[5].pk), "role": "partner"})  # fmt: skip
    assert answer.status_code == 422
    assert not Application.objects.filter(school=world.schools[5]).exists()


@pytest.mark.parametrize("name", ["Dana", "Sol", "Fay", "Sue", "Ada", "Rex", "Ova", "Piet", "Pim"])
def test_a_draft_is_not_there_for_others(world: World, name: str) -> None:
    """Row 1 of the matrix: also for the program's staff, who know the number only."""
    draft = world.applications[1]
    client = world.client(name)
    for route in ("application", "application_write", "application_submit", "application_wishes"):
        answer = client.get(reverse(route, args=[draft.pk]))
        missing = client.get(reverse(route, args=[uuid.uuid4()]))
        assert (answer.status_code, len(answer.content)) == (404, len(missing.content))
    for route in ("application_write", "application_autosave", "application_submit", "application_role"):
        assert client.post(reverse(route, args=[draft.pk])).status_code == 404


def test_staff_see_the_number_of_drafts_and_nothing_else(world: World) -> None:
    text = world.client("Dana").get(reverse("program_applications", args=[world.program.pk])).content.decode()
    assert "1 school is still writing" in text
    assert canary("answer1") not in text
    assert world.schools[1].name + "</a>" not in text
    export = (
        world.client("Dana").get(reverse("export_applications", args=[world.program.pk])).content.decode()
    )
    assert canary("answer1") not in export
    assert canary("answer2") in export


def test_the_team_writes_and_everybody_sees_who_changed_what(world: World) -> None:
    draft, client = world.applications[1], world.client("Tess")
    answer = save(client, draft, page_of(client, draft), **{**fields_of(draft), "why": "Because we want to."})
    assert answer.status_code == 303
    assert fresh(draft).answers["why"] == "Because we want to."
    assert fresh(draft).editors["why"][0] == "Tess Moreau"
    assert fresh(draft).version == draft.version + 1
    page = world.client("Hana").get(reverse("application_write", args=[draft.pk])).content.decode()
    assert "Tess Moreau, " in page
    assert lines_about(draft).first().changes == {"questions": [None, ["why"]]}  # type: ignore[union-attr]


def test_saving_without_a_change_writes_nothing(world: World) -> None:
    draft, client = world.applications[1], world.client("Tess")
    loaded, before = page_of(client, draft), lines_about(draft).count()
    answers = fields_of(draft) | {
        "focus-area0": draft.answers["focus"][0],
        "ready": "yes",
        "team-0-name": "Somebody",
    }
    assert save(client, draft, loaded, **answers).status_code == 303
    assert (fresh(draft).version, lines_about(draft).count()) == (draft.version, before)


def test_two_people_on_different_questions_both_keep_their_text(world: World) -> None:
    draft, hana, tess = world.applications[1], world.client("Hana"), world.client("Tess")
    of_hana, of_tess = page_of(hana, draft), page_of(tess, draft)
    standing = fields_of(draft)
    assert save(tess, draft, of_tess, **{**standing, "why": "By Tess"}).status_code == 303
    answer = save(hana, draft, of_hana, **{**standing, "practices": "By Hana"})
    assert answer.status_code == 303
    assert (fresh(draft).answers["why"], fresh(draft).answers["practices"]) == ("By Tess", "By Hana")


def test_two_people_on_one_question_see_both_versions(world: World) -> None:
    """B07: nothing is written, nothing is lost, and the choice is the person's."""
    draft, hana, tess = world.applications[1], world.client("Hana"), world.client("Tess")
    of_hana, of_tess = page_of(hana, draft), page_of(tess, draft)
    standing = fields_of(draft)
    save(tess, draft, of_tess, **{**standing, "why": "By Tess"})
    answer = save(hana, draft, of_hana, **{**standing, "why": "By Hana"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert text.count("By Hana") >= 1
    assert text.count("By Tess") >= 1
    assert "Tess Moreau saved this while you were writing" in text
    assert fresh(draft).answers["why"] == "By Tess"
    again = {"base": answer.context["base"], "tab": answer.context["tab"]}
    assert save(hana, draft, again, **{**standing, "why": "By Tess and Hana"}).status_code == 303
    assert fresh(draft).answers["why"] == "By Tess and Hana"


def test_after_a_collision_theirs_can_be_kept(world: World) -> None:
    draft, hana, tess = world.applications[1], world.client("Hana"), world.client("Tess")
    of_hana, of_tess = page_of(hana, draft), page_of(tess, draft)
    save(tess, draft, of_tess, **{**fields_of(draft), "why": "By Tess"})
    clash = save(hana, draft, of_hana, **{**fields_of(draft), "why": "By Hana"})
    again = {"base": clash.context["base"], "tab": clash.context["tab"], "use-why": "theirs"}
    assert save(hana, draft, again, **{**fields_of(draft), "why": "By Hana"}).status_code == 303
    assert fresh(draft).answers["why"] == "By Tess"


def test_the_same_person_in_two_tabs_is_asked_too(world: World) -> None:
    draft, hana = world.applications[1], world.client("Hana")
    first, second = page_of(hana, draft), page_of(hana, draft)
    save(hana, draft, second, **{**fields_of(draft), "why": "In the second tab"})
    assert save(hana, draft, first, **{**fields_of(draft), "why": "In the first"}).status_code == 409


def test_autosave_keeps_what_is_valid_and_says_what_is_not(world: World) -> None:
    draft, client = world.applications[1], world.client("Tess")
    loaded = page_of(client, draft)
    answer = autosave(
        client, draft, loaded, **{**fields_of(draft), "why": "Typed so far", "correction": "x" * 501}
    )
    assert answer.status_code == 200
    assert fresh(draft).answers["why"] == "Typed so far"
    assert "501" in answer.content.decode()
    assert "correction" not in fresh(draft).answers


def test_autosave_of_one_tab_never_collides_with_itself(world: World) -> None:
    """An answer that got lost on its way: the page still sends the marks it was loaded with."""
    draft, client = world.applications[1], world.client("Tess")
    loaded = page_of(client, draft)
    for text in ("One", "One two", "One two three"):
        assert autosave(client, draft, loaded, **{**fields_of(draft), "why": text}).status_code == 200
    assert fresh(draft).answers["why"] == "One two three"
    assert autosave(client, draft, loaded, **fields_of(draft)).status_code == 200
    assert fresh(draft).answers["why"] == draft.answers["why"]


def test_autosave_does_not_overwrite_what_somebody_else_wrote_since(world: World) -> None:
    draft, hana, tess = world.applications[1], world.client("Hana"), world.client("Tess")
    of_hana, of_tess = page_of(hana, draft), page_of(tess, draft)
    standing = fields_of(draft)
    autosave(tess, draft, of_tess, **{**standing, "why": "By Tess"})
    first = autosave(hana, draft, of_hana, **{**standing, "practices": "By Hana"})
    of_hana["base"] = first.context["value"]
    second = autosave(hana, draft, of_hana, **{**standing, "practices": "By Hana, longer"})
    assert (first.status_code, second.status_code) == (200, 200)
    assert fresh(draft).answers["why"] == "By Tess"
    third = autosave(hana, draft, of_hana, **{**standing, "why": "Hana too", "practices": "By Hana, longer"})
    assert third.status_code == 409
    assert fresh(draft).answers["why"] == "By Tess"


def test_marks_that_are_nonsense_never_let_one_overwrite(world: World) -> None:
    draft, client = world.applications[1], world.client("Tess")
    for base in ("", "[]", "{", "[" * 5000, "why:5", ":::: why why:"):
        answer = save(client, draft, {"base": base, "tab": ""}, **{**fields_of(draft), "why": "Mine"})
        assert answer.status_code == 409
    assert fresh(draft).answers["why"] == draft.answers["why"]


def test_bad_text_is_refused_and_kept_on_the_page(world: World) -> None:
    """B08 before any database, B14 with both numbers."""
    draft, client = world.applications[1], world.client("Tess")
    loaded = page_of(client, draft)
    assert save(client, draft, loaded, why="a\x00b").status_code == 422
    long = "word " * 5000
    answer = save(client, draft, loaded, **{**fields_of(draft), "why": long})
    assert answer.status_code == 422
    assert "20,000" in answer.content.decode()
    assert long.strip() in answer.content.decode()
    assert fresh(draft).answers == draft.answers


def test_what_is_typed_is_never_interpreted(world: World) -> None:
    """B15."""
    draft, client = world.applications[1], world.client("Tess")
    nasty = "<img src=x onerror=alert(1)> {{7*7}} ${7*7} {school}"
    save(client, draft, page_of(client, draft), **{**fields_of(draft), "why": nasty})
    for route in ("application", "application_write"):
        text = client.get(reverse(route, args=[draft.pk])).content.decode()
        assert "<img src=x" not in text
        assert "&lt;img src=x onerror=alert(1)&gt; {{7*7}} ${7*7} {school}" in text


def test_only_the_principal_submits(world: World) -> None:
    draft = world.applications[1]
    url = reverse("application_submit", args=[draft.pk])
    answer = world.client("Tess").post(url)
    assert answer.status_code == 403
    assert "the principal" in answer.content.decode()
    assert fresh(draft).state == S.DRAFT
    with pytest.raises(NotAllowed):
        handing_in.submit_application(draft, by=world.actor("Tess"))
    assert world.client("Hana").post(url).status_code == 303
    assert (fresh(draft).state, fresh(draft).submitted_by) == (S.SUBMITTED, world.people["Hana"])


def test_submitting_twice_gives_one_application_and_one_receipt(world: World) -> None:
    """B06: the repeat gets the first answer; the key with another body is a 409."""
    draft, client = world.applications[1], world.client("Hana")
    url, key = reverse("application_submit", args=[draft.pk]), str(uuid.uuid4())
    first, second = client.post(url, {"submit_key": key}), client.post(url, {"submit_key": key})
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"]
    assert client.post(url, {"submit_key": key, "more": "x"}).status_code == 409
    assert client.post(url, {"submit_key": str(uuid.uuid4())}).status_code == 403
    assert OutgoingMail.objects.filter(kind="application.receipt").count() == 1


def test_an_incomplete_application_is_not_submitted(world: World) -> None:
    draft = world.applications[1]
    draft.answers = {k: v for k, v in draft.answers.items() if k != "why"}
    draft.save()
    with pytest.raises(Refused) as refused:
        handing_in.submit_application(draft, by=world.actor("Hana"))
    assert refused.value.troubles[0].code == "incomplete"
    page = world.client("Hana").get(reverse("application_submit", args=[draft.pk])).content.decode()
    assert "Why these, and why now?" in page


def test_the_deadline_has_a_grace_of_sixty_seconds_by_our_clock(world: World, monkeypatch: Any) -> None:
    draft, closes = world.applications[1], dt.datetime(2026, 5, 3, 3, 59, tzinfo=dt.UTC)
    Program.objects.filter(pk=world.program.pk).update(call_closes=closes)
    for seconds, code in ((61, "deadline-passed"), (60, "")):
        moment = closes + dt.timedelta(seconds=seconds)
        monkeypatch.setattr("intervisit.apps.programs.queries.calls.now", lambda moment=moment: moment)
        found = Application.objects.select_related("program").get(pk=draft.pk)
        if code:
            with pytest.raises(Refused) as refused:
                handing_in.submit_application(found, by=world.actor("Hana"))
            assert refused.value.troubles[0].code == code
            assert fresh(draft).state == S.DRAFT
        else:
            handing_in.submit_application(found, by=world.actor("Hana"))
            assert fresh(draft).state == S.SUBMITTED


def test_a_submitted_application_is_shut_and_gives_the_text_back(world: World) -> None:
    submitted, client = world.applications[2], world.client("Pim")
    answer = save(client, submitted, {"base": "{}", "tab": "t"}, why="A late change")
    assert answer.status_code == 403
    assert "A late change" in answer.content.decode()
    assert fresh(submitted).answers == submitted.answers


def test_withdrawn_and_opened_again(world: World) -> None:
    submitted, piet = world.applications[2], world.client("Piet")
    assert world.client("Pim").post(reverse("application_withdraw", args=[submitted.pk])).status_code == 403
    piet.post(reverse("application_withdraw", args=[submitted.pk]))
    assert fresh(submitted).state == S.WITHDRAWN
    assert world.client("Dana").get(reverse("application", args=[submitted.pk])).status_code == 404
    piet.post(reverse("application_reopen", args=[submitted.pk]))
    assert fresh(submitted).state == S.DRAFT
    world.program.phase = Phase.REVIEW
    world.program.save()
    with pytest.raises(Refused) as refused:
        handing_in.submit_application(fresh(submitted), by=world.actor("Piet"))
    assert refused.value.troubles[0].code == "call-not-open"


def test_withdrawing_after_the_call_is_asked_once_more(world: World) -> None:
    """While the call is open it can be opened again; afterwards it is gone, and the page says so before."""
    submitted, piet = world.applications[2], world.client("Piet")
    page = reverse("application", args=[submitted.pk])
    assert "cannot be submitted again" not in piet.get(page).content.decode()
    Program.objects.filter(pk=world.program.pk).update(phase=Phase.REVIEW)
    assert "cannot be submitted again" in piet.get(page).content.decode()
    piet.post(reverse("application_withdraw", args=[submitted.pk]))
    assert "Withdrawn. The call is closed." in piet.get(page).content.decode()


def test_wishes_are_the_principals_alone(world: World) -> None:
    """Row 5: the team of the school does not see them, staff only once it is submitted."""
    draft = world.applications[1]
    url = reverse("application_wishes", args=[draft.pk])
    assert world.client("Tess").get(url).status_code == 404
    named = world.schools[5]
    answer = world.client("Hana").post(
        url, {"version": "1", "q-wishes-0": named.code, "q-welcomes_new": "yes"}
    )
    assert answer.status_code == 303
    wishes = Wishes.objects.get(pk=draft.pk)
    assert (wishes.schools, wishes.welcomes_new, wishes.version) == ([str(named.pk)], True, 2)
    assert named.name in world.client("Hana").get(reverse("application", args=[draft.pk])).content.decode()
    assert (
        named.name not in world.client("Tess").get(reverse("application", args=[draft.pk])).content.decode()
    )
    assert world.client("Hana").post(url, {"version": "1", "q-wishes-0": "01M006"}).status_code == 409
    assert Wishes.objects.get(pk=draft.pk).schools == [str(named.pk)]


def test_another_role_asks_other_questions_and_keeps_the_answers(world: World) -> None:
    draft, client = world.applications[1], world.client("Tess")
    client.post(reverse("application_role", args=[draft.pk]), {"role": "partner"})
    text = client.get(reverse("application_write", args=[draft.pk])).content.decode()
    assert "What exactly do you want to get better at?" in text
    assert "q-practices" not in text
    assert fresh(draft).answers["practices"] == draft.answers["practices"]
    assert client.post(reverse("application_role", args=[draft.pk]), {"role": "king"}).status_code == 422


def test_schools_are_suggested_as_one_types(world: World) -> None:
    url = reverse("application_schools", args=[world.applications[1].pk])
    answer = world.client("Tess").get(url, {"from": "q-known-0", "q-known-0": "p.s. 5"})
    assert answer.content.decode() == '<option value="P.S. 5 (01M005)"></option>'
    assert world.client("Ova").get(url).status_code == 404


def test_focus_areas_follow_the_answers(world: World) -> None:
    draft, areas = world.applications[1], [a.key for a in world.program.design.focus_areas]
    posted = {"focus": [areas[4], areas[2]]}
    writing.save_answers(
        draft, by=world.actor("Tess"), posted=posted, base={"focus": mark_of(draft.answers["focus"])}
    )
    assert fresh(draft).focus == [areas[4], areas[2]]


def test_my_applications_shows_ones_own_schools_only(world: World) -> None:
    text = world.client("Hana").get(reverse("my_applications")).content.decode()
    assert world.schools[1].name in text
    assert world.schools[2].name not in text
    assert world.client("Rex").get(reverse("my_applications")).status_code == 200


def test_a_design_without_hosts_from_start_to_submission(db: None) -> None:
    world = open_call(factories.equal())
    draft, hana = world.applications[1], world.client("Hana")
    for route in ("application_write", "application", "application_submit"):
        text = hana.get(reverse(route, args=[draft.pk])).content.decode()
        main = text[text.index("<main") : text.index("</main")]
        assert "ocus area" not in main
        assert " host" not in main.replace("district-charter", "")
    answer = hana.post(reverse("application_submit", args=[draft.pk]))
    assert answer.status_code == 303
    assert fresh(draft).state == S.SUBMITTED
