"""The demo's mailbox: what Intervisit wrote to me. Elsewhere mail is in the mail program."""

from dataclasses import dataclass
from typing import ClassVar

from intervisit.apps.people.pages.demo import only_in_the_demo
from intervisit.kit.models import OutgoingMail
from intervisit.kit.outbox import mails_to, path_in
from intervisit.kit.pages import SIGNED_IN, Crumb, PageRecord, Request, page

MOST = 200


@dataclass(frozen=True)
class MailboxPage(PageRecord):
    template: ClassVar[str] = "people/mailbox.html"
    page_title: str
    lead: str
    reads: str
    mails: list[OutgoingMail]


@dataclass(frozen=True)
class MailPage(PageRecord):
    template: ClassVar[str] = "people/mail.html"
    page_title: str
    breadcrumbs: list[Crumb]
    reads: str
    mail: OutgoingMail
    link: str


@page(SIGNED_IN, at="mailbox/")
def mailbox(request: Request) -> MailboxPage:
    only_in_the_demo()
    return MailboxPage(
        page_title="Demo mailbox",
        lead="Mails that Intervisit wrote to you. The demo sends none of them.",
        reads="only you.",
        mails=list(mails_to(request.person)[:MOST]),
    )


@page("mail.view", at="mailbox/<uuid:mail>/", model=OutgoingMail)
def mail(request: Request, mail: OutgoingMail) -> MailPage:
    only_in_the_demo()
    crumbs = [Crumb("Demo mailbox", "/mailbox/"), Crumb(mail.subject)]
    return MailPage(mail.subject, crumbs, "only you.", mail, path_in(mail))
