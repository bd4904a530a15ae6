"""The command line: `intervisit plan INSTANCE.json --seconds S --seed K --out PLAN.json`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from intervisit.web.plan_command import main
from tests.bench.check_plan import main as check
from tests.core.scheduling.test_reading import GOOD


def written(folder: Path, data: object) -> Path:
    path = folder / "year.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def test_a_year_is_planned_and_the_checker_agrees(tmp_path: Path) -> None:
    instance, out = written(tmp_path, GOOD), tmp_path / "plan.json"
    assert main([str(instance), "--seconds", "10", "--seed", "1", "--out", str(out)]) == 0
    plan = json.loads(out.read_text(encoding="utf-8"))
    assert len(plan["visits"]) == 11
    assert plan["value"] == plan["bound"]
    assert check([str(instance), str(out)]) == 0


def test_what_may_be_left_out_may_be_null_for_the_checker_too(tmp_path: Path) -> None:
    pattern = GOOD["patterns"]["triad"]
    nulls = dict.fromkeys(("starts_at", "first_round", "min_gap_days", "max_per_month", "monthly"))
    data = {
        **GOOD,
        "patterns": {"triad": {"visits": pattern["visits"], **nulls}},
        "limits": {"substitutes": None, "absences_per_month": None, "notice_days": None},
        "weights": {"month": None},
        "meetings": None,
        "fixed": None,
    }
    instance, out = written(tmp_path, data), tmp_path / "plan.json"
    assert main([str(instance), "--seconds", "10", "--out", str(out)]) == 0
    assert check([str(instance), str(out)]) == 0


def test_a_year_that_cannot_be_is_explained(tmp_path: Path) -> None:
    data = {**GOOD, "patterns": {"triad": {**GOOD["patterns"]["triad"], "min_gap_days": 60}}}
    instance, out = written(tmp_path, data), tmp_path / "plan.json"
    assert main([str(instance), "--out", str(out)]) == 3
    answer = json.loads(out.read_text(encoding="utf-8"))
    assert "Two visits of N1 are at least 60 days apart." in answer["infeasible"]
    assert len(answer["relaxations"]) == len(answer["infeasible"])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{", "line 1, column 2"),
        ('{"format": 1, "format": 2}', '"format"'),
        ('{"format": NaN}', "line 1, column 12"),
        ("[" * 100_000, "the file"),
        ('{"format": ' + "9" * 5000 + "}", "line 1, column 12"),
        ("\ud800", "byte 0"),
        ("[]", "the file"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, place: str
) -> None:
    path = tmp_path / "year.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert main([str(path), "--out", str(tmp_path / "plan.json")]) == 2
    assert capsys.readouterr().err.startswith(f"{path}: {place}: ")
    assert not (tmp_path / "plan.json").exists()


def test_a_missing_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "no.json"), "--out", str(tmp_path / "plan.json")]) == 2
    assert "No such file" in capsys.readouterr().err


def test_neither_django_nor_the_solver_is_loaded_to_read_a_plan() -> None:
    code = (
        "import sys, intervisit.web.plan_command, intervisit.core.scheduling;"
        "print(sorted(m for m in ('django', 'ortools') if m in sys.modules))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )
