"""Schools named in order, from the director's switch to every place where the answer is read."""

import io
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from intervisit.apps.applications.actions import importing
from intervisit.apps.applications.models import AnswerText, Application, Wishes
from intervisit.apps.instruments.models import FormDraft
from intervisit.apps.programs.models import Program
from intervisit.core.tables import Table, read_table
from tests.apps.applications.conftest import open_call
from tests.world import World

KEY = "application"
WISH = "Is there a school you would like to work with?"
SEEN = "Which schools have you seen at work?"


def edit(world: World, route: str, **data: Any) -> Any:
    kept = FormDraft.objects.filter(program=world.program, key=KEY).first()
    address = reverse(route, args=[world.program.pk, KEY])
    return world.client("Dana").post(address, {"version": kept.version if kept else 0, **data})


@pytest.fixture
def world(db: None) -> World:
    """The director has wishes named in order, and asks for schools seen, in order, too; the draft takes that form."""
    made = open_call()
    wish = {"key": "wishes", "section": "network", "label": WISH, "private": "on", "feeds": "wishes",
            "max_choices": "5", "ranked": "on"}  # fmt: skip
    seen = {"kind": "schools", "section": "network", "label": SEEN, "max_choices": "4", "ranked": "on"}
    shown = edit(made, "form_question", **wish, preview="yes").content.decode()
    assert shown.count('name="move"') == 6
    assert "the matching counts each of them alike" in shown
    for question in (wish, seen):
        assert edit(made, "form_question", **question).status_code == 303
    assert "Named schools · in order" in edit_page(made)
    assert edit(made, "change_form", what="publish").status_code == 303
    taken = made.client("Hana").post(reverse("application_take_form", args=[made.applications[1].pk]))
    assert taken.status_code == 303
    return made


def edit_page(world: World) -> str:
    page = world.client("Dana").get(reverse("program_form", args=[world.program.pk, KEY]))
    return str(page.content.decode())


def at(world: World, route: str, number: int = 1) -> str:
    return reverse(route, args=[world.applications[number].pk])


def text(world: World, by: str, route: str = "application") -> str:
    return str(world.client(by).get(at(world, route)).content.decode())


def label(world: World, number: int) -> str:
    school = world.schools[number]
    return f"{school.name} ({school.code})"


def pks(world: World, *numbers: int) -> list[str]:
    return [str(world.schools[n].pk) for n in numbers]


def codes(world: World, key: str, *numbers: int) -> dict[str, str]:
    return {f"q-{key}-{place}": world.schools[n].code for place, n in enumerate(numbers)}


def seen_key(world: World) -> str:
    form = Application.objects.select_related("form").get(pk=world.applications[1].pk).form
    assert form is not None
    return next(q.key for q in form.form.questions() if q.label == SEEN)


def test_wishes_are_put_in_order_without_a_script(world: World) -> None:
    hana, page = world.client("Hana"), at(world, "application_wishes")
    assert hana.post(page, {"version": "1", **codes(world, "wishes", 5, 4, 6)}).status_code == 303
    assert Wishes.objects.get(pk=world.applications[1].pk).schools == pks(world, 5, 4, 6)
    moved = hana.post(page, {"version": "2", **codes(world, "wishes", 5, 4, 6), "move": "q-wishes 2 up"})
    assert (moved.status_code, moved["Location"]) == (303, f"{page}#ask-wishes")
    wishes = Wishes.objects.get(pk=world.applications[1].pk)
    assert (wishes.schools, wishes.version) == (pks(world, 5, 6, 4), 3)
    # Somebody else's order, saved from a page that is older: both are shown, nothing is written.
    late = hana.post(page, {"version": "2", **codes(world, "wishes", 4, 5)})
    assert late.status_code == 409
    told = late.content.decode()
    assert f"1. {label(world, 5)}, 2. {label(world, 6)}, 3. {label(world, 4)}" in told
    assert f"1. {label(world, 4)}, 2. {label(world, 5)}" in told
    assert Wishes.objects.get(pk=wishes.pk).schools == pks(world, 5, 6, 4)
    # One mistake, and the page keeps what was typed, in the order that was asked for.
    bad = hana.post(page, {"version": "3", "q-wishes-0": "P.S. Nowhere", "q-wishes-1": "01M004",
                           "move": "q-wishes 1 up"})  # fmt: skip
    assert bad.status_code == 422
    kept = bad.content.decode()
    assert kept.index('value="01M004"') < kept.index('value="P.S. Nowhere"')


def test_the_order_is_read_by_the_principal_and_the_staff_and_by_nobody_else(world: World) -> None:
    application = world.applications[1]
    Wishes.objects.filter(pk=application.pk).update(schools=pks(world, 6, 5))
    order = f"1. {label(world, 6)}, 2. {label(world, 5)}"
    assert order in text(world, "Hana")
    assert world.schools[6].name not in text(world, "Tess")
    assert world.client("Tess").get(at(world, "application_wishes")).status_code == 404
    assert world.client("Dana").get(at(world, "application")).status_code == 404
    Application.objects.filter(pk=application.pk).update(state="submitted", submitted=timezone.now())
    assert order in text(world, "Dana")
    assert world.schools[6].name not in text(world, "Tess")
    assert world.client("Piet").get(at(world, "application")).status_code == 404


def test_an_answer_in_order_is_written_together(world: World) -> None:
    key, tess, page = seen_key(world), world.client("Tess"), at(world, "application_write")
    loaded = {k: tess.get(page).context[k] for k in ("base", "tab")}
    stale = {k: world.client("Hana").get(page).context[k] for k in ("base", "tab")}
    saved = tess.post(page, {**loaded, **codes(world, key, 4, 5), "move": f"q-{key} 0 down"})
    assert (saved.status_code, saved["Location"]) == (303, f"{page}#ask-{key}")
    standing = Application.objects.get(pk=world.applications[1].pk)
    assert standing.answers[key] == pks(world, 5, 4)
    # Both wrote: the principal sees the other order in words and decides.
    clash = world.client("Hana").post(page, {**stale, **codes(world, key, 4, 5)})
    assert clash.status_code == 409
    assert f"1. {label(world, 5)}, 2. {label(world, 4)}" in clash.content.decode()
    # Saving by itself never moves: the button may only have had the focus.
    again = {k: tess.get(page).context[k] for k in ("base", "tab")}
    auto = tess.post(
        at(world, "application_autosave"), {**again, **codes(world, key, 6, 5, 4), "move": f"q-{key} 1 up"}
    )
    assert auto.status_code == 200
    standing.refresh_from_db()
    assert standing.answers[key] == pks(world, 6, 5, 4)
    earlier = tess.get(at(world, "application_earlier"), {"of": key}).content.decode()
    assert f"1. {label(world, 6)}, 2. {label(world, 5)}, 3. {label(world, 4)}" in earlier
    # An order is an answer like any other: put back, it is as it was.
    first = AnswerText.objects.create(
        application=standing, question=key, answer=pks(world, 4, 6), began=timezone.now(), at=timezone.now()
    )
    assert tess.post(at(world, "application_earlier"), {"of": key, "text": first.pk}).status_code == 303
    standing.refresh_from_db()
    assert standing.answers[key] == pks(world, 4, 6)
    paper = world.client("Hana").get(at(world, "application_pdf")).content
    words = " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(paper)).pages).split())
    assert f"1. {label(world, 4)}, 2. {label(world, 6)}" in words


def test_a_file_keeps_the_order_of_its_cells_both_ways(world: World) -> None:
    sol, program = world.actor("Sol"), Program.objects.select_related("version", "district").get()
    area = program.design.focus_areas[0].label
    row = f'01M004,host,"{area}","01M006; 01M005","01M002; 01M001; 01M005"'
    run = importing.stage_applications(program, by=sol, filename="a.csv", data=data_with(row))
    plan, troubles = importing.preview(run, program)
    assert not troubles
    importing.apply_plan(run, program, plan, by=sol)
    made = Application.objects.select_related("form").get(school=world.schools[4])
    assert Wishes.objects.get(pk=made.pk).schools == pks(world, 6, 5)
    assert made.answers[seen_key(world)] == pks(world, 2, 1, 5)
    Application.objects.exclude(pk=made.pk).delete()
    for kind in ("csv", "xlsx"):
        address = reverse("export_applications", args=[program.pk])
        data = world.client("Dana").get(address, {"format": kind}).content
        table = read_table(data, f"e.{kind}")
        assert isinstance(table, Table)
        cells = dict(zip(table.header, table.rows[0].cells, strict=True))
        assert (cells[WISH], cells[SEEN]) == ("01M006; 01M005", "01M002; 01M001; 01M005")
        again = importing.stage_applications(program, by=sol, filename=f"e.{kind}", data=data)
        plan, troubles = importing.preview(again, program)
        assert not troubles
        assert plan.counts == {"new": 0, "changed": 0, "same": 1, "people": 0}
    # Another order of the same schools is another answer.
    other = data_with(row.replace("01M006; 01M005", "01M005; 01M006"))
    plan, _ = importing.preview(
        importing.stage_applications(program, by=sol, filename="b.csv", data=other), program
    )
    assert plan.counts["changed"] == 1


def data_with(row: str) -> bytes:
    return f'School code,Role,Focus 1,"{WISH}","{SEEN}"\n{row}\n'.encode()
