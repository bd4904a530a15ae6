"""The director edits a form: draft, preview, version; who has begun keeps the form they have."""

import re
from typing import Any

import pytest
from django.urls import reverse

from intervisit.apps.applications.actions import starting
from intervisit.apps.applications.bridge import form_for
from intervisit.apps.applications.models import Application
from intervisit.apps.instruments import actions
from intervisit.apps.instruments.models import FormDraft, FormVersion
from intervisit.apps.instruments.queries import design_now, form_now
from intervisit.apps.programs.models import Program
from intervisit.kit.access import NotAllowed
from intervisit.kit.refusal import Refused, Stale
from tests.apps.applications.conftest import open_call
from tests.world import World

KEY = "application"


@pytest.fixture
def world(db: None) -> World:
    return open_call()


def url(world: World, route: str, *more: str) -> str:
    return reverse(route, args=[world.program.pk, *more])


def post(world: World, route: str, by: str = "Dana", **data: Any) -> Any:
    version = (
        FormDraft.objects.filter(program=world.program, key=KEY).values_list("version", flat=True).first()
        or 0
    )
    return world.client(by).post(url(world, route, KEY), {"version": version, **data})


def ask(world: World, **data: Any) -> Any:
    return post(
        world, "form_question", **{"kind": "text", "section": "school", "label": "Which room?", **data}
    )


def program(world: World) -> Program:
    return Program.objects.select_related("version", "district").get(pk=world.program.pk)


def test_a_question_is_added_and_counts_when_the_form_is_used(world: World) -> None:
    assert ask(world, help="The number on the door", required="on", max_words="5").status_code == 303
    assert form_now(program(world), KEY).question("which_room") is None  # type: ignore[union-attr]
    assert post(world, "change_form", what="publish", note="A room").status_code == 303
    question = form_now(program(world), KEY).question("which_room")  # type: ignore[union-attr]
    assert question is not None
    assert (question.required, question.max_words, question.help) == (True, 5, "The number on the door")
    version = FormVersion.objects.get()
    assert (version.number, version.note, version.person) == (1, "A room", world.people["Dana"])
    assert not FormDraft.objects.exists()
    page = world.client("Dana").get(url(world, "program_form", KEY)).content.decode()
    assert "Version 1" in page
    assert "Which room?" in page


def test_who_has_begun_keeps_the_form_and_may_take_the_new_one(world: World) -> None:
    ask(world, required="on")
    post(world, "change_form", what="publish")
    begun = Application.objects.select_related("program__version", "school", "form").get(
        pk=world.applications[1].pk
    )
    assert form_for(begun).question("which_room") is None
    later = starting.start_application(
        program(world), by=world.actor("Ova"), school=world.schools[4], role="host"
    )
    assert form_for(later).question("which_room") is not None
    text = world.client("Hana").get(reverse("application_write", args=[begun.pk])).content.decode()
    assert "The form has been changed since you began" in text
    before = begun.answers
    assert world.client("Tess").post(reverse("application_take_form", args=[begun.pk])).status_code == 303
    begun = Application.objects.select_related("program__version", "school", "form").get(pk=begun.pk)
    assert form_for(begun).question("which_room") is not None
    assert begun.answers == before
    assert design_now(program(world)).forms[KEY].question("which_room") is not None


@pytest.mark.parametrize(
    ("kind", "data", "found"),
    [
        ("choice", {"choices": "Red\nBlue"}, [("red", "Red"), ("blue", "Blue")]),
        ("choices", {"choices": "Red\nBlue", "max_choices": "1"}, [("red", "Red"), ("blue", "Blue")]),
        ("ranking", {"choices_from": "criteria"}, []),
        ("schools", {"choices_from": "hosts", "max_choices": "2"}, []),
        ("table", {"columns": "Name\nAge | number"}, [("name", "text"), ("age", "number")]),
        ("file", {"max_rows": "2"}, []),
        ("number", {"min_value": "1", "max_value": "9.5"}, []),
        ("fact", {"fact": "enrollment"}, []),
        ("yes_no", {}, []),
        ("date", {}, []),
        ("focus_areas", {"max_choices": "2", "own_words": "on"}, []),
    ],
)
def test_every_kind_of_question_can_be_added(
    world: World, kind: str, data: dict[str, str], found: list[Any]
) -> None:
    page = world.client("Dana").get(url(world, "form_question", KEY), {"kind": kind, "section": "school"})
    assert page.status_code == 200
    assert ask(world, kind=kind, **data).status_code == 303
    kept = next(
        q
        for s in FormDraft.objects.get().content["sections"]
        for q in s["questions"]
        if q["key"] == "which_room"
    )
    assert kept["kind"] == kind
    assert [(c["key"], c["label"]) for c in kept.get("choices", [])] + [
        (c["key"], c["kind"]) for c in kept.get("columns", [])
    ] == found
    assert post(world, "change_form", what="publish").status_code == 303
    shown = world.client("Dana").get(url(world, "program_form", KEY)).content.decode()
    assert "Which room?" in shown


def test_a_reworded_choice_keeps_its_key(world: World) -> None:
    ask(world, kind="choice", choices="Red\nBlue")
    post(
        world,
        "form_question",
        key="which_room",
        section="school",
        label="Which room?",
        choices="Crimson\nBlue\n",
    )
    post(
        world,
        "form_question",
        key="which_room",
        section="school",
        label="Which room?",
        choices="Blue\nCrimson\nRed",
    )
    kept = next(
        q
        for s in FormDraft.objects.get().content["sections"]
        for q in s["questions"]
        if q["key"] == "which_room"
    )
    assert kept["choices"] == [
        {"key": "blue", "label": "Blue"}, {"key": "red", "label": "Crimson"}, {"key": "red_2", "label": "Red"}
    ]  # fmt: skip


def test_bad_input_keeps_what_was_typed_and_changes_nothing(world: World) -> None:
    for data, said in (
        ({"kind": "choice", "choices": ""}, "Write the choices, one on each line. Or take them from a list."),
        ({"kind": "choices", "choices": "Red\nBlue", "max_choices": "3"}, "There are only 2 choices."),
        (
            {"kind": "choices", "choices": "Red\nBlue", "min_choices": "2", "max_choices": "1"},
            "2 is above 1, the most.",
        ),
        ({"kind": "table", "columns": " "}, "Write the columns, one on each line."),
        ({"label": ""}, "required"),
        ({"max_words": "-1"}, "At least "),
        ({"max_words": "99999999999999999999"}, "At most "),
        ({"label": "x" * 241}, "241"),
        ({"label": "a\u202eb"}, "U+202E"),
        ({"kind": "number", "min_value": "nan"}, "number"),
        ({"kind": "number", "min_value": "9", "max_value": "1"}, "above"),
        ({"section": "nowhere"}, "valid choice"),
        ({"kind": "fact", "fact": "nothing"}, "valid choice"),
    ):
        answer = ask(world, **{"help": "Kept text", **data})
        text = answer.content.decode()
        assert (answer.status_code, said in text.replace("&lt;", "<"), "Kept text" in text) == (
            422,
            True,
            True,
        ), data
        assert text.count("Write the choices, one on each line. Or") in (
            0,
            3,
        )  # above, beside the field, in the preview
        assert "choices_from" not in re.sub(
            r"<[^>]*>", "", text
        )  # no word of design files is shown to a person
    assert not FormDraft.objects.exists()


def test_the_preview_shows_what_is_typed_and_keeps_nothing(world: World) -> None:
    answer = world.client("Dana").post(
        url(world, "form_question", KEY),
        {
            "kind": "choice",
            "section": "school",
            "label": "Which <b>room</b>?",
            "choices": "Red\nBlue",
            "preview": "yes",
        },
        headers={"HX-Request": "true", "HX-Part": "preview"},
    )
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Which &lt;b&gt;room&lt;/b&gt;?" in text
    assert "Blue" in text
    assert "<html" not in text
    assert not FormDraft.objects.exists()


def test_a_question_called_by_a_common_word_is_shown_as_well(world: World) -> None:
    """Its key is `which`; what the rest of the design lacks in the preview has that word too, and is not its fault."""
    data = {
        "kind": "choice",
        "section": "school",
        "label": "Which?",
        "choices": "Red\nBlue",
        "preview": "yes",
    }
    answer = world.client("Dana").post(
        url(world, "form_question", KEY), data, headers={"HX-Request": "true", "HX-Part": "preview"}
    )
    assert "Blue" in answer.content.decode()
    assert "eligibility" not in answer.content.decode()


def test_what_a_rule_needs_stays_and_the_rest_moves_and_goes(world: World) -> None:
    answer = post(world, "change_form", what="remove", key="practices")
    assert answer.status_code == 409
    assert "must stay" in answer.content.decode()
    assert post(world, "change_form", what="remove", key="focus").status_code == 409
    assert post(world, "change_form", what="remove", key="tried").status_code == 303
    assert post(world, "change_form", what="up", key="did_well").status_code == 303
    assert post(world, "change_form", what="section-up", key="partner").status_code == 303
    sections = [s["key"] for s in FormDraft.objects.get().content["sections"]]
    assert sections.index("partner") < sections.index("host")
    assert post(world, "change_form", what="remove", key="nothing").status_code == 404
    assert post(world, "change_form", what="sideways", key="why").status_code == 422
    assert post(world, "change_form", what="drop").status_code == 303
    assert not FormDraft.objects.exists()
    assert post(world, "change_form", what="publish").status_code == 409


def test_a_part_is_added_with_a_question_and_reworded(world: World) -> None:
    answer = post(world, "form_section", title="Only for hosts", intro="A word", for_roles=["host"])
    assert answer.status_code == 303
    part = FormDraft.objects.get().content["sections"][-1]
    assert (part["key"], part["for_roles"], len(part["questions"])) == ("only_for_hosts", ["host"], 1)
    post(world, "form_section", section="only_for_hosts", title="For hosts", intro="")
    assert FormDraft.objects.get().content["sections"][-1]["title"] == "For hosts"
    assert post(world, "form_section", section="none", title="x").status_code == 404


def test_two_who_edit_the_same_form_see_it(world: World) -> None:
    """B07."""
    ask(world)
    answer = world.client("Dana").post(
        url(world, "form_question", KEY),
        {"kind": "text", "section": "school", "label": "Another?", "version": "0"},
    )
    assert answer.status_code == 409
    with pytest.raises(Stale):
        actions.publish_form(program(world), by=world.actor("Dana"), key=KEY, version=9)


@pytest.mark.parametrize("name", ["Sol", "Hana", "Tess", "Fay", "Sue", "Ada", "Ova", "Lou"])
def test_only_the_director_edits(world: World, name: str) -> None:
    if name == "Lou":
        name = "Rex"
    client = world.client(name)
    expected = 200 if name == "Sol" else 404
    assert client.get(url(world, "program_forms")).status_code == expected
    assert client.get(url(world, "program_form", KEY)).status_code == expected
    assert client.get(url(world, "form_question", KEY)).status_code == 404
    assert client.post(url(world, "change_form", KEY), {"what": "drop"}).status_code == (
        403 if name == "Sol" else 404
    )
    with pytest.raises(NotAllowed):
        actions.put_question(program(world), by=world.actor(name), key=KEY, version=0, section="school",
                             question={"key": "x", "kind": "text", "label": "X?"})  # fmt: skip


def test_a_form_that_is_not_there(world: World) -> None:
    for route in ("program_form", "form_question", "form_section"):
        assert world.client("Dana").get(url(world, route, "nothing")).status_code == 404
    with pytest.raises(Refused):
        actions.drop_draft(program(world), by=world.actor("Dana"), key=KEY)


def test_spreadsheets_know_the_questions_of_the_newest_form(world: World) -> None:
    ask(world)
    post(world, "change_form", what="publish")
    Application.objects.filter(pk=world.applications[2].pk).update(
        answers={**world.applications[2].answers, "which_room": "Room 212"}
    )
    url = reverse("export_applications", args=[world.program.pk])
    text = world.client("Sol").get(url, {"format": "csv"}).content.decode()
    assert "Which room?" in text
    assert "Room 212" in text
