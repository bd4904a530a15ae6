"""One file of an application, handed out as a download."""

from django.http import HttpResponse

from intervisit.apps.applications.models import Attachment, AttachmentContent
from intervisit.kit.files import disposition, download_headers
from intervisit.kit.pages import Request, page


@page("attachment.view", at="attachments/<uuid:attachment>/", model=Attachment, name="attachment")
def attachment_page(request: Request, attachment: Attachment) -> HttpResponse:
    """The bytes as they were kept: never shown inside a page of ours, whatever they hold."""
    content = AttachmentContent.objects.get(pk=attachment.pk)
    headers = download_headers(attachment.kind) | {"Content-Disposition": disposition(attachment.name)}
    return HttpResponse(bytes(content.data), headers=headers)
