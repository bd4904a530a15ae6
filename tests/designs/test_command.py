"""`intervisit designs …` as people run it."""

import os
import shutil
from pathlib import Path

import pytest

from intervisit.web.designs_command import main
from tests.shipped import DESIGNS, SLUGS


def line_of(path: Path, text: str) -> int:
    return path.read_text(encoding="utf-8").split("\n").index(text) + 1


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DESIGNS / "lpp-2014-pilot", tmp_path / "mine"))


def edit(folder: Path, old: str, new: str, file: str = "design.toml") -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_check_says_what_is_in_a_design(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(DESIGNS / "district-charter-collaborative" / "design.toml")]) == 0
    assert capsys.readouterr().out == (
        f"{DESIGNS / 'district-charter-collaborative'}: District–Charter Collaborative, version 1: "
        "2 roles, 10 problems of practice, 10 questions, 4 rules. No problems.\n"
    )


def test_check_reads_a_whole_folder_of_designs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(DESIGNS)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(SLUGS)


def test_check_prints_file_line_what_and_remedy(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(copy, "places = 7", "placs = 7")
    edit(copy, 'fact = "enrollment"', 'fact = "enrolment"', "instruments/application.toml")
    assert main(["check", str(copy), str(DESIGNS / "lpp-2014-15")]) == 2
    shown = capsys.readouterr()
    line = line_of(copy / "design.toml", "placs = 7")
    other = line_of(copy / "instruments" / "application.toml", 'fact = "enrolment"')
    assert shown.err.splitlines() == [
        f"{copy}/design.toml:{line}: `placs` is not a key of `roles.host`. Did you mean `places`?",
        f"{copy}/instruments/application.toml:{other}: `fact` of entry 2 of `sections.questions` "
        "names `enrolment`, "
        "which is not one of the design's facts. Did you mean `enrollment`?",
    ]
    assert "lpp-2014-15: " in shown.out


def test_list(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(SLUGS)
    assert main(["list", str(tmp_path)]) == 2


def test_diff(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(DESIGNS / "lpp-2014-pilot"), str(copy)]) == 0
    assert capsys.readouterr().out == "The two designs say the same.\n"
    edit(copy, "version = 1", "version = 2")
    edit(copy, "places = 7\n", "")
    assert main(["diff", str(DESIGNS / "lpp-2014-pilot"), str(copy)]) == 0
    assert capsys.readouterr().out == "~ version: 1 → 2\n- roles › host › places: 7\n"


def test_format_is_the_reference_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["format"]) == 0
    page = Path(__file__).resolve().parents[2] / "docs" / "reference" / "design-format.md"
    assert capsys.readouterr().out == page.read_text(encoding="utf-8")


@pytest.mark.parametrize("argv", [[], ["nonsense"], ["check"], ["diff", "a"]])
def test_a_wrong_call_ends_with_2(argv: list[str]) -> None:
    assert main(argv) == 2


def test_files_that_are_no_texts(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / "SOURCES.md").write_bytes(b"one\ntwo \xff\n")
    os.symlink("/etc/hostname", copy / "instruments" / "other.toml")
    (copy / "big.md").write_bytes(b"x" * 1_100_000)
    assert main(["check", str(copy)]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{copy}/SOURCES.md:2: Byte 9 of the file is not UTF-8. Save the file as UTF-8.",
        f"{copy}/big.md:1: The file is larger than 1 MB. Shorten it, or remove it.",
        f"{copy}/instruments/other.toml:1: This is a link, not a file. Put the file itself here.",
    ]


def test_a_place_without_a_design(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "nowhere")]) == 2
    assert "is not a folder. Name the folder of a design." in capsys.readouterr().err
