"""The side doors of trust.md 2.6 that exist today: one named test each."""

import pytest
from django.urls import reverse

from intervisit.apps.applications.models import Application
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.calendar.models import FeedAddress
from intervisit.apps.calendar.queries import address_of
from intervisit.core.access import PRINCIPAL, Policy, Table, allow
from intervisit.kit import access
from intervisit.kit.models import OutgoingMail
from tests.trust import oracle
from tests.trust.addresses import routes
from tests.trust.canaries import FOUND
from tests.trust.places import Places
from tests.trust.test_matrix import same
from tests.world import canary, words_of

pytestmark = pytest.mark.django_db


def test_titles_of_hidden_things_are_not_in_lists(places: Places) -> None:
    for name in ("Hana", "Ova", "Noa"):
        browser = places.world.client(name)
        for route in ("my_networks", "my_applications", "my_calendar", "home"):
            words = words_of(browser.get(reverse(route)))
            assert canary("scenario") not in words
            assert canary("far-network") not in words
            assert ("East network" in words) <= (name == "Hana")


def test_mail_subjects_name_nothing_private(places: Places) -> None:
    """Subjects show on lock screens: whatever the product writes when it publishes and releases."""
    dana = places.world.client("Dana")
    program = places.world.program.pk
    dana.post(reverse("networks_withdraw", args=[program]))
    dana.post(reverse("networks_publish", args=[program]))
    dana.post(reverse("plan_publish", args=[places.world.plan.pk]))  # type: ignore[union-attr]
    subjects = OutgoingMail.objects.filter(state="waiting").values_list("subject", flat=True)
    assert subjects
    assert [s for s in subjects if FOUND.search(s) or "P.S." in s] == []


def test_search_finds_schools_by_what_is_public_only(places: Places) -> None:
    hana = places.world.client("Hana")
    for word in (canary("answer4"), "lindgren", "ova@", canary("veto"), canary("member-reasons")):
        assert "P.S." not in hana.get(reverse("schools_find"), {"q": word}).content.decode()
        assert (
            places.world.schools[4].name
            not in hana.get(reverse("schools"), {"q": word, "part": "found"})
            .content.decode()
            .split("<main")[1]
        )


def test_sorting_by_a_private_field_changes_nothing(places: Places) -> None:
    hana = places.world.client("Hana")
    plain = _listed(hana.get(reverse("schools"), {"sort": "no such column"}).content.decode())
    for field in (
        "applications__reason",
        "-memberships__score",
        "superintendent",
        "group__roles__person",
        "pk",
        "?",
    ):
        assert _listed(hana.get(reverse("schools"), {"sort": field}).content.decode()) in (
            plain,
            plain[::-1],
        ), field


def _listed(page: str) -> list[str]:
    return [part.split("/")[0] for part in page.split('href="/schools/')[1:] if len(part.split("/")[0]) == 36]


def test_filters_on_private_fields_filter_nothing(places: Places) -> None:
    sol = places.world.client("Sol")
    page = reverse("program_applications", args=[places.world.program.pk])
    everything = _rows(sol.get(page).content.decode())
    asked = {"reason": canary("reason1"), "answers__why": "x", "state__in": "draft"}
    assert _rows(sol.get(page, asked).content.decode()) == everything
    draft = places.world.applications[7]
    shown = sol.get(page, {"state": "draft"}).content.decode()
    assert str(draft.pk) not in shown


def _rows(page: str) -> set[str]:
    return {part[:36] for part in page.split('href="/applications/')[1:]}


def test_counts_of_the_program_tell_no_draft_but_that_it_is_there(places: Places) -> None:
    sol = places.world.client("Sol")
    words = words_of(sol.get(reverse("program_applications", args=[places.world.program.pk])))
    assert places.world.schools[7].name not in words.split("<main", 1)[1].split("<select")[0]


def test_error_pages_say_nothing_of_the_thing(places: Places) -> None:
    """The page of a thing that is hidden is the page of one that never was, also where its text was posted."""
    piet = places.world.client("Piet")
    there = piet.post(reverse("application_write", args=[places.near("draft").pk]), {"q": "my words"})
    never = piet.post("/applications/00000000-0000-4000-8000-000000000000/write/", {"q": "my words"})
    assert there.status_code == 404
    assert same(there, never)


def test_private_pages_are_kept_by_no_cache(places: Places) -> None:
    """Every page, feed and file says no-store and has no tag to ask by, for whoever reads it."""
    known = oracle.things(places)
    browser, kept = places.world.client("Dana"), []
    for route in routes():
        if "GET" not in route.methods or route.name in ("sign_on", "sign_on_back"):
            continue
        thing = {"Application": "application 1", "Organization": "school 1", "Program": "program"}
        if route.model is not None and route.model.__name__ not in thing:
            continue
        if "<" in route.at and (route.model is None or route.at.count("<") > 1):
            continue
        named = [known[thing[route.model.__name__]][0].pk] if route.model else []
        answer = browser.get(reverse(route.name, args=named))
        if "no-store" not in answer.headers.get("Cache-Control", "") or "ETag" in answer.headers:
            kept.append(route.name)
    feed = places.world.client(None).get(address_of(places.world.feeds["Hana"]))
    assert feed.status_code == 200
    assert "no-store" in feed.headers["Cache-Control"]
    assert kept == []


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "///evil.example", "http:///evil.example",
     "/%0d%0aLocation: https://evil.example", "\\\\evil.example"],
)  # fmt: skip
def test_redirects_stay_here(places: Places, target: str) -> None:
    hana = places.world.client("Hana")
    for page in ("confirm", "second_factor_set_up"):
        answer = hana.get(reverse(page), {"next": target}, follow=False)
        assert (
            "evil.example" not in answer.headers.get("Location", "").replace("%2F", "/").partition("next=")[0]
        )
        assert not answer.headers.get("Location", "/").startswith(("http", "//", "\\", "javascript"))
    from intervisit.apps.people.pages.door import ours

    assert ours(target) == "/" or ours(target).startswith("/%0d")


def test_bulk_is_all_or_nothing(places: Places) -> None:
    """One foreign id among many: nothing is done to the others, and the answer does not say which."""
    sol, world = places.world.client("Sol"), places.world
    mine = [world.applications[5].pk]
    page = reverse("program_applications", args=[world.program.pk])
    decision = (
        next(d.key for d in world.program.design.decisions)
        if hasattr(world.program.design, "decisions")
        else "accept"
    )
    answer = sol.post(page, {"ids": [*mine, places.things["far application"].pk], "decision": decision})
    assert answer.status_code == 404
    assert Application.objects.get(pk=mine[0]).state == ApplicationState.SUBMITTED
    ada = world.client("Ada")
    ended = ada.post(
        reverse("roles_end"), {"role": [places.near("role").pk, places.things["far role"].pk], "sure": "1"}
    )
    assert ended.status_code == 404
    places.near("role").refresh_from_db()
    assert (places.near("role").ends, places.near("role").taken_back) == (None, False)


def test_refused_is_only_said_of_what_may_be_seen(places: Places) -> None:
    """403 tells that a thing exists; so it is for those who know it. Everybody else gets 404."""
    page = reverse("application_withdraw", args=[places.world.applications[1].pk])
    answers = {
        n: places.world.client(n).post(page).status_code
        for n in ("Hana", "Tess", "Piet", "Ova", "Noa", "Sue")
    }
    assert answers == {"Hana": 403, "Tess": 403, "Piet": 404, "Ova": 404, "Noa": 404, "Sue": 404}


def test_a_feed_shows_nothing_of_a_network_that_was_left(places: Places) -> None:
    """Not even its name: calendar programs keep asking long after somebody has gone."""
    world = places.world
    feed = FeedAddress.objects.create(person=world.people["Rex"], network=world.networks["East"])
    text = world.client(None).get(address_of(feed)).content.decode()
    assert "VEVENT" not in text
    assert "East network" not in text


def test_the_door_does_not_say_who_has_an_account(places: Places) -> None:
    browser = places.world.client(None)
    emails = ("hana@whitfield.test", "nobody@nowhere.test", "rex@holloway.test")
    answers = [browser.post(reverse("sign_in"), {"email": email}) for email in emails]
    assert len({(a.status_code, a.headers["Location"], a.content) for a in answers}) == 1


def test_an_export_holds_what_its_reader_may_read(places: Places) -> None:
    rows = (
        places.world.client("Sol")
        .get(reverse("export_applications", args=[places.world.program.pk]))
        .content.decode()
    )
    names = {f.removeprefix("canary-").removesuffix("-7f3a") for f in FOUND.findall(rows)}
    assert names <= {f"answer{n}" for n in (1, 2, 3, 4, 5, 6)} | {f"reason{n}" for n in (1, 2, 3, 4, 5, 6)}


def test_this_could_leak(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one row widened, a page shows a neighbour's canary: the scans above look where it would be."""
    page = reverse("application", args=[places.world.applications[1].pk])
    ova = places.world.client("Ova")
    assert (ova.get(page).status_code, canary("answer1") in ova.get(page).content.decode()) == (404, False)
    rows = allow("application.view", PRINCIPAL @ "*")
    wide = [Table(t.app, (*t.rows, rows)) if t.app == "applications" else t for t in access.policy().tables]
    monkeypatch.setattr(access, "_policy", Policy(wide))
    assert canary("answer1") in ova.get(page).content.decode()
