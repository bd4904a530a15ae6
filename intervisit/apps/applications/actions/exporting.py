"""Archives: every application as PDF for the staff, everything for a records officer after a second person's yes."""

import datetime as dt
import hashlib
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from intervisit.apps.applications.bridge.papers import (
    FULL_EXPORT_TABLES,
    ExportTable,
    folder_of,
    named_schools,
    paper_of,
)
from intervisit.apps.applications.models import (
    Application,
    Attachment,
    AttachmentContent,
    FullExport,
    FullExportPart,
)
from intervisit.apps.applications.queries import in_hand
from intervisit.apps.instruments.queries import school_labels
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.tables import write_csv, write_xlsx
from intervisit.core.text import clean
from intervisit.kit.access import person_of, require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.jobs import Running, Stopped, enqueue, job
from intervisit.kit.models import Job
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.paper import pdf_of
from intervisit.kit.refusal import Refused

READY_MAIL = mail_kind("full_export.ready", "full_export.view")
KEPT = dt.timedelta(hours=72)
_PART = 2_000_000  # bytes of an archive in one row


@action("program.ask_papers")
def ask_papers(program: Program, *, by: Actor) -> FullExport:
    """Every submitted application as PDF in one archive, made by a job."""
    require(by, "program.ask_papers", program)
    drop_expired(program)
    made = FullExport.objects.create(program=program, kind="papers", person=person_of(by))
    _start(made, by)
    record(by, "program.ask_papers", program, group=program.group_id)
    return made


@action("program.ask_full_export")
def ask_full_export(program: Program, *, by: Actor, purpose: str) -> FullExport:
    """Ask for everything that was submitted. Nothing is made before a second person has confirmed.

    Raises Refused: no-purpose; BadValue for a purpose that is not text.
    """
    require(by, "program.ask_full_export", program)
    words = clean(purpose, field="purpose", max_length=1000, kind="long", label="purpose")
    if not words:
        raise Refused(
            "no-purpose", "Say for whom the export is, and why. It stays in the history.", "purpose"
        )
    drop_expired(program)
    made = FullExport.objects.create(program=program, kind="full", purpose=words, person=person_of(by))
    record(
        by,
        "program.ask_full_export",
        program,
        changes={"full export": (None, made.pk)},
        group=program.group_id,
    )
    return made


@action("program.confirm_full_export")
def confirm_full_export(export: FullExport, *, by: Actor) -> FullExport:
    """The second person's yes: the archive is made. Raises Refused: second-person, confirmed-already."""
    program = export.program
    require(by, "program.confirm_full_export", program)
    if by.person == str(export.person_id):
        raise Refused(
            "second-person", "You have asked for this yourself. Somebody else confirms it.", status=409
        )
    waiting = FullExport.objects.filter(pk=export.pk, kind="full", confirmed=None)
    if not waiting.update(confirmed=now(), confirmed_by=person_of(by)):
        raise Refused("confirmed-already", "This does not wait for anybody.", status=409)
    export.refresh_from_db()
    _start(export, by)
    record(by, "program.confirm_full_export", program, changes={"full export": (None, export.pk)},
           group=program.group_id)  # fmt: skip
    return export


def _start(export: FullExport, by: Actor) -> None:
    program = export.program
    export.job = enqueue("applications.archive", by=by, title=f"{program}: {_title(export)}"[:120], group=program.group,
                         back=f"/programs/{program.pk}/papers/", export=str(export.pk))  # fmt: skip
    export.save(update_fields=["job"])


def _title(export: FullExport) -> str:
    return "everything for a records officer" if export.kind == "full" else "all applications as PDF"


def drop_expired(program: Program) -> int:
    """Empty the archives whose days are over. That they were asked for, by whom and why stays."""
    gone = FullExportPart.objects.filter(export__program=program, export__expires__lt=now())
    return gone.delete()[0]


@action("full_export.fetch")
def fetch_export(export: FullExport, *, by: Actor) -> Iterator[bytes]:
    """The archive, part by part; that it was taken is noted. Raises Refused: not-ready, gone."""
    require(by, "full_export.fetch", export)
    if export.expires is None:
        raise Refused("not-ready", "The archive is not made yet.", status=409)
    if export.expires < now() or not export.parts.exists():
        raise Refused(
            "gone", "The archive was kept for three days and is gone. Ask for a new one.", status=409
        )
    record(
        by,
        "full_export.fetch",
        export,
        changes={"fetched": (None, export.digest)},
        group=export.program.group_id,
    )
    numbers = list(export.parts.order_by("number").values_list("number", flat=True))
    return (bytes(FullExportPart.objects.get(export=export, number=n).data) for n in numbers)


@job("applications.archive", "program.work")
def archive_job(running: Running) -> dict[str, Any]:
    """Make the archive and keep it in parts. Safe to run twice: an archive that is there is left alone."""
    export = FullExport.objects.select_related("program__version", "program__district", "program__group").get(
        pk=running.job.arguments["export"]
    )
    if export.expires is not None:
        return dict(export.counts)
    program = export.program
    require(running.by, "program.work", program)
    rows = (
        in_hand(running.by, program).select_related("submitted_by").prefetch_related("school__years", "files")
    )
    every = list(rows.order_by("school__name"))
    with tempfile.TemporaryFile() as file:
        marks = _write(running, export, every, file)
        size = file.tell()
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        counts = {"applications": len(every), "members": len(marks)}
        with running.keeping() as result:
            number = 0
            while part := file.read(_PART):
                FullExportPart.objects.create(export=export, number=number, data=part)
                number += 1
            export.size, export.digest, export.counts, export.expires = size, digest, counts, now() + KEPT
            export.save(update_fields=["size", "digest", "counts", "expires"])
            _tell(export)
            result |= counts
    return result


def _tell(export: FullExport) -> None:
    if export.person is not None:
        body = f"Dear {export.person.name},\n\nthe archive you asked for is ready. It is kept for three days:"
        send_later(READY_MAIL, export.person, subject=f"{export.program.name}: your archive is ready", body=body,
                   link=f"/programs/{export.program_id}/papers/", about=export, key=f"archive:{export.pk}")  # fmt: skip


class _Archive:
    """A zip file that notes the fingerprint of each member; members have no date."""

    def __init__(self, file: IO[bytes]) -> None:
        self.zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self.marks: dict[str, str] = {}

    def add(self, name: str, data: bytes) -> None:
        self.zip.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
        self.marks[name] = hashlib.sha256(data).hexdigest()

    def close(self) -> None:
        lines = "".join(f"{mark}  {name}\n" for name, mark in sorted(self.marks.items()))
        self.zip.writestr(zipfile.ZipInfo("SHA256SUMS.txt", (1980, 1, 1, 0, 0, 0)), lines)
        self.zip.close()


def _write(running: Running, export: FullExport, every: list[Application], file: IO[bytes]) -> dict[str, str]:
    archive, program = _Archive(file), export.program
    labels = school_labels(named_schools(every))
    reads = f"the staff of {program.name}" if export.kind == "papers" else "whom this export was made for"
    for place, application in enumerate(every):
        application.program = program
        name = folder_of(application.school)
        paper = paper_of(application, state=application.state, reads=reads, schools=labels)
        archive.add(f"applications/{name}.pdf", pdf_of(paper))
        if not running.tell(0.9 * (place + 1) / len(every), f"{place + 1} of {len(every)} applications"):
            raise Stopped
    if export.kind == "full":
        _files(archive, every)
        for make in FULL_EXPORT_TABLES:
            _table(archive, make(program, every))
        archive.add("README.txt", _readme(export).encode())
    archive.close()
    return archive.marks


def _files(archive: _Archive, every: list[Application]) -> None:
    schools = {a.pk: folder_of(a.school) for a in every}
    for row in Attachment.objects.filter(application__in=schools).order_by("application", "created"):
        data = bytes(AttachmentContent.objects.get(pk=row.pk).data)
        archive.add(f"files/{schools[row.application_id]}/{row.digest[:8]}-{row.name}", data)


def _table(archive: _Archive, table: ExportTable) -> None:
    archive.add(f"tables/{table.name}.csv", write_csv(table.header, table.rows))
    archive.add(f"tables/{table.name}.xlsx", write_xlsx(table.header, table.rows, sheet=table.name[:31]))


def _readme(export: FullExport) -> str:
    return (
        f"{export.program}\n\nEverything that was submitted, asked for by {export.person} and confirmed by "
        f"{export.confirmed_by}.\n\nPurpose:\n{export.purpose}\n\nDrafts and earlier texts are not in it. "
        "SHA256SUMS.txt lists the fingerprint of every file: `sha256sum -c SHA256SUMS.txt`.\n"
    )


def waiting_job(export: FullExport) -> Job | None:
    return export.job if export.job is not None and not export.job.over else None
