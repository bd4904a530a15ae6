"""PDF of an application, all of them in an archive, and everything for a records officer."""

import hashlib
import io
import zipfile
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from intervisit.apps.applications.actions import exporting
from intervisit.apps.applications.models import (
    Application,
    Attachment,
    AttachmentContent,
    FullExport,
    FullExportPart,
)
from intervisit.apps.programs.models import Program
from intervisit.core.tables import Table, read_table
from intervisit.kit.access import NotAllowed
from intervisit.kit.history import lines_about
from intervisit.kit.jobs import run_waiting
from intervisit.kit.models import OutgoingMail
from intervisit.kit.paper import Paper, Part, Said, pdf_of
from intervisit.kit.refusal import Refused
from tests.world import World, canary


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def program(world: World) -> Program:
    return Program.objects.select_related("version", "district").get(pk=world.program.pk)


def test_what_is_typed_is_never_interpreted_and_letters_are_there() -> None:
    """B15 in a PDF; and nothing of it depends on the moment or names an author."""
    nasty = '<img src="file:///etc/passwd"/> <b>x</b> &amp; {{7*7}} École Ж Ω\n\n' + "w" * 3000
    paper = Paper(nasty[:40], parts=(Part("<i>P", (Said("Q", nasty), Said("T", head=("<a>",), rows=((nasty[:500],),)),
                                                   Said("L", items=(nasty[:60],)))),))  # fmt: skip
    data = pdf_of(paper)
    text = text_of(data)
    assert '<img src="file:///etc/passwd"/> <b>x</b> &amp; {{7*7}} École Ж Ω' in text.replace("\n", " ")
    assert data == pdf_of(paper)
    assert (PdfReader(io.BytesIO(data)).metadata or {}).get("/Author") == ""


@pytest.mark.parametrize(
    ("name", "draft", "submitted"),
    [("Hana", 200, 404), ("Tess", 404, 404), ("Piet", 404, 200), ("Pim", 404, 404), ("Sol", 404, 200),
     ("Dana", 404, 200),     ("Fay", 404, 404), ("Sue", 404, 404), ("Ada", 404, 404), ("Ova", 404, 404)],
)  # fmt: skip
def test_who_gets_the_pdf(world: World, name: str, draft: int, submitted: int) -> None:
    for number, status in ((1, draft), (2, submitted)):
        answer = world.client(name).get(reverse("application_pdf", args=[world.applications[number].pk]))
        assert answer.status_code == status
        if status == 200:
            assert answer["Content-Type"] == "application/pdf"
            text = text_of(answer.content)
            assert canary(f"answer{number}") in text
            assert world.schools[number].name in text
            assert world.schools[5].name not in text  # the principal's wishes are in no PDF


def archive(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def make(world: World, *, full: bool) -> FullExport:
    if full:
        made = exporting.ask_full_export(
            program(world), by=world.actor("Dana"), purpose="Request 17 of the records office"
        )
        exporting.confirm_full_export(made, by=world.actor("Sol"))
    else:
        made = exporting.ask_papers(program(world), by=world.actor("Sol"))
    assert run_waiting() == 1
    made.refresh_from_db()
    return made


def fetch(world: World, made: FullExport, by: str) -> Any:
    return world.client(by).get(reverse("fetch_export", args=[made.pk]))


def fresh_client(world: World, name: str) -> Any:
    browser = world.client(name)
    session = browser.session
    session["strong_at"] = timezone.now().isoformat()
    session.save()
    return browser


def test_every_submitted_application_is_in_the_archive_and_no_draft(world: World) -> None:
    made = make(world, full=False)
    answer = fetch(world, made, "Sol")
    found = archive(b"".join(answer.streaming_content))
    assert sorted(found) == [
        "SHA256SUMS.txt",
        "applications/01M002-P_S__2.pdf",
        "applications/01M003-P_S__3.pdf",
    ]
    assert canary("answer2") in text_of(found["applications/01M002-P_S__2.pdf"])
    assert fetch(world, made, "Dana").status_code == 403
    assert fetch(world, made, "Piet").status_code == 404


def test_everything_is_there_with_fingerprints_and_formulas_are_none(world: World) -> None:
    """B23 in every table."""
    mine = world.applications[2]
    nasty = '=HYPERLINK("http://x","y")'
    Application.objects.filter(pk=mine.pk).update(answers={**mine.answers, "why": nasty})
    file = Attachment.objects.create(
        application=mine, question="report", name="Bericht.pdf", kind="pdf", size=4, digest="d" * 64
    )
    AttachmentContent.objects.create(attachment=file, data=b"%PDF")
    made = make(world, full=True)
    found = archive(b"".join(fetch(world, made, "Dana").streaming_content))
    tables = (
        "answers",
        "applications",
        "changes-after-submitting",
        "files",
        "history",
        "more-time",
        "words-on-rules",
    )
    assert {n for n in found if n.startswith("tables/")} >= {
        f"tables/{t}.{e}" for t in tables for e in ("csv", "xlsx")
    }
    assert found["files/01M002-P_S__2/dddddddd-Bericht.pdf"] == b"%PDF"
    sums = dict(reversed(line.split("  ")) for line in found["SHA256SUMS.txt"].decode().splitlines())
    assert sums == {n: hashlib.sha256(b).hexdigest() for n, b in found.items() if n != "SHA256SUMS.txt"}
    table = read_table(found["tables/answers.csv"], "answers.csv")
    assert isinstance(table, Table)
    assert f"'{nasty}".encode() in found["tables/answers.csv"].replace(b'""', b'"')
    whole = b"".join(found.values())
    assert canary("answer1").encode() not in whole  # a draft
    assert "Request 17" in found["README.txt"].decode()
    assert (
        made.digest
        == hashlib.sha256(b"".join(bytes(p.data) for p in made.parts.order_by("number"))).hexdigest()
    )


def test_two_people_a_reason_three_days_and_a_line_in_the_history(world: World) -> None:
    dana, sol = world.actor("Dana"), world.actor("Sol")
    for purpose in ("", "  ", "a\u202eb"):
        with pytest.raises((Refused, ValueError)):
            exporting.ask_full_export(program(world), by=dana, purpose=purpose)
    with pytest.raises(NotAllowed):
        exporting.ask_full_export(program(world), by=sol, purpose="Mine")
    with pytest.raises(NotAllowed):  # a fresh confirmation of who she is
        exporting.ask_full_export(program(world), by=world.actor("Dana", fresh=False), purpose="Mine")
    made = exporting.ask_full_export(program(world), by=dana, purpose="Request 17")
    assert run_waiting() == 0
    with pytest.raises(Refused) as refused:
        exporting.confirm_full_export(made, by=dana)
    assert refused.value.troubles[0].code == "second-person"
    with pytest.raises(Refused):
        exporting.fetch_export(made, by=dana)
    exporting.confirm_full_export(made, by=sol)
    with pytest.raises(Refused):
        exporting.confirm_full_export(made, by=sol)
    assert run_waiting() == 1
    made.refresh_from_db()
    assert OutgoingMail.objects.get(kind="full_export.ready").to == world.people["Dana"]
    list(exporting.fetch_export(made, by=dana))
    verbs = [line.verb for line in lines_about(program(world))][:2]
    assert verbs == ["program.confirm_full_export", "program.ask_full_export"]
    assert [line.verb for line in lines_about(made)] == ["full_export.fetch"]
    FullExport.objects.update(expires=timezone.now())
    made.refresh_from_db()
    with pytest.raises(Refused):
        exporting.fetch_export(made, by=dana)
    assert exporting.drop_expired(program(world)) == 1
    assert (FullExportPart.objects.count(), FullExport.objects.count()) == (0, 1)


def test_an_export_without_a_purpose_comes_back_to_the_page(world: World) -> None:
    url = reverse("program_papers", args=[world.program.pk])
    answer = world.client("Dana").post(url, {"what": "full", "purpose": " "})
    assert (answer.status_code, answer.context["problem"]) == (
        422, "Say for whom the export is, and why. It stays in the history."
    )  # fmt: skip
    answer = world.client("Dana").post(url, {"what": "full", "purpose": "x" * 1001})
    assert (answer.status_code, answer.context["purpose"]) == (422, "x" * 1001)
    assert not FullExport.objects.exists()


def test_the_page_of_archives(world: World) -> None:
    url = reverse("program_papers", args=[world.program.pk])
    assert world.client("Sol").post(url, {"what": "papers"}).status_code == 303
    assert "Being made" in world.client("Sol").get(url).content.decode()
    assert world.client("Dana").post(url, {"what": "full", "purpose": "Request 17"}).status_code == 303
    made = FullExport.objects.get(kind="full")
    confirm = reverse("confirm_export", args=[world.program.pk, made.pk])
    assert "Waits for a second person" in world.client("Sol").get(url).content.decode()
    assert world.client("Dana").post(confirm).status_code == 409
    assert world.client("Sol").post(confirm).status_code == 303
    run_waiting()
    assert "Ready" in world.client("Dana").get(url).content.decode()
    for name in ("Hana", "Fay", "Sue", "Ada", "Rex"):
        assert world.client(name).get(url).status_code == 404
