"""A page asks for what it uses: htmx only where something is asked for in part."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from intervisit.kit import pages


def sent(monkeypatch: pytest.MonkeyPatch, body: str) -> str:
    head = f'<head><script src="a.js"></script>\n{pages._htmx()}</head>'
    monkeypatch.setattr(pages, "render", lambda *_, **__: HttpResponse(head + body))
    return pages._page(RequestFactory().get("/"), "x.html", {}, 200).content.decode()


def test_htmx_comes_where_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    form = '<form hx-post="/save/">'
    assert sent(monkeypatch, form) == f'<head><script src="a.js"></script>\n{pages._htmx()}</head>{form}'
    assert sent(monkeypatch, "<p>xhx-y") == '<head><script src="a.js"></script>\n</head><p>xhx-y'


@pytest.mark.django_db
def test_the_line_is_the_one_in_the_head(client) -> None:  # type: ignore[no-untyped-def]
    assert "htmx.min.js" not in client.get("/sign-in/").content.decode()
