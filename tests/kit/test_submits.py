"""A submit is answered once: the same again gets the same answer, another body a refusal."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory

from intervisit.apps.calendar.models import NamedDays
from intervisit.core.access import Actor
from intervisit.kit.access import anonymous
from intervisit.kit.models import Group, HistoryLine, SubmittedForm
from intervisit.kit.submits import answer_once
from tests.world import World

KEY = "7f3a0f4e-0f3e-4d57-9a10-3c4a8f6d2b11"


def request_of(body: dict[str, str], *, by: Actor | None = None, **files: bytes) -> HttpRequest:
    data = body | {name: SimpleUploadedFile("list.csv", content) for name, content in files.items()}
    made = RequestFactory().post("/somewhere/", data)
    made.actor = by or anonymous()  # type: ignore[attr-defined]
    return made


def adding(name: str, status: int = 303):  # type: ignore[no-untyped-def]
    def run() -> HttpResponse:
        Group.objects.create(kind="trial", name=name)
        answer = HttpResponseRedirect(f"/{name}/") if status == 303 else HttpResponse("part", status=status)
        answer.status_code = status
        return answer

    return run


def names() -> list[str]:
    return list(Group.objects.filter(kind="trial").order_by("name").values_list("name", flat=True))


@pytest.fixture
def _database(db: None) -> None: ...


@pytest.mark.usefixtures("_database")
class TestAnswerOnce:
    def test_b06_the_same_submit_again_gets_the_first_answer(self) -> None:
        first = answer_once(request_of({"submit_key": KEY, "a": "1"}), adding("one"))
        again = answer_once(request_of({"submit_key": KEY, "a": "1"}), adding("two"))
        assert (
            (first.status_code, first["Location"]) == (again.status_code, again["Location"]) == (303, "/one/")
        )
        assert names() == ["one"]

    def test_b06_another_body_under_the_same_key(self) -> None:
        answer_once(request_of({"submit_key": KEY, "a": "1"}), adding("one"))
        other = answer_once(request_of({"submit_key": KEY, "a": "typed again"}), adding("two"))
        assert (other.status_code, names()) == (409, ["one"])
        assert b"typed again" in other.content

    @pytest.mark.parametrize(
        ("first", "second"),
        [({"a": "1\nb=2"}, {"a": "1", "b": "2"}), ({"a": ""}, {}), ({"a": "1"}, {"A": "1"})],
        ids=["a line break", "an empty field", "case"],
    )
    def test_bodies_that_only_look_alike(self, first: dict[str, str], second: dict[str, str]) -> None:
        answer_once(request_of({"submit_key": KEY, **first}), adding("one"))
        assert answer_once(request_of({"submit_key": KEY, **second}), adding("two")).status_code == 409

    def test_a_file_of_the_same_name_and_length_is_another_body(self) -> None:
        answer_once(request_of({"submit_key": KEY}, file=b"01M001"), adding("one"))
        assert answer_once(request_of({"submit_key": KEY}, file=b"01M001"), adding("two")).status_code == 303
        assert answer_once(request_of({"submit_key": KEY}, file=b"01M002"), adding("two")).status_code == 409

    def test_the_file_can_still_be_read_by_the_page(self) -> None:
        request, seen = request_of({"submit_key": KEY}, file=b"01M001"), []

        def run() -> HttpResponse:
            seen.append(request.FILES["file"].read())
            return HttpResponseRedirect("/")

        answer_once(request, run)
        assert seen == [b"01M001"]

    def test_the_token_is_no_part_of_the_body(self) -> None:
        answer_once(request_of({"submit_key": KEY, "csrfmiddlewaretoken": "x"}), adding("one"))
        again = answer_once(request_of({"submit_key": KEY, "csrfmiddlewaretoken": "y"}), adding("two"))
        assert (again.status_code, names()) == (303, ["one"])

    def test_a_form_shown_again_leaves_nothing_and_may_be_corrected(self) -> None:
        assert answer_once(request_of({"submit_key": KEY, "a": ""}), adding("wrong", 422)).status_code == 422
        assert (names(), SubmittedForm.objects.count()) == ([], 0)
        assert answer_once(request_of({"submit_key": KEY, "a": "1"}), adding("right")).status_code == 303
        assert names() == ["right"]

    def test_a_part_that_says_saved_is_saved(self) -> None:
        assert answer_once(request_of({"submit_key": KEY}), adding("part", 200)).status_code == 200
        assert (names(), SubmittedForm.objects.count()) == (["part"], 0)

    @pytest.mark.parametrize("key", ["", "x", "9" * 40])
    def test_without_a_key_it_runs_and_leaves_nothing_when_refused(self, key: str) -> None:
        answer_once(request_of({"submit_key": key}), adding("one"))
        answer_once(request_of({"submit_key": key}), adding("two", 422))
        assert names() == ["one"]

    def test_htmx_is_sent_on_again(self) -> None:
        first = request_of({"submit_key": KEY})
        answer_once(first, lambda: HttpResponse(headers={"HX-Redirect": "/there/"}))
        again = request_of({"submit_key": KEY})
        again.META["HTTP_HX_REQUEST"] = "true"
        assert answer_once(again, adding("two")).headers["HX-Redirect"] == "/there/"
        assert names() == []

    def test_a_defect_of_the_page_is_no_repeat(self) -> None:
        def broken() -> HttpResponse:
            Group.objects.create(kind="trial", name="half")
            raise IntegrityError("a rule that only the database knows")

        with pytest.raises(IntegrityError):
            answer_once(request_of({"submit_key": KEY}), broken)
        assert (names(), SubmittedForm.objects.count()) == ([], 0)


def block(browser: Client, world: World, key: str, **other: str):  # type: ignore[no-untyped-def]
    form = {"starts": "2027-02-03", "name": "Concert", "submit_key": key} | other
    return browser.post(f"/schools/{world.schools[1].pk}/days/", form)


def test_b06_a_page_answers_a_repeat_once(world: World) -> None:
    browser, key = world.client("Hana"), str(uuid.uuid4())
    before = NamedDays.objects.count()
    answers = [block(browser, world, key)]
    once = NamedDays.objects.count(), HistoryLine.objects.count()
    answers += [block(browser, world, key) for _ in range(4)]
    assert {(a.status_code, a["Location"]) for a in answers} == {
        (303, f"/schools/{world.schools[1].pk}/availability/")
    }
    assert (NamedDays.objects.count(), HistoryLine.objects.count()) == once
    assert once[0] == before + 1
    assert block(browser, world, key, name="Play").status_code == 409
    assert NamedDays.objects.count() == before + 1


def test_the_repeat_of_a_submit_that_took_the_thing_away(world: World) -> None:
    browser, key = world.client("Hana"), str(uuid.uuid4())
    block(browser, world, str(uuid.uuid4()))
    gone = NamedDays.objects.get(name="Concert")
    answers = [browser.post(f"/days/{gone.pk}/remove/", {"submit_key": key}) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert browser.post(f"/days/{gone.pk}/remove/", {"submit_key": str(uuid.uuid4())}).status_code == 404


def test_a_key_is_of_one_person(world: World) -> None:
    key = str(uuid.uuid4())
    assert block(world.client("Hana"), world, key).status_code == 303
    assert block(world.client("Dana"), world, key).status_code == 409


def test_every_form_of_a_page_has_a_key_of_its_own_at_every_load(world: World) -> None:
    browser, found = world.client("Hana"), set()
    for _ in range(3):
        page = browser.get(f"/schools/{world.schools[1].pk}/days/")
        found.add(str(page.context["submit_key"]))
    assert len(found) == 3
    assert all(uuid.UUID(key) for key in found)
