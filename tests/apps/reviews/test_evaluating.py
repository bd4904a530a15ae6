"""Rows 2 to 5, columns R and E: what was decided for a reviewer, numbers and covered texts for an evaluator."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intervisit.apps.applications.actions.sharing import share, take_back_share
from intervisit.apps.applications.models import Application, Letter, Share, Wishes
from intervisit.apps.applications.states import ApplicationState, SharedWith
from intervisit.apps.people.models import RoleHeld
from intervisit.apps.reviews.bridge.evaluating import covered
from intervisit.apps.reviews.models import Conflict, Redaction
from tests import factories
from tests.apps.reviews.conftest import PARTNER, Reading
from tests.apps.reviews.test_pages import client


def released(reading: Reading, number: int, reason: str) -> None:
    Application.objects.filter(pk=reading.applications[number].pk).update(
        state=ApplicationState.ACCEPTED, role=reading.applications[number].role_wanted, reason=reason,
        released=timezone.now(),
    )  # fmt: skip


# ------------------------------------------------------------------ the reviewer, after the release


def test_a_reviewer_reads_the_decision_and_its_reason_after_the_release_only(reading: Reading) -> None:
    review = reading.give("Ruth", 1, state="sent", levels=PARTNER)
    reading.give("Rob", 2, state="sent")
    here = reverse("review", args=[review.pk])
    Application.objects.filter(pk=reading.applications[1].pk).update(state="accepted", reason="A clear aim.")
    assert "A clear aim." not in client(reading, "Ruth").get(here).content.decode()
    released(reading, 1, "A clear aim.")
    text = client(reading, "Ruth").get(here).content.decode()
    assert "What was decided: Accepted as partner" in text
    assert "A clear aim." in text
    assert client(reading, "Rob").get(here).status_code == 404
    # A conflict that comes to light later takes it away at the next request, and so does the end of the role.
    Conflict.objects.create(school=reading.schools[1], person=reading.people["Ruth"], kind="declared")
    assert client(reading, "Ruth").get(here).status_code == 404
    Conflict.objects.all().delete()
    RoleHeld.objects.filter(person=reading.people["Ruth"]).update(taken_back=True)
    assert client(reading, "Ruth").get(here).status_code == 404


def test_after_a_blind_reading_the_reason_does_not_name_the_school(blind: Reading) -> None:
    review = blind.give("Ruth", 1, key="reading", state="sent")
    Redaction.objects.create(application=blind.applications[1], phrases=["P.S. 1"])
    released(blind, 1, "P.S. 1 has a clear aim.")
    text = client(blind, "Ruth").get(reverse("review", args=[review.pk])).content.decode()
    assert "has a clear aim." in text
    assert "P.S. 1" not in text


# ------------------------------------------------------------------ the evaluator


@pytest.fixture
def many(reading: Reading) -> Reading:
    """Twelve schools, each read by two of three reviewers, the stage closed; Eve evaluates."""
    role = reading.applications[1].role_wanted
    for n in range(5, 13):
        reading.schools[n] = factories.school(reading.district, n)
        reading.applications[n] = factories.application(reading.program, reading.schools[n], role_wanted=role)
    names = list(reading.seats)
    for n in range(1, 13):
        for name in (names[n % 3], names[(n + 1) % 3]):
            reading.give(name, n, state="sent", levels={**PARTNER, "need": 3 if n > 3 else 1})
    for n in range(1, 13):
        Wishes.objects.create(application=reading.applications[n], ranking=["proximity"] if n > 3 else [])
    reading.people["Eve"] = factories.person("Eve Sandoval")
    factories.role(reading.people["Eve"], "evaluator", reading.program.group)
    return reading


def evaluation(reading: Reading, name: str = "Eve") -> str:
    url = reverse("program_evaluation", args=[reading.program.pk])
    return client(reading, name).get(url).content.decode()


def test_numbers_stand_there_once_the_stage_is_closed_and_over_the_floor(many: Reading) -> None:
    closed = "Published when this stage is closed."
    before = evaluation(many).count(closed)
    many.stage("reading", state="closed")
    text = evaluation(many)
    assert "75 %" in text  # of twelve schools, nine
    assert text.count(closed) == before - 1
    assert "Because of P.S. 1" not in text
    # One school fewer than ten: nothing.
    Application.objects.filter(pk__in=[many.applications[n].pk for n in (1, 2, 3)]).update(state="withdrawn")
    for n in (1, 2, 3):
        many.applications[n].reviews.update(state="void")
    fewer = evaluation(many)
    assert "75 %" not in fewer
    assert "Too few to tell without telling on somebody." in fewer


def test_wishes_are_told_together_once_networks_are_published_and_ten_have_ranked(many: Reading) -> None:
    assert "Ranked first" not in evaluation(many)
    many.program.networks_published = timezone.now()
    many.program.save()
    assert "Ranked first" not in evaluation(many)  # nine schools have
    Wishes.objects.filter(application=many.applications[1]).update(ranking=["proximity"])
    text = evaluation(many)
    assert "10 schools ranked what matters to them." in text
    assert "over 90 %" in text


def test_who_evaluates_finds_it_from_the_menu_and_nobody_else_does(many: Reading) -> None:
    text = client(many, "Eve").get("/").content.decode()
    assert 'href="/evaluation/"' in text
    page = client(many, "Eve").get("/evaluation/").content.decode()
    assert reverse("program_evaluation", args=[many.program.pk]) in page
    assert client(many, "Ruth").get("/evaluation/").status_code == 404
    assert client(many, "Ruth").get(reverse("program_evaluation", args=[many.program.pk])).status_code == 404
    of_staff = evaluation(many, "Dana")
    assert "evaluators alone" in of_staff
    assert 'href="/evaluation/"' not in of_staff  # the way back is one that its reader has
    assert 'href="/evaluation/"' in evaluation(many)
    RoleHeld.objects.filter(person=many.people["Eve"]).update(needs_second=True)
    assert client(many, "Eve").get("/evaluation/").status_code == 404  # a second person has not confirmed it


def test_a_shared_text_is_covered_and_leads_nowhere(many: Reading) -> None:
    application = many.applications[2]
    form = application.program.design.forms[application.form_key]
    keys = [q.key for q in form.questions(application.role_wanted) if q.kind == "long_text"]
    said = "P.S. 2 in Elm Street has 412 children. Piet Abara leads it."
    Application.objects.filter(pk=application.pk).update(answers=dict.fromkeys(keys, said))
    many.people["Piet"] = factories.person("Piet Abara")
    factories.role(many.people["Piet"], "principal", many.schools[2].group)
    school = client(many, "Piet")
    here = reverse("share_covered", args=[application.pk])
    assert (
        "Look at what they would read"
        in school.get(reverse("application", args=[application.pk])).content.decode()
    )
    before = school.get(here).content.decode()
    assert "Elm Street has 412" in before
    assert "P.S. 2 in" not in before
    refused = school.post(here, {"cover": "Elm Street " * 400})
    assert (refused.status_code, Share.objects.count()) == (422, 0)
    assert "Elm Street " * 400 in refused.content.decode()
    assert school.post(here, {"cover": "Elm Street\n412 children"}).status_code == 303
    made = Share.objects.get()
    eve = client(many, "Eve")
    listed = evaluation(many)
    page = reverse("covered_application", args=[made.pk])
    assert page in listed
    text = eve.get(page).content.decode()
    assert "leads it." in text
    for hidden in ("P.S. 2", "Elm Street", "412 children", "Piet", "Abara", "01M002", str(application.pk)):
        assert hidden not in text, hidden
    assert str(application.pk) not in listed
    assert client(many, "Dana").get(page).status_code == 404
    assert client(many, "Ruth").get(page).status_code == 404
    assert school.post(f"{here}?then=stop").status_code == 303
    assert eve.get(page).status_code == 404


def test_figures_that_a_public_table_leads_back_from_are_left_out(many: Reading) -> None:
    text = covered(
        Application.objects.select_related("program__version", "school").get(pk=many.applications[2].pk), []
    )
    form = many.program.design.forms[many.applications[2].form_key]
    telling = {
        q.key for q in form.questions() if q.kind in ("fact", "file", "focus_areas", "schools", "table")
    }
    shown = {a.key for s in text.sections for a in s.answers if not a.empty}
    assert shown & telling == set()


def test_every_link_an_evaluator_is_shown_opens(many: Reading) -> None:
    many.stage("reading", state="closed")
    released(many, 1, "Yes.")
    Letter.objects.create(application=many.applications[1], state="accepted", decision="accept_partner", subject="A",
                          text="B", told=Application.objects.get(pk=many.applications[1].pk).released)  # fmt: skip
    Share.objects.create(application=many.applications[2], whom="evaluators")
    browser, page = client(many, "Eve"), evaluation(many)
    content = page.partition("<main")[2].partition("</main>")[0]
    found = set(re.findall(r'href="(/[^"#]+)"', content))
    assert reverse("decision", args=[many.applications[1].pk]) in found
    for url in found:
        inside = browser.get(url)
        assert inside.status_code == 200, url
        text = inside.content.decode().partition("<main")[2].partition("</main>")[0]
        for onward in set(re.findall(r'href="(/[^"#]+)"', text)):
            assert browser.get(onward).status_code == 200, (url, onward)


def test_as_many_questions_for_one_school_as_for_twelve(many: Reading) -> None:
    many.stage("reading", state="closed")
    browser = client(many, "Eve")
    url = reverse("program_evaluation", args=[many.program.pk])
    browser.get(url)
    counts = []
    for numbers in ((1,), range(1, 13)):
        for n in numbers:
            released(many, n, "Yes.")
            Share.objects.get_or_create(application=many.applications[n], whom="evaluators")
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(url).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15


def test_the_action_refuses_what_was_never_shared(many: Reading) -> None:
    many.people["Piet"] = factories.person("Piet Abara")
    factories.role(many.people["Piet"], "principal", many.schools[2].group)
    made = share(many.applications[2], by=many.by("Piet"), whom=SharedWith.EVALUATORS, cover=" Elm \n\nElm")
    assert made.phrases == ["Elm"]
    take_back_share(many.applications[2], by=many.by("Piet"), whom=SharedWith.EVALUATORS)
    assert not Share.objects.exists()
