"""The demo at each of its stages, and where it must not be loaded."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.calendar.models import Visit
from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.kit.models import OutgoingMail
from intervisit.web.demo import command, loading

ROOT = Path(__file__).resolve().parents[2]


def test_the_command_and_the_loader_know_the_same_stages() -> None:
    assert command.STAGES == loading.STAGES


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stage", "phase", "drafts", "networks", "published"),
    [
        ("call", "call", 16, 0, 0),
        ("review", "review", 3, 0, 0),
        ("matched", "matching", 3, 7, 0),
        ("published", "year", 3, 7, 77),
    ],
)
def test_each_stage_is_what_it_says(
    stage: str, phase: str, drafts: int, networks: int, published: int
) -> None:
    loading.load(stage, say=lambda text: None)
    program = Program.objects.order_by("year")[0]
    assert program.phase == phase
    assert Organization.objects.filter(kind="school").count() == 60
    assert Application.objects.filter(program=program, state="draft").count() == drafts
    assert Network.objects.count() == networks
    assert Visit.objects.filter(plan__state="published").exclude(state="owed").count() == published
    if stage == "published":
        assert OutgoingMail.objects.filter(kind="visits.published", state="sent").count() > 0
        assert {e.partition("@")[2] for e in Person.objects.values_list("email", flat=True)} == {
            "harborcity.test"
        }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "moment",
    [
        dt.datetime(2027, 3, 14, 2, 30, tzinfo=dt.UTC),
        dt.datetime(2027, 6, 26, 15, 0, tzinfo=dt.UTC),
        dt.datetime(2027, 7, 15, 12, 0, tzinfo=dt.UTC),
    ],
    ids=["an evening, tomorrow in Greenwich", "the day after the last day of school", "summer"],
)
def test_it_loads_on_any_day_and_at_any_hour(moment: dt.datetime) -> None:
    with time_machine.travel(moment, tick=True):
        loading.load("published", say=lambda text: None)
    assert Visit.objects.filter(plan__state="published").exclude(state="owed").count() == 77


def _demo(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("IV_", "DATABASE_URL"))}
    return subprocess.run(
        [sys.executable, "-m", "intervisit.web", "demo", "--stage", "call"],
        cwd=ROOT, env=inherited | {"IV_DATA": str(tmp_path)} | environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_the_demo_is_refused_where_real_people_are(tmp_path: Path) -> None:
    answer = _demo(tmp_path, IV_ADDRESS="https://learning.example")
    assert (answer.returncode, list(tmp_path.iterdir())) == (2, [])
    made = subprocess.run(
        [sys.executable, "-c", _REAL], cwd=ROOT, env=os.environ | {"IV_DATA": str(tmp_path), "DATABASE_URL": ""},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    answer = _demo(tmp_path)
    assert answer.returncode == 2
    assert "There are real people in this database" in answer.stderr


_REAL = """
import os
os.environ.pop("DATABASE_URL", None)
from intervisit.web.command import main
main(["migrate", "--quiet"])
main(["first-admin", "--district", "Real", "--code", "R", "--name", "Real Person", "--email", "real@district.org"])
"""


@pytest.mark.django_db
def test_the_published_demo_shows_two_calls_of_next_year(client: Client) -> None:
    """M13: hosts were chosen first and told; partners apply to one of them, or to a focus area."""
    loading.load("published", say=lambda text: None)
    _, following = Program.objects.order_by("year")
    assert following.phase == "call"
    public = client.get(f"/calls/{following.pk}/").content.decode()
    assert "Join a host, or a learning focus area" in public
    assert "Host two schools for a year" in public
    assert (
        "The call is not taking applications now"
        in client.get(f"/calls/{following.pk}/hosts/").content.decode()
    )
    states = following.applications.values_list("call", "state").order_by("call", "state")
    assert list(states) == [
        *[("hosts", "accepted")] * 3, ("hosts", "declined"), *[("partners", "draft")] * 2,
        *[("partners", "submitted")] * 3,
    ]  # fmt: skip
    named = Wishes.objects.filter(application__program=following).exclude(schools=[])
    hosts = {str(a.school_id) for a in following.applications.filter(role="host")}
    assert [set(w.schools) <= hosts for w in named] == [True, True]
    client.force_login(Person.objects.get(email="dana.okafor@harborcity.test"))
    session = client.session
    session["strong_at"] = timezone.now().isoformat()
    session.save()
    desk = client.get(f"/programs/{following.pk}/calls/").content.decode()
    assert "Join a host, or a learning focus area" in desk
    assert "Host two schools for a year" in desk
