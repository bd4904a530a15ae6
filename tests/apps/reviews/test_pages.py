"""The pages: what they show to whom, with how many queries, with and without a script."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from intervisit.apps.people.models import RoleHeld
from intervisit.apps.reviews.actions.redacting import save_redaction, take_suggestions
from intervisit.apps.reviews.actions.stages import open_stage
from intervisit.apps.reviews.bridge import suggested
from intervisit.apps.reviews.models import Conflict, Redaction, Review, SchoolVisit
from intervisit.apps.reviews.pages.mine import code_name
from intervisit.kit.models import OutgoingMail
from intervisit.kit.refusal import Refused, Stale
from tests import factories
from tests.apps.reviews.conftest import PARTNER, Reading


def client(reading: Reading, name: str) -> Client:
    browser = Client()
    browser.force_login(reading.people[name])
    session = browser.session
    session["strong_at"] = timezone.now().isoformat()
    session.save()
    return browser


def chosen(levels: dict[str, int]) -> dict[str, str]:
    return {f"level-{k}": str(v) for k, v in levels.items()}


# ------------------------------------------------------------------ the reviewer


def test_from_the_queue_through_a_review_to_the_next(reading: Reading) -> None:
    first, second = reading.give("Ruth", 1), reading.give("Ruth", 2)
    browser = client(reading, "Ruth")
    text = browser.get("/reviews/").content.decode()
    assert "0 sent, 2 to go." in text
    here = reverse("review", args=[first.pk])
    page = browser.get(here).content.decode()
    assert "Because of P.S. 1." not in page or "P.S. 1" in page
    sent = browser.post(
        f"{here}?then=send", {**chosen(PARTNER), "comment": "Yes.", "version": "1", "tab": "t"}
    )
    assert (sent.status_code, sent.headers["Location"]) == (303, reverse("review", args=[second.pk]))
    last = browser.post(
        f"{reverse('review', args=[second.pk])}?then=send", {**chosen(PARTNER), "version": "1"}
    )
    assert last.headers["Location"] == "/reviews/"
    assert set(Review.objects.values_list("state", flat=True)) == {"sent"}


def test_what_is_missing_is_said_beside_it_and_nothing_typed_is_lost(reading: Reading) -> None:
    review = reading.give("Ruth", 1)
    answer = client(reading, "Ruth").post(
        f"/reviews/{review.pk}/?then=send",
        {**chosen({"need": 2}), "comment": "Half a thought", "version": "1"},
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose a level for: Readiness to learn together; Openness to other schools." in text
    assert 'name="level-need" value="2" checked' in text
    assert "Half a thought</textarea>" in text
    assert text.count('<p class="criterion-problem">') == 2
    assert Review.objects.get().state == "assigned"


def test_autosave_keeps_and_says_so(reading: Reading) -> None:
    review, browser = reading.give("Ruth", 1), client(reading, "Ruth")
    here = f"/reviews/{review.pk}/autosave/"
    answer = browser.post(here, {**chosen({"need": 2}), "comment": "So far", "version": "1", "tab": "t"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Saved at" in text
    assert 'id="version" value="2" hx-swap-oob="true"' in text
    review.refresh_from_db()
    assert (review.state, review.comment, review.levels) == ("draft", "So far", {"need": 2})
    other = browser.post(here, {"comment": "From elsewhere", "version": "1", "tab": "u"})
    assert other.status_code == 409
    Review.objects.update(state="sent")
    browser.post(here, {"comment": "Silently", "version": "2", "tab": "t"})
    review.refresh_from_db()
    assert review.comment == "So far"


def test_a_blind_review_names_nobody(blind: Reading) -> None:
    application = blind.applications[1]
    form = application.program.design.forms[application.form_key]
    texts = [q.key for q in form.questions() if q.kind == "long_text"]
    application.answers = {texts[0]: "At P.S. 1 Petra Lang and the Langs' street 01M001 wait."}
    application.save()
    principal = factories.person("Petra Lang")
    factories.role(principal, "principal", blind.schools[1].group)
    review, browser = blind.give("Ruth", 1), client(blind, "Ruth")
    assert browser.get(f"/reviews/{review.pk}/").status_code == 404  # nobody has covered the names yet
    assert "1 to go" not in browser.get("/reviews/").content.decode()
    take_suggestions(blind.program, "reading", by=blind.director)
    for path in ("/reviews/", f"/reviews/{review.pk}/"):
        text = browser.get(path).content.decode()
        assert code_name(application) in text
        for name in ("P.S. 1", "01M001", "Petra", "Lang "):
            assert name not in text, (path, name)
    assert "█████ █████ and the Langs" in text
    assert browser.get(reverse("application", args=[application.pk])).status_code == 404


def test_what_is_proposed_to_be_covered(blind: Reading) -> None:
    school = blind.schools[1]
    school.name, school.superintendent = "P.S. 27 Stillwater", "Sue Marchetti"
    school.save()
    factories.role(factories.person("Petra van Lang"), "principal", school.group)
    application = blind.applications[1]
    application.school = school
    assert suggested(application) == [
        "P.S. 27 Stillwater", "P.S. 27", "Stillwater", "01M001", "Sue Marchetti", "Petra van Lang", "Lang",
    ]  # fmt: skip


def test_a_blind_stage_opens_only_when_names_are_covered(blind: Reading) -> None:
    with pytest.raises(Refused) as refused:
        open_stage(blind.program, "reading", by=blind.director)
    assert refused.value.troubles[0].code == "names-not-covered"
    assert take_suggestions(blind.program, "reading", by=blind.director) == 4
    assert open_stage(blind.program, "reading", by=blind.director).state == "open"


def test_covering_one_application_with_a_look_before(blind: Reading) -> None:
    browser, application = client(blind, "Dana"), blind.applications[1]
    here = reverse("redaction", args=[blind.program.pk, "reading", application.pk])
    assert "P.S. 1" in browser.get(here).content.decode()
    looked = browser.post(here, {"words": "zebra", "what": "look", "version": "0"})
    assert (looked.status_code, Redaction.objects.count()) == (200, 0)
    assert browser.post(here, {"words": "P.S. 1\nPetra", "hide": [], "version": "0"}).status_code == 303
    assert Redaction.objects.get().phrases == ["P.S. 1", "Petra"]
    assert browser.post(here, {"words": "Other", "version": "0"}).status_code == 409
    bad = browser.post(here, {"words": "a\x00b", "version": "1"})
    assert bad.status_code in (400, 422)
    with pytest.raises(Refused):
        save_redaction(application, by=blind.director, words="x", questions=["nothing"], version=1)
    with pytest.raises(Stale):
        save_redaction(application, by=blind.director, words="x", questions=[], version=0)


def test_a_conflict_is_one_button_and_all_is_gone(reading: Reading) -> None:
    review, browser = reading.give("Ruth", 1, state="sent", levels=PARTNER), client(reading, "Ruth")
    assert browser.post(f"/reviews/{review.pk}/conflict/").headers["Location"] == "/reviews/"
    assert browser.get(f"/reviews/{review.pk}/").status_code == 404
    text = browser.get("/reviews/").content.decode()
    assert "0 to go" not in text
    assert "1 sent" not in text


def test_naming_a_school_says_nothing_of_who_has_applied(reading: Reading) -> None:
    browser = client(reading, "Ruth")
    never = factories.school(reading.district, 9)
    for school in (never, reading.schools[1]):
        answer = browser.post("/reviews/", {"school": school.code})
        assert answer.headers["Location"] == "/reviews/"
    assert Conflict.objects.filter(person=reading.people["Ruth"]).count() == 2
    wrong = browser.post("/reviews/", {"school": "No such school"})
    assert wrong.status_code == 422
    assert "No school is called" in wrong.content.decode()


# ------------------------------------------------------------------ the office


def test_the_desk_from_adding_a_reviewer_to_the_results(reading: Reading) -> None:
    browser, program = client(reading, "Dana"), reading.program
    desk = reverse("review_desk", args=[program.pk])
    assert "Assign 8 reviews" in browser.get(desk).content.decode()
    people = reverse("reviewers", args=[program.pk])
    assert browser.post(people, {"email": "noor@haddad.test", "name": "Noor Haddad"}).status_code == 303
    assign = reverse("assign_reviews", args=[program.pk, "reading"])
    preview = browser.get(assign).content.decode()
    assert "Everybody reads 2." in preview
    assert "Proven" in preview
    mark = preview.split('name="mark" value="')[1].split('"')[0]
    assert browser.post(assign, {"mark": "old"}).status_code == 409
    assert browser.post(assign, {"mark": mark}).status_code == 303
    assert Review.objects.count() == 8
    until = (timezone.localdate() + dt.timedelta(days=2)).isoformat()
    phase = reverse("review_phase", args=[program.pk, "reading"])
    over = browser.post(phase, {"what": "open", "until": "2020-01-01"})
    assert (over.status_code, OutgoingMail.objects.filter(kind="review.open").count()) == (422, 0)
    assert "This day is over." in over.content.decode()
    assert 'value="2020-01-01"' in over.content.decode()  # the desk again, with what was typed
    assert browser.post(phase, {"what": "open", "until": until}).status_code == 303
    assert OutgoingMail.objects.filter(kind="review.open").count() == 4
    Review.objects.filter(seat=reading.seats["Ruth"]).update(state="sent", levels=PARTNER)
    assert browser.post(reverse("remind_reviewers", args=[program.pk, "reading"])).status_code == 303
    assert OutgoingMail.objects.filter(kind="review.reminder").count() == 3
    assert browser.post(phase, {"what": "close"}).status_code == 303
    assert browser.get(reverse("review_results", args=[program.pk, "reading"])).status_code == 200


def test_by_hand_and_taken_back(reading: Reading) -> None:
    browser, program = client(reading, "Dana"), reading.program
    here = reverse("reviews_of_application", args=[program.pk, "reading", reading.applications[1].pk])
    nobody = browser.post(here, {"seat": ""})
    assert (nobody.status_code, "Choose who reads it." in nobody.content.decode()) == (422, True)
    assert browser.post(here, {"seat": str(reading.seats["Ruth"].pk)}).status_code == 303
    review = Review.objects.get()
    assert (review.by_hand, "Ruth Adler" in browser.get(here).content.decode()) == (True, True)
    assert browser.post(reverse("remove_review", args=[review.pk])).status_code == 303
    assert not Review.objects.exists()


def test_results_sort_filter_and_go_out_as_files(reading: Reading) -> None:
    reading.give("Ruth", 1, state="sent", levels=PARTNER, comment='=HYPERLINK("http://x","y")')
    reading.give(
        "Rob", 2, state="sent", levels={"readiness": 1, "openness": 1, "need": 1}, sent=timezone.now()
    )
    browser, here = client(reading, "Dana"), reverse("review_results", args=[reading.program.pk, "reading"])

    def schools(query: str) -> list[str]:
        text = browser.get(here + query).content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
        return [row.partition("</a>")[0].rpartition(">")[2] for row in text.split("<tr>")[1:]]

    assert schools("?sort=-mean")[:2] == ["P.S. 1", "P.S. 2"]
    assert schools("?sort=school") == ["P.S. 1", "P.S. 2", "P.S. 3", "P.S. 4"]
    assert "Nothing fits" in browser.get(here + "?only=apart").content.decode()
    assert schools("?q=3") == ["P.S. 3"]
    export = reverse("export_reviews", args=[reading.program.pk, "reading"])
    text = browser.get(export).content.decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    book = load_workbook(io.BytesIO(browser.get(f"{export}?format=xlsx").content))
    rows = list(book.active.values)  # type: ignore[union-attr]
    column = rows[0].index("Comment")
    assert (rows[1][column], book.active.cell(2, column + 1).data_type) == ('=HYPERLINK("http://x","y")', "s")  # type: ignore[union-attr]
    assert [r[3] for r in rows[1:]] == ["Ruth Adler", "Rob Bauer"]


def test_a_number_that_staff_in_conflict_may_not_see_does_not_move(reading: Reading) -> None:
    """Rows, means, severities, counts and the order: as if the school were not there."""
    reading.give("Ruth", 2, state="sent", levels=PARTNER)
    browser = client(reading, "Dana")
    here = [reverse("review_results", args=[reading.program.pk, "reading"]) + "?sort=-mean",
            reverse("export_reviews", args=[reading.program.pk, "reading"]),
            reverse("review_desk", args=[reading.program.pk])]  # fmt: skip
    Conflict.objects.create(person=reading.people["Dana"], school=reading.schools[1], kind="declared")
    without = [_plain(browser.get(path).content) for path in here]
    reading.give("Rob", 1, state="sent", levels=PARTNER, comment="secret words")
    assert [_plain(browser.get(path).content) for path in here] == without
    gone = reverse("reviews_of_application", args=[reading.program.pk, "reading", reading.applications[1].pk])
    assert browser.get(gone).status_code == 404
    assert (
        "secret words"
        not in browser.get(reverse("application", args=[reading.applications[1].pk])).content.decode()
    )


def _plain(page: bytes) -> str:
    import re

    return re.sub(r'name="(csrfmiddlewaretoken|submit_key)" value="[^"]*"', "", page.decode())


def test_who_decides_reads_scores_and_words_beside_the_application(reading: Reading) -> None:
    reading.give("Ruth", 1, state="sent", levels=PARTNER, comment="A clear need, well told.")
    here = reverse("application", args=[reading.applications[1].pk])
    text = client(reading, "Dana").get(here).content.decode()
    assert "A clear need, well told." in text
    assert "<strong>75</strong>" in text
    principal = factories.person("Petra Lang")
    factories.role(principal, "principal", reading.schools[1].group)
    reading.people["Petra"] = principal
    answer = client(reading, "Petra").get(here)
    assert (answer.status_code, "clear need" in answer.content.decode()) == (200, False)
    assert "Reviews</h2>" not in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "path", "most"),
    [
        ("Ruth", "my_reviews", 12),
        ("Dana", "review_desk", 12),
        ("Dana", "review_results", 12),
        ("Dana", "reviewers", 12),
    ],
)
def test_as_many_queries_for_one_row_as_for_many(reading: Reading, name: str, path: str, most: int) -> None:
    arguments = [] if path == "my_reviews" else [reading.program.pk]
    if path == "review_results":
        arguments.append("reading")
    browser, url = client(reading, name), reverse(path, args=arguments)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(url).status_code == 200
        return len(asked)

    reading.give("Ruth", 1, state="sent", levels=PARTNER)
    reading.give("Ruth", 2)
    count()
    one = count()
    for number in (1, 2, 3, 4):
        reading.give("Rob", number, state="sent", levels=PARTNER)
    for number in (3, 4):
        reading.give("Ruth", number)
    assert count() == one
    assert one <= most


# ------------------------------------------------------------------ school visits


@pytest.fixture
def host(reading: Reading) -> Reading:
    role = next(r.key for r in reading.program.design.roles.values() if r.hosts)
    for application in reading.applications.values():
        application.role_wanted = role
        application.save()
    reading.stage("visit")
    return reading


def test_a_visit_is_planned_and_written_up_by_who_goes(host: Reading) -> None:
    fay = factories.person("Fay Lindqvist")
    factories.role(fay, "facilitator", host.program.group)
    host.people["Fay"] = fay
    browser, application = client(host, "Dana"), host.applications[1]
    plan = reverse("plan_school_visit", args=[host.program.pk, "visit", application.pk])
    held = RoleHeld.objects.get(person=fay)
    form = {"day": "2026-11-30", "starts": "09:30", "visitors": [str(held.pk)]}
    assert browser.post(plan, form).status_code == 303
    visit = SchoolVisit.objects.get()
    mail = OutgoingMail.objects.get(kind="school_visit.planned")
    assert (mail.to, mail.link) == (fay, f"/school-visits/{visit.pk}/")
    mine = client(host, "Fay")
    page = mine.get(mail.link).content.decode()
    assert 'value="2026-11-30"' in page
    assert page.count('aria-label="What I saw and heard, row') == 3
    base = page.split('id="base" value="')[1].split('"')[0]
    typed = {"q-day": "2026-11-30", "q-visitors": "Fay", "q-seen-0-place": "Room 2",
             "q-seen-0-evidence": "They talk.", "base": base, "tab": "t"}  # fmt: skip
    saved = mine.post(f"/school-visits/{visit.pk}/autosave/", typed)
    assert (saved.status_code, "Saved at" in saved.content.decode()) == (200, True)
    visit.refresh_from_db()
    assert visit.answers["seen"] == [{"place": "Room 2", "evidence": "They talk."}]
    early = mine.post(f"/school-visits/{visit.pk}/?then=end", typed)
    assert early.status_code == 303  # kept, and said what is missing
    visit.refresh_from_db()
    assert (visit.state, visit.answers["seen"]) == (
        "planned",
        [{"place": "Room 2", "evidence": "They talk."}],
    )
    assert (
        "Saved, and not complete yet. Still to do:"
        in mine.get(f"/school-visits/{visit.pk}/").content.decode()
    )
    done = mine.post(f"/school-visits/{visit.pk}/?then=end", {**typed, "q-support": "now"})
    assert done.status_code == 303
    visit.refresh_from_db()
    assert visit.state == "done"
    assert "They talk." in browser.get(plan).content.decode()
    assert "Monday 30 November 2026" in browser.get(plan).content.decode()
    assert "They talk." in browser.get(reverse("application", args=[application.pk])).content.decode()
    assert client(host, "Ruth").get(mail.link).status_code == 404


def test_two_visitors_writing_the_same_answer_are_shown_both(host: Reading) -> None:
    from intervisit.apps.reviews.actions.visits import plan_visit, save_visit

    visit = plan_visit(host.program, "visit", host.applications[1], by=host.director, day=None)
    save_visit(visit, by=host.director, posted={"suits": "Mine"}, base={}, tab="a")
    with pytest.raises(Stale) as stale:
        save_visit(visit, by=host.director, posted={"suits": "Theirs"}, base={}, tab="b")
    assert list(stale.value.theirs.values()) == ["Mine"]
    save_visit(visit, by=host.director, posted={"concerns": "Another question"}, base={}, tab="b")
    visit.refresh_from_db()
    assert visit.answers == {"suits": "Mine", "concerns": "Another question"}


def test_nobody_visits_their_own_school(host: Reading) -> None:
    browser, application = client(host, "Dana"), host.applications[1]
    factories.role(host.people["Ruth"], "team", host.schools[1].group, ends=dt.date(2024, 1, 1))
    plan = reverse("plan_school_visit", args=[host.program.pk, "visit", application.pk])
    answer = browser.post(plan, {"visitors": [str(host.seats["Ruth"].held.pk)]})
    assert answer.status_code == 409
    assert "Ruth Adler: has worked there" in answer.content.decode()
    assert not SchoolVisit.objects.exists()
