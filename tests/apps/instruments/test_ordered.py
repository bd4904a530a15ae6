"""Named schools in order: the buttons work without a script, and nothing is lost or added by moving."""

from dataclasses import replace

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from intervisit.apps.instruments.answers import answers_for_display
from intervisit.apps.instruments.forms import AnswersForm, build_form
from intervisit.apps.instruments.ordered import asked_move, moved, place_moved
from intervisit.apps.people.models import Organization
from intervisit.core.designs import Design, Form, Question, Section
from tests import factories

LINES = st.lists(st.sampled_from(["", " ", "P.S. 1", "P.S. 2", "P.S. 12", "É"]), max_size=8)
NAMED = Question(key="near", kind="schools", label="Schools", max_choices=4, ranked=True, feeds="wishes")
OFFERED = Question(
    key="host", kind="schools", label="Hosts", max_choices=3, ranked=True, choices_from="hosts"
)


def form(*asked: Question) -> Form:
    return Form(
        key="f", title="F", purpose="application", sections=(Section(key="s", title="S", questions=asked),)
    )


@pytest.fixture
def design() -> Design:
    return factories.design(factories.hosted())


@pytest.fixture
def ids(db: None) -> dict[str, str]:
    district = factories.district()
    return {f"01M{n:03}": str(factories.school(district, n).pk) for n in (1, 2, 12)}


def filled(design: Design, question: Question, ids: dict[str, str], **data: str) -> AnswersForm:
    posted = QueryDict(mutable=True)
    posted.update({k.replace("__", "-"): v for k, v in data.items()})
    hosts = [(pk, code) for code, pk in ids.items()]
    made = build_form(
        form(question), design, "host", district=Organization.objects.get(kind="district"), data=posted,
        wishes=bool(question.feeds), hosts=hosts,
    )  # fmt: skip
    made.is_valid()
    return made


@given(LINES, st.integers(-2, 9), st.sampled_from([-1, 1]))
def test_moving_keeps_what_is_named_and_back_is_where_it_was(lines: list[str], place: int, step: int) -> None:
    filled_in = [line for line in lines if line.strip()]
    after = moved(lines, place, step)
    assert sorted(after) == sorted(filled_in)
    differs = [n for n, (a, b) in enumerate(zip(filled_in, after, strict=True)) if a != b]
    assert differs == [] or (len(differs) == 2 and differs[1] == differs[0] + 1)  # two neighbours
    if 0 <= place < len(lines) and lines[place].strip():
        here = len([line for line in lines[:place] if line.strip()])
        there = min(max(here + step, 0), len(filled_in) - 1)
        assert after[there] == lines[place]
        if there != here:
            assert moved(after, there, -step) == filled_in
    else:
        assert after == filled_in


@given(st.text(max_size=40))
def test_any_text_for_a_move_is_answered(text: str) -> None:
    found = asked_move({"move": text})
    assert found is None or (0 <= found[1] < 1000 and abs(found[2]) == 1)
    assert place_moved({"move": text}, "q-").startswith("#ask-") == (found is not None)


def test_a_pressed_button_exchanges_two_neighbours(design: Design, ids: dict[str, str]) -> None:
    lines = {"q-near-0": "01M012", "q-near-1": "", "q-near-2": "01M001", "q-near-3": "01M002"}
    for move, order in {
        "": ["01M012", "01M001", "01M002"],
        "q-near 3 up": ["01M012", "01M002", "01M001"],
        "q-near 0 down": ["01M001", "01M012", "01M002"],
        "q-near 0 up": ["01M012", "01M001", "01M002"],  # at the end it stays
        "q-near 3 down": ["01M012", "01M001", "01M002"],
        "q-near 1 up": ["01M012", "01M001", "01M002"],  # an empty line
        "q-near 77 up": ["01M012", "01M001", "01M002"],
        "q-other 3 up": ["01M012", "01M001", "01M002"],
    }.items():
        made = filled(design, NAMED, ids, **lines, move=move)
        assert made.answers() == {"near": [ids[code] for code in order]}, move


def test_hosts_are_chosen_in_order_from_the_list(design: Design, ids: dict[str, str]) -> None:
    one, two, twelve = ids.values()
    chosen = {"q-host-0": twelve, "q-host-1": two}
    assert filled(design, OFFERED, ids, **chosen).answers() == {"host": [twelve, two]}
    assert filled(design, OFFERED, ids, **chosen, move="q-host 1 up").answers() == {"host": [two, twelve]}
    for bad, code in (
        ({"q-host-0": "x"}, "unknown-choice"),
        ({"q-host-0": one, "q-host-1": one}, "duplicate-choice"),
    ):
        errors = filled(design, OFFERED, ids, **bad).errors.as_data()
        assert [e.code for found in errors.values() for e in found] == [code]


@pytest.mark.parametrize("question", [NAMED, OFFERED])
def test_the_page_has_a_number_and_two_buttons_that_send_the_form(
    design: Design, ids: dict[str, str], question: Question
) -> None:
    wishes = bool(question.feeds)
    made = build_form(
        form(question), design, "host", district=Organization.objects.get(kind="district"), wishes=wishes,
        answers={question.key: list(ids.values())[:2]}, hosts=[(pk, code) for code, pk in ids.items()],
    )  # fmt: skip
    field = made[f"q-{question.key}"]
    page = str(field)
    name = f"q-{question.key}"
    buttons = [f'name="move" value="{name} {n} {way}"' for n in range(3) for way in ("up", "down")]
    assert [page.count(button) for button in buttons] == [1] * 6
    assert page.count(" disabled>") == 2  # the first goes no further up, the last no further down
    assert page.count('type="button"') == 0
    said = "Your order is read by those who decide"
    expected = f"{said}; the matching counts each of them alike." if wishes else f"{said}."
    assert field.help_text == expected


def test_the_order_is_read_in_numbers_and_only_where_it_is_meant(design: Design) -> None:
    names, answers = {"a": "P.S. 4", "b": "P.S. 7"}, {"near": ["a", "b"]}
    for question, text, items in (
        (NAMED, "1. P.S. 4, 2. P.S. 7", ()),
        (replace(NAMED, ranked=False), "", ("P.S. 4", "P.S. 7")),
    ):
        [section] = answers_for_display(design, form(question), "host", answers, schools=names, wishes=True)
        assert (section.answers[0].text, section.answers[0].items) == (text, items)
