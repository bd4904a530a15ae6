"""Writing together: who writes, earlier texts, last year's answers, files, the receipt, changes asked for."""

from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from intervisit.apps.applications.actions import changing, handing_in, starting, writing
from intervisit.apps.applications.bridge.carrying import carried, last_year
from intervisit.apps.applications.models import AnswerText, Application, Attachment, ChangeAsked
from intervisit.apps.applications.states import ApplicationState as S
from intervisit.apps.instruments import actions as editing
from intervisit.apps.instruments.answers import mark_of
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.states import Phase
from intervisit.core.designs import Form
from intervisit.kit.access import NotAllowed
from intervisit.kit.history import lines_about
from intervisit.kit.models import HistoryLine, OutgoingMail
from intervisit.kit.outbox import send_due
from intervisit.kit.refusal import Refused
from tests import factories
from tests.apps.applications.conftest import complete
from tests.apps.applications.test_writing import fields_of, fresh, page_of, save
from tests.kit.test_files import SECRET, pdf, picture
from tests.world import World, canary


def write(world: World, by: str, text: str, key: str = "why") -> None:
    draft = fresh(world.applications[1])
    writing.save_answers(
        draft, by=world.actor(by), posted={key: text}, base={key: mark_of(draft.answers.get(key))}
    )


# ------------------------------------------------------------------ who writes, and what stood there before


def test_every_text_is_kept_with_its_author_and_can_be_put_back(world: World) -> None:
    draft = world.applications[1]
    for by, text in (("Tess", "One"), ("Tess", "One two"), ("Hana", "By Hana"), ("Tess", "By Tess again")):
        write(world, by, text)
    rows = list(AnswerText.objects.filter(application=draft, question="why").order_by("pk"))
    # What one person types in a few minutes is one text.
    assert [(str(r.person), r.answer) for r in rows] == [
        ("Tess Moreau", "One two"), ("Hana Whitfield", "By Hana"), ("Tess Moreau", "By Tess again")
    ]  # fmt: skip
    url = reverse("application_earlier", args=[draft.pk])
    text = world.client("Tess").get(url, {"of": "why"}).content.decode()
    assert "By Hana" in text
    assert world.client("Tess").post(url, {"of": "why", "text": rows[1].pk}).status_code == 303
    assert fresh(draft).answers["why"] == "By Hana"
    assert AnswerText.objects.filter(application=draft, question="why").count() == 3
    for bad in ({"of": "why", "text": "999999"}, {"of": "why", "text": "x"}, {"of": "nothing", "text": rows[0].pk},
                {"of": "practices", "text": rows[0].pk}):  # fmt: skip
        assert world.client("Tess").post(url, bad).status_code == 404
    assert fresh(draft).answers["why"] == "By Hana"


def test_the_program_never_reads_earlier_texts(world: World) -> None:
    draft = world.applications[1]
    write(world, "Tess", canary("earlier"))
    write(world, "Hana", "What was meant")
    handing_in.submit_application(fresh(draft), by=world.actor("Hana"))
    url = reverse("application_earlier", args=[draft.pk])
    assert canary("earlier") in world.client("Tess").get(url, {"of": "why"}).content.decode()
    for name in ("Sol", "Dana", "Ova", "Sue", "Rex"):
        assert world.client(name).get(url, {"of": "why"}).status_code == 404


def test_the_principal_names_who_writes(world: World) -> None:
    draft, url = world.applications[1], reverse("application_writers", args=[world.applications[1].pk])
    other = factories.person("Uri Neumann")
    factories.role(other, "team", world.schools[1].group)
    world.people["Uri"] = other
    assert world.client("Tess").post(url, {"only_named": "yes"}).status_code == 403
    assert world.client("Hana").post(url, {"only_named": "yes", "people": [str(other.pk)]}).status_code == 303
    write(world, "Uri", "By Uri")
    with pytest.raises(NotAllowed):
        write(world, "Tess", "By Tess")
    answer = save(world.client("Tess"), draft, {"base": "", "tab": ""}, why="By Tess")
    assert answer.status_code == 403
    assert "By Tess" in answer.content.decode()
    assert world.client("Tess").get(reverse("application_write", args=[draft.pk])).status_code == 303
    write(world, "Hana", "By Hana")
    assert fresh(draft).answers["why"] == "By Hana"
    for key in (world.people["Pim"].pk, world.people["Rex"].pk, "x"):
        assert world.client("Hana").post(url, {"only_named": "yes", "people": [str(key)]}).status_code == 404
    assert world.client("Hana").post(url, {"only_named": "no"}).status_code == 303
    write(world, "Tess", "By Tess")


def test_somebody_named_who_leaves_the_team_cannot_write(world: World) -> None:
    writing.name_writers(fresh(world.applications[1]), by=world.actor("Hana"), people=[world.people["Tess"]],
                         only_named=True)  # fmt: skip
    write(world, "Tess", "Still here")
    world.people["Tess"].roles.update(taken_back=True)
    with pytest.raises(NotAllowed):
        write(world, "Tess", "Gone")


# ------------------------------------------------------------------ last year


def _not_begun(world: World) -> Client:
    """Hana, whose school has not begun this year."""
    Application.objects.filter(pk=world.applications[1].pk).delete()
    return world.client("Hana")


@pytest.fixture
def before(world: World) -> Application:
    """Hana's school applied a year ago; this year it has not begun."""
    Application.objects.filter(pk=world.applications[1].pk).delete()
    old = factories.program(world.district, year="2025-26", first_day="2025-09-08", last_day="2026-06-25")
    made = factories.application(old, world.schools[1], state=S.ACCEPTED, role_wanted="host")
    made.answers = {**complete(world, made), "why": "As last year", "focus.words": ["chess"], "gone": "x"}
    made.save()
    return made


def test_a_returning_school_begins_with_last_years_answers_and_nothing_counts_silently(
    world: World, before: Application
) -> None:
    hana = world.client("Hana")
    url = reverse("apply", args=[world.program.pk])
    assert "Begin with the answers of" in hana.get(url).content.decode()
    assert (
        hana.post(
            url, {"school": str(world.schools[1].pk), "role": "host", "from_last_year": "yes"}
        ).status_code
        == 303
    )
    mine = Application.objects.get(program=world.program, school=world.schools[1])
    assert (mine.begun_from, mine.answers["why"], "gone" in mine.answers) == (before, "As last year", False)
    assert set(mine.carried) == set(mine.answers) - {"focus.words"}
    assert mine.focus == mine.answers["focus"]
    page = hana.get(reverse("application_write", args=[mine.pk])).content.decode()
    assert "Last year’s answer is still true" in page
    with pytest.raises(Refused) as refused:
        handing_in.submit_application(fresh(mine), by=world.actor("Hana"))
    assert refused.value.troubles[0].code == "incomplete"
    loaded = page_of(hana, mine)
    kept = {f"keep-{key}": "yes" for key in mine.carried if key != "why"}
    answers = {**fields_of(fresh(mine)), "why": "New this year", "focus-area0": mine.focus[0], "focus-words0": "chess",
               "ready": "yes", "team-0-name": "Somebody"}  # fmt: skip
    assert hana.post(reverse("application_write", args=[mine.pk]), {
        **{f"q-{k}": v for k, v in answers.items()}, **kept, **loaded}).status_code == 303  # fmt: skip
    assert fresh(mine).carried == []
    handing_in.submit_application(fresh(mine), by=world.actor("Hana"))
    assert fresh(mine).answers["why"] == "New this year"


def test_last_years_answers_come_along_from_another_design(world: World) -> None:
    """Compared are keys and words of the questions; what this year does not know is left."""
    hana = _not_begun(world)
    old = factories.program(world.district, factories.equal(), name="The pilot", year="2025-26",
                            first_day="2025-09-08", last_day="2026-06-25")  # fmt: skip
    made = factories.application(old, world.schools[1], state=S.ACCEPTED, role_wanted="district")
    ours = {a.key for a in world.program.design.focus_areas}
    only_theirs = next(a.key for a in old.design.focus_areas if a.key not in ours)
    made.answers = {"correction": "The grades are wrong", "seen_here": "Everywhere",
                    "focus": ["english_learners", only_theirs],
                    "team": [{"name": "Tess Moreau", "shoe": "42"}, {"shoe": "41"}]}  # fmt: skip
    made.save()
    url = reverse("apply", args=[world.program.pk])
    assert "Begin with the answers of The pilot" in hana.get(url).content.decode()
    body = {"school": str(world.schools[1].pk), "role": "host", "from_last_year": "yes"}
    assert hana.post(url, body).status_code == 303
    mine = Application.objects.get(program=world.program, school=world.schools[1])
    assert mine.answers == {
        "correction": "The grades are wrong", "focus": ["english_learners"], "team": [{"name": "Tess Moreau"}]
    }  # fmt: skip
    assert (set(mine.carried), mine.begun_from) == ({"correction", "focus", "team"}, made)
    assert (
        "From last year, check it" in hana.get(reverse("application_write", args=[mine.pk])).content.decode()
    )


def test_where_last_year_asked_nothing_of_this_nothing_is_offered(world: World) -> None:
    hana = _not_begun(world)
    old = factories.program(world.district, factories.equal(), year="2025-26", first_day="2025-09-08")
    made = factories.application(old, world.schools[1], state=S.ACCEPTED, role_wanted="district")
    for answers in ({"seen_here": "Everywhere"}, {}):
        Application.objects.filter(pk=made.pk).update(answers=answers)
        assert (
            "Begin with the answers"
            not in hana.get(reverse("apply", args=[world.program.pk])).content.decode()
        )
    elsewhere = factories.application(
        factories.program(factories.district("Elsewhere", "EW"), year="2025-26", first_day="2025-09-08"),
        world.schools[1], state=S.ACCEPTED, answers={"why": "Another district"},
    )  # fmt: skip
    assert last_year(world.program, elsewhere.school) is None


def test_the_same_words_under_another_key_are_the_same_question(world: World, before: Application) -> None:
    design = world.program.design
    form = design.form_for("host")

    def asked(**changes: Any) -> Form:
        """This year's form with another question in the place of `why`."""
        renamed = [
            replace(s, questions=tuple(replace(q, **changes) if q.key == "why" else q for q in s.questions))
            for s in form.sections
        ]
        return replace(form, sections=tuple(renamed))

    def found(**changes: Any) -> set[str]:
        return {
            k for k, v in carried(before, asked(**changes), "host", design).items() if v == "As last year"
        }

    assert found() == {"why"}
    assert found(key="reason") == {"reason"}
    assert found(label="Another question?") == {"why"}  # the key is the same
    assert found(key="reason", label="Another question?") == set()
    assert found(key="reason", kind="text") == {"reason"}  # a line is a text
    assert found(kind="yes_no") == set()
    assert found(key="reason", label="why these, and why now?") == set()  # letter by letter


def test_nothing_of_another_school_or_of_a_draft_is_carried(world: World, before: Application) -> None:
    before.state = S.DRAFT
    before.save()
    made = starting.start_application(world.program, by=world.actor("Hana"), school=world.schools[1], role="host",
                                      from_last_year=True)  # fmt: skip
    assert (made.answers, made.carried, made.begun_from) == ({}, [], None)


# ------------------------------------------------------------------ files


@pytest.fixture
def with_files(world: World) -> World:
    """The form of the program asks for a file, and every draft is on it."""
    program = Program.objects.select_related("version", "district").get(pk=world.program.pk)
    question = {"key": "report", "kind": "file", "label": "Your last report", "required": True, "max_rows": 2}
    editing.put_question(
        program, by=world.actor("Dana"), key="application", version=0, section="focus", question=question
    )
    made = editing.publish_form(program, by=world.actor("Dana"), key="application", version=1)
    Application.objects.update(form=made)
    return world


def upload(world: World, *files: tuple[str, bytes], by: str = "Tess", **more: Any) -> Any:
    draft, client = world.applications[1], world.client(by)
    loaded = page_of(client, draft)
    data = {f"q-{k}": v for k, v in fields_of(fresh(draft)).items() if k != "report"}
    data |= {"q-focus-area0": draft.answers["focus"][0], "q-ready": "yes", "q-team-0-name": "Somebody"}
    given = [SimpleUploadedFile(name, body) for name, body in files]
    return client.post(
        reverse("application_write", args=[draft.pk]), {**data, **loaded, "file-report": given, **more}
    )


def test_a_file_is_an_answer_without_its_author(with_files: World) -> None:
    world, draft = with_files, with_files.applications[1]
    about = {m.question for m in _missing(world)}
    assert "report" in about
    answer = upload(world, ("Bericht für Hana.pdf", pdf()), ("foto.jpg", picture("JPEG", comment=SECRET)))
    assert answer.status_code == 303
    assert answer["Location"].endswith("#ask-report")
    rows = list(Attachment.objects.order_by("pk").values_list("question", "kind"))
    assert sorted(rows) == [("report", "jpeg"), ("report", "pdf")]
    assert "report" not in {m.question for m in _missing(world)}
    for row in Attachment.objects.all():
        got = world.client("Hana").get(reverse("attachment", args=[row.pk]))
        assert SECRET not in got.content
        assert got["Content-Disposition"].startswith("attachment; filename=")
        assert (got["X-Content-Type-Options"], "no-store, private" in got["Cache-Control"]) == (
            "nosniff",
            True,
        )
        assert "sandbox" in got["Content-Security-Policy"]
    assert "Bericht" not in str(list(HistoryLine.objects.values_list("changes", "label")))
    page = world.client("Hana").get(reverse("application", args=[draft.pk])).content.decode()
    assert "Bericht für Hana.pdf" in page


def _missing(world: World) -> list[Any]:
    from intervisit.apps.applications.bridge import missing_in

    return missing_in(
        Application.objects.select_related("form", "program__version").get(pk=world.applications[1].pk), None
    )[0]


def test_a_refused_file_says_why_and_nothing_of_the_rest_is_lost_or_half_applied(with_files: World) -> None:
    world, draft = with_files, with_files.applications[1]
    before = fresh(draft).answers
    answer = upload(world, ("good.pdf", pdf()), ("bad.pdf", b"MZ\x90"), **{"q-why": "Typed beside the file"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "bad.pdf" in text
    assert "Typed beside the file" in text
    assert (Attachment.objects.count(), fresh(draft).answers) == (0, before)
    one, two, three = (("1.pdf", pdf()), ("2.pdf", pdf(2)), ("3.pdf", pdf(3)))
    assert "At most 2 files" in upload(world, one, two, three).content.decode()
    assert "there already" in upload(world, one, one).content.decode()
    assert Attachment.objects.count() == 0


def test_a_file_is_taken_out_and_only_by_who_writes(with_files: World) -> None:
    world = with_files
    upload(world, ("1.pdf", pdf()))
    row = Attachment.objects.get()
    assert upload(world, remove="00000000-0000-0000-0000-000000000000").status_code == 404
    assert upload(world, remove="x").status_code == 404
    assert Attachment.objects.count() == 1
    assert upload(world, remove=str(row.pk)).status_code == 303
    assert (Attachment.objects.count(), "report" in fresh(world.applications[1]).answers) == (0, False)


@pytest.mark.parametrize(
    ("name", "draft", "submitted"),
    [("Hana", 200, 200), ("Tess", 200, 200), ("Dana", 404, 200), ("Sol", 404, 200), ("Piet", 404, 404),
     ("Ova", 404, 404), ("Fay", 404, 404), ("Sue", 404, 404), ("Ada", 404, 404), ("Rex", 404, 404), (None, 302, 302)],
)  # fmt: skip
def test_who_may_fetch_a_file(with_files: World, name: str | None, draft: int, submitted: int) -> None:
    """Rows 1 and 2 of the matrix hold for what hangs on an application."""
    world = with_files
    upload(world, ("1.pdf", pdf()))
    url = reverse("attachment", args=[Attachment.objects.get().pk])
    assert world.client(name).get(url).status_code == draft
    Application.objects.filter(pk=world.applications[1].pk).update(state=S.SUBMITTED)
    assert world.client(name).get(url).status_code == submitted


# ------------------------------------------------------------------ the receipt


def test_the_receipt_is_a_page_and_a_mail_with_the_same_number(world: World) -> None:
    draft = world.applications[1]
    url = reverse("application_receipt", args=[draft.pk])
    assert world.client("Hana").get(url).status_code == 404
    answer = world.client("Hana").post(reverse("application_submit", args=[draft.pk]))
    assert answer["Location"] == url
    number = handing_in.receipt_number(fresh(draft))
    assert number in world.client("Tess").get(url).content.decode()
    mail = OutgoingMail.objects.get(kind="application.receipt")
    assert number in mail.body
    assert mail.link == url
    for name in ("Dana", "Ova", "Sue"):
        assert world.client(name).get(url).status_code == 404


# ------------------------------------------------------------------ changes asked for


def ask(world: World, *keys: str, by: str = "Sol", note: str = "Say how many classrooms.") -> Any:
    url = reverse("application_ask_changes", args=[world.applications[2].pk])
    return world.client(by).post(url, {"questions": list(keys), "note": note})


def change(world: World, by: str, version: int, **answers: Any) -> Any:
    url = reverse("application_changes", args=[world.applications[2].pk])
    return world.client(by).post(url, {"version": version, **{f"q-{k}": v for k, v in answers.items()}})


def test_named_questions_open_again_and_the_principal_sends_them(world: World) -> None:
    mine, url = world.applications[2], reverse("application_changes", args=[world.applications[2].pk])
    assert world.client("Pim").get(url).status_code == 404
    assert ask(world, "why").status_code == 303
    mails = OutgoingMail.objects.filter(kind="application.changes_asked")
    assert {m.to.name for m in mails} == {"Piet Abara", "Pim Ostrowski"}
    page = world.client("Pim").get(url).content.decode()
    assert "Say how many classrooms." in page
    assert "q-why" in page
    assert "q-aim" not in page
    assert change(world, "Pim", 1, why="In nine classrooms", aim="Smuggled in").status_code == 303
    # Until they are sent, the program reads what was submitted.
    assert "nine" not in world.client("Sol").get(reverse("application", args=[mine.pk])).content.decode()
    assert change(world, "Piet", 1, why="Stale").status_code == 409
    send = reverse("application_send_changes", args=[mine.pk])
    assert world.client("Pim").post(send).status_code == 403
    assert world.client("Piet").post(send).status_code == 303
    found = fresh(mine)
    assert (found.answers["why"], found.answers["aim"], found.state) == (
        "In nine classrooms",
        mine.answers["aim"],
        S.SUBMITTED,
    )
    assert "nine" in world.client("Sol").get(reverse("application", args=[mine.pk])).content.decode()
    assert world.client("Piet").post(send).status_code == 404
    assert OutgoingMail.objects.get(kind="application.changed").to == world.people["Sol"]
    assert "nine" not in str(list(lines_about(mine).values_list("changes", flat=True)))
    send_due()


def test_changes_are_taken_back_and_what_was_begun_is_dropped(world: World) -> None:
    ask(world, "why")
    change(world, "Pim", 1, why="Begun")
    url = reverse("application_ask_changes", args=[world.applications[2].pk])
    assert world.client("Dana").post(url, {"what": "take_back"}).status_code == 303
    assert (
        world.client("Pim").get(reverse("application_changes", args=[world.applications[2].pk])).status_code
        == 404
    )
    assert fresh(world.applications[2]).answers["why"] == world.applications[2].answers["why"]
    assert ask(world, "why", "aim").status_code == 303
    assert ChangeAsked.objects.filter(sent=None, taken_back=None).get().answers == {}


def test_what_cannot_be_asked(world: World) -> None:
    assert ask(world).status_code == 422
    assert ask(world, "nothing").status_code == 422
    assert ask(world, "why", note="").status_code == 422
    assert ask(world, "why", note="a\u202eb").status_code == 422
    assert ask(world, "why").status_code == 303
    assert ask(world, "aim").status_code == 422
    for name, status in (
        ("Hana", 404),
        ("Piet", 404),
        ("Pim", 404),
        ("Fay", 404),
        ("Sue", 404),
        ("Ada", 404),
    ):
        assert ask(world, "why", by=name).status_code == status
    empty = fresh(world.applications[2])
    changing.save_changes(empty, by=world.actor("Pim"), posted={"why": None}, version=1)
    with pytest.raises(Refused) as refused:
        changing.send_changes(empty, by=world.actor("Piet"))
    assert refused.value.troubles[0].code == "incomplete"
    Application.objects.filter(pk=empty.pk).update(state=S.WITHDRAWN)
    with pytest.raises(NotAllowed):
        changing.send_changes(fresh(empty), by=world.actor("Piet"))


def test_the_phase_does_not_matter_for_changes(world: World) -> None:
    Program.objects.filter(pk=world.program.pk).update(phase=Phase.REVIEW)
    assert ask(world, "why").status_code == 303
    assert change(world, "Pim", 1, why="Later").status_code == 303
