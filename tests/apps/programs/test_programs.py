"""Programs: made from designs, moved through their year, dated, staffed."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from intervisit.apps.people.models import District, RoleHeld
from intervisit.apps.programs import actions
from intervisit.apps.programs.models import DesignVersion, Program
from intervisit.apps.programs.pages.start import first_weekday, last_weekday
from intervisit.apps.programs.queries import CallState, call_state, moves, said
from intervisit.apps.programs.states import FOLLOWS, MOVES, Phase
from intervisit.core.designs import digest
from intervisit.kit.access import NotAllowed
from intervisit.kit.models import OutgoingMail
from intervisit.kit.refusal import Refused
from tests import factories
from tests.world import World, build_world

NEW = {
    "name": "Learning together",
    "first_day": "2027-09-08",
    "last_day": "2028-06-23",
    "call_opens": "2027-03-01T09:00",
    "call_closes": "2027-05-02T23:59",
}


def post_new(client: Client, **changes: str) -> Client:
    return client.post(reverse("new_program"), {"design": f"shipped:{factories.hosted()}", **NEW, **changes})


def test_director_makes_a_program_and_directs_it(world: World) -> None:
    client = world.client("Dana")
    answer = post_new(client)
    made = Program.objects.get(name="Learning together")
    assert (answer.status_code, answer["Location"]) == (303, reverse("program", args=[made.pk]))
    assert made.year == "2027-28"
    assert made.design == factories.design(factories.hosted())
    assert client.get(reverse("program_dates", args=[made.pk])).status_code == 200
    assert [(r.person, r.role) for r in RoleHeld.objects.filter(group=made.group)] == [
        (world.people["Dana"], "director")
    ]


def test_without_a_name_it_is_called_like_its_design(world: World) -> None:
    post_new(world.client("Dana"), name="")
    assert Program.objects.filter(name=factories.design(factories.hosted()).title).count() == 1


def test_only_a_district_director_makes_programs(world: World) -> None:
    for name in ("Sol", "Hana", "Ova", "Fay", "Rex"):
        assert post_new(world.client(name)).status_code == 404
    assert Program.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said_so"),
    [
        ("call_closes", "2027-03-14T02:30", "does not exist"),  # B01
        ("call_closes", "2027-11-07T01:30", "happens twice"),  # B02
        ("call_closes", "9999-12-31T23:59", "Choose a date between"),  # B03
        ("first_day", "2027-02-29", "does not exist"),
        ("last_day", "2027-01-01", "must come after"),
        ("name", "Pro‮gram", "U+202E"),  # B12
    ],
)
def test_bad_dates_are_refused_and_kept_in_the_form(
    world: World, field: str, value: str, said_so: str
) -> None:
    answer = post_new(world.client("Dana"), **{field: value})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said_so in text
    assert Program.objects.count() == 1
    if field != "name":
        assert value in text


def test_an_hour_that_comes_twice_is_kept_as_chosen(world: World) -> None:
    post_new(world.client("Dana"), call_closes="2027-11-07T01:30", call_closes_which="second")
    closes = Program.objects.get(name="Learning together").call_closes
    assert closes == dt.datetime(2027, 11, 7, 6, 30, tzinfo=dt.UTC)


def test_the_same_design_is_kept_once(world: World) -> None:
    design = factories.design(factories.equal())
    first = actions.keep_version(design)
    assert actions.keep_version(design) == first
    second = actions.keep_version(replace(design, title="Another name"))
    assert (second.number, second.slug) == (first.number + 1, first.slug)
    assert second.design.title == "Another name"


def test_every_move_has_words_and_only_these_moves_are_possible(world: World) -> None:
    assert set(MOVES) == {(a, b) for a, following in FOLLOWS.items() for b in following}
    dana = world.actor("Dana")
    world.program.phase = Phase.SETUP
    world.program.save()
    with pytest.raises(Refused) as refused:
        actions.move_phase(world.program, Phase.YEAR, by=dana)
    assert refused.value.troubles[0].code == "phase-cannot-follow"
    actions.move_phase(world.program, Phase.CALL, by=dana)
    assert Program.objects.get(pk=world.program.pk).phase == Phase.CALL
    with pytest.raises(NotAllowed):
        actions.move_phase(world.program, Phase.REVIEW, by=world.actor("Sol"))


def test_grace_of_the_deadline_is_the_designs(world: World) -> None:
    program = world.program
    program.phase = Phase.CALL
    program.call_opens = dt.datetime(2026, 4, 7, 13, 0, tzinfo=dt.UTC)
    program.call_closes = dt.datetime(2026, 5, 3, 3, 59, tzinfo=dt.UTC)
    second = dt.timedelta(seconds=1)
    grace = dt.timedelta(seconds=program.call.grace_seconds)
    assert [
        call_state(program, at)
        for at in (
            program.call_opens - second, program.call_opens, program.call_closes, program.call_closes + grace,
            program.call_closes + grace + second,
        )
    ] == [CallState.SOON, CallState.OPEN, CallState.OPEN, CallState.OPEN, CallState.OVER]  # fmt: skip
    program.phase = Phase.REVIEW
    assert call_state(program, program.call_closes) == CallState.CLOSED


def test_a_newer_design_is_taken_over_only_while_preparing(world: World) -> None:
    program, dana = world.program, world.actor("Dana")
    newer = actions.keep_version(replace(program.design, title="A better title"))
    program.phase = Phase.CALL
    with pytest.raises(Refused) as refused:
        actions.take_version(program, newer, by=dana)
    assert refused.value.troubles[0].code == "design-is-frozen"
    page = world.client("Dana").get(reverse("design_difference", args=[program.pk])).content.decode()
    assert "A better title" in page
    program.phase = Phase.SETUP
    program.save()
    world.client("Dana").post(reverse("design_difference", args=[program.pk]))
    assert Program.objects.get(pk=program.pk).design.title == "A better title"


def test_the_frozen_design_does_not_follow_the_folder(world: World) -> None:
    version = world.program.version
    assert digest(version.design) == version.digest
    page = world.client("Sol").get(reverse("program_design", args=[world.program.pk]))
    assert page.status_code == 200


def upload(client: Client, *files: tuple[str, str]) -> str:
    given = [SimpleUploadedFile(name, text.encode()) for name, text in files]
    return client.post(reverse("upload_design"), {"design_files": given}).content.decode()


def test_a_design_with_mistakes_is_told_by_file_and_line(world: World) -> None:
    text = (factories.DESIGNS / factories.hosted() / "design.toml").read_text()
    broken = text.replace('kind = "level"', 'kind = "levle"', 1)
    page = upload(world.client("Dana"), ("design.toml", broken))
    line = broken[: broken.index("levle")].count("\n") + 1
    assert f"design.toml:{line}" in page
    assert DesignVersion.objects.filter(uploaded_to__isnull=False).count() == 0


def test_a_design_of_ones_own_can_be_used(world: World) -> None:
    text = (factories.DESIGNS / factories.hosted() / "design.toml").read_text()
    mine = text.replace('title = "', 'title = "Our own ', 1)
    upload(world.client("Dana"), ("design.toml", mine))
    version = DesignVersion.objects.get(uploaded_to=world.district)
    post_new(world.client("Dana"), design=f"kept:{version.pk}")
    assert Program.objects.get(name="Learning together").design.title.startswith("Our own ")


def test_staff_count_only_when_a_second_person_has_confirmed(world: World) -> None:
    program, dana = world.program, world.actor("Dana")
    held = actions.add_person(
        program, by=dana, name="Noa Feldman", email=world.people["Noa"].email, role="staff"
    )
    assert world.client("Noa").get(reverse("program", args=[program.pk])).status_code == 404
    with pytest.raises(Refused) as refused:
        actions.confirm_person(program, held, by=dana)
    assert refused.value.troubles[0].code == "second-person"
    other = factories.person("Olu Adeyemi")
    factories.role(other, "director", program.group)
    world.people["Olu"] = other
    actions.confirm_person(program, held, by=world.actor("Olu"))
    assert world.client("Noa").get(reverse("program", args=[program.pk])).status_code == 200
    actions.end_person(program, held, by=dana)
    assert world.client("Noa").get(reverse("program", args=[program.pk])).status_code == 404


def test_a_role_of_another_group_is_not_there(world: World) -> None:
    foreign = RoleHeld.objects.get(person=world.people["Ova"], role="principal")
    url = reverse("end_program_role", args=[world.program.pk, foreign.pk])
    assert world.client("Dana").post(url).status_code == 404
    assert RoleHeld.objects.get(pk=foreign.pk).ends is None


def test_the_last_director_stays(world: World) -> None:
    held = RoleHeld.objects.get(person=world.people["Dana"], group=world.program.group)
    with pytest.raises(Refused) as refused:
        actions.end_person(world.program, held, by=world.actor("Dana"))
    assert refused.value.troubles[0].code == "last-director"


def test_anybody_reads_an_open_call_and_nobody_a_closed_one(world: World, client: Client) -> None:
    url = reverse("open_call", args=[world.program.pk])
    assert client.get(url).status_code == 404
    world.program.phase = Phase.CALL
    world.program.save()
    text = client.get(url).content.decode()
    assert world.program.name in text
    for role in world.program.design.roles.values():
        assert role.word in text.lower()
    for area in world.program.design.focus_areas[:3]:
        assert area.label in text


def test_principals_are_told_of_the_call_once(world: World) -> None:
    world.program.phase = Phase.CALL
    world.program.save()
    dana = world.actor("Dana")
    assert actions.announce_call(world.program, by=dana) == 4
    assert actions.announce_call(world.program, by=dana) == 0
    told = OutgoingMail.objects.filter(kind="call.open").values_list("to__name", flat=True)
    assert sorted(told) == ["Hana Whitfield", "Ora Delacroix", "Ova Lindgren", "Piet Abara"]


@pytest.mark.parametrize("name", ["Hana", "Tess", "Ova", "Rex", None])
def test_schools_and_strangers_see_no_program_pages(world: World, name: str | None) -> None:
    client = world.client(name)
    routes = (
        "program",
        "program_dates",
        "program_people",
        "program_history",
        "program_design",
        "announce_call",
    )
    answers = {client.get(reverse(r, args=[world.program.pk])).status_code for r in routes}
    assert answers == ({302} if name is None else {404})


def test_words_of_another_design_appear_everywhere(db: None) -> None:
    world = build_world(factories.equal())
    design = world.program.design
    text = world.client("Dana").get(reverse("program", args=[world.program.pk])).content.decode()
    assert design.words["network"].many.capitalize() in text
    assert "Networks</h3>" not in text
    assert "host" not in " ".join(m.meaning + m.label for m in moves(world.program)).lower()
    assert said("{Focus_areas} of {networks}", design) == "Problems of practice of collaboratives"


def test_query_counts_do_not_grow(world: World, django_assert_max_num_queries: object) -> None:
    client = world.client("Dana")
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        client.get(reverse("program", args=[world.program.pk]))
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get(reverse("programs"))


def test_dates_are_saved_with_history(world: World) -> None:
    closes = timezone.now() + dt.timedelta(days=30)
    program = actions.set_dates(
        world.program, by=world.actor("Dana"), first_day=world.program.first_day, last_day=world.program.last_day,
        call_opens=None, call_closes=closes,
    )  # fmt: skip
    assert Program.objects.get(pk=program.pk).call_closes == closes
    page = world.client("Dana").get(reverse("program_history", args=[program.pk])).content.decode()
    assert "changed the dates" in page


def test_two_directors_on_the_dates_see_both_versions(world: World) -> None:
    """B07."""
    client, url = world.client("Dana"), reverse("program_dates", args=[world.program.pk])
    page = client.get(url)
    posted = {"first_day": "2026-09-09", "last_day": "2027-06-25", "seen": page.context["seen"]}
    assert client.post(url, posted).status_code == 303
    answer = client.post(url, {**posted, "first_day": "2026-09-10"})
    assert answer.status_code == 409
    assert "2026-09-10" in answer.content.decode()
    assert "2026-09-09" in answer.content.decode()
    assert Program.objects.get(pk=world.program.pk).first_day == dt.date(2026, 9, 9)


def test_district_of_somebody_else_is_not_offered(world: World) -> None:
    other = factories.district("Elsewhere", "EL")
    answer = world.client("Dana").post(reverse("new_program"), {**NEW, "district": str(other.pk)})
    assert answer.status_code == 404
    assert District.objects.count() == 2


@pytest.mark.parametrize("year", range(2026, 2040))
def test_a_new_program_is_offered_days_of_school_as_its_first_and_last(year: int) -> None:
    first, last = first_weekday(dt.date(year, 9, 8)), last_weekday(dt.date(year + 1, 6, 25))
    assert first.weekday() < 5
    assert last.weekday() < 5
    assert 0 <= (first - dt.date(year, 9, 8)).days <= 2
    assert 0 <= (dt.date(year + 1, 6, 25) - last).days <= 2
