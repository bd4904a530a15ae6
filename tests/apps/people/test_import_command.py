"""The importer on the command line: previews, applies, and refuses as the screen does."""

from pathlib import Path

import pytest

from intervisit.apps.people.import_command import run as command
from intervisit.apps.people.models import Organization, SchoolYear
from intervisit.kit.models import ImportRun
from tests.apps.people.test_import_bad import counts, rows
from tests.world import World


def test_command_line_previews_then_applies(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    path = tmp_path / "schools_2017.csv"
    path.write_bytes(b"code,name,rooms\n90X001,New,12\n01M001,P.S. 1 Renamed,14\n")
    assert command([str(path)]) == 0
    said = capsys.readouterr().out
    assert (
        "2 schools: 1 new, 1 changed, 0 as they were; 6 of ours not in the file; 1 without coordinates."
        in said
    )
    assert "Name P.S. 1 → P.S. 1 Renamed" in said
    assert not Organization.objects.filter(code="90X001").exists()
    assert command([str(path), "--year", "2015-16", "--apply"]) == 0
    assert SchoolYear.objects.get(school__code="90X001").facts == {"rooms": 12}
    assert SchoolYear.objects.get(school__code="90X001").year == "2015-16"


def test_command_line_refuses_as_the_screen_does(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(rows("01M001,A,B,K-5", "01m001,B,B,K-5"))
    before = counts()
    assert command([str(path), "--apply"]) == 1
    assert "lines 2 and 3" in capsys.readouterr().err
    assert command([str(tmp_path / "absent.csv")]) == 2
    assert command([str(path), "--district", "XX"]) == 2
    assert "Known: HC" in capsys.readouterr().err
    assert command([str(path), "--year", "soon"]) == 1
    assert counts() == before
    assert ImportRun.objects.count() == 0
