"""The style guide as people meet it: any width, light or dark, by keyboard, without script."""

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import ERRORS

pytestmark = pytest.mark.browser
Open = Callable[..., Any]


def findings(tab: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    violations = Axe().run(tab).response["violations"]
    return [f"{v['id']}: {n['html'][:120]}" for v in violations for n in v["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(open_page: Open, width: int, scheme: str) -> None:
    opened = open_page(width=width, scheme=scheme)
    opened.tab.wait_for_selector("rank-list[data-ready]")
    assert findings(opened.tab) == []
    assert opened.complaints == []  # the policy was kept, no script failed


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_high_contrast(open_page: Open, scheme: str) -> None:
    opened = open_page(scheme=scheme)
    opened.tab.evaluate("document.documentElement.dataset.theme = 'contrast'")
    assert findings(opened.tab) == []


@pytest.mark.parametrize("name", ERRORS)
def test_error_pages(open_page: Open, name: str) -> None:
    opened = open_page(f"/{name}", width=390)
    assert findings(opened.tab) == []
    assert opened.complaints == []


@pytest.mark.parametrize("width", [320, 390, 700, 1000])
def test_nothing_sticks_out(open_page: Open, width: int) -> None:
    tab = open_page(width=width).tab
    assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") == 0


def test_everything_one_presses_is_large_enough(open_page: Open) -> None:
    """44 px for controls that stand alone on a phone; links in running text are exempt (WCAG 2.5.8)."""
    tab = open_page(width=390).tab
    small = tab.evaluate("""() => [...document.querySelectorAll("button, .button, select, .place")]
        .filter((e) => e.checkVisibility() && e.getBoundingClientRect().width)
        .filter((e) => e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML.slice(0, 90))""")
    assert small == []


def test_the_menu_opens_and_closes_by_keyboard(open_page: Open) -> None:
    tab = open_page().tab
    summary = tab.locator("summary", has_text="More")
    summary.focus()
    tab.keyboard.press("Enter")
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate("document.activeElement.textContent.trim()") == "Download as a sheet"
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert tab.locator("details.menu[open]").count() == 0


def test_the_dialog_opens_and_gives_the_focus_back(open_page: Open) -> None:
    tab = open_page().tab
    tab.get_by_role("link", name="Plan a visit").press("Enter")
    assert tab.locator("dialog[open]").count() == 1
    tab.keyboard.press("Escape")
    assert tab.locator("dialog[open]").count() == 0
    assert tab.evaluate("document.activeElement.textContent.trim()") == "Plan a visit"


def test_a_table_sorts_and_filters(open_page: Open) -> None:
    tab = open_page().tab
    rows = tab.locator("sortable-table tbody tr:visible th")
    tab.get_by_role("button", name="Travel, minutes").click()
    assert rows.all_text_contents() == ["P.S. 169", "M.S. 51", "P.S. 12"]
    tab.get_by_role("button", name="Travel, minutes").click()
    assert rows.all_text_contents() == ["P.S. 12", "M.S. 51", "P.S. 169"]
    tab.get_by_label("Show rows with").fill("295")
    assert rows.all_text_contents() == ["M.S. 51"]


def test_ranks_move_and_the_selects_follow(open_page: Open) -> None:
    tab = open_page().tab
    tab.get_by_role("button", name="Up: Same grades").click()
    assert tab.locator(".rank label").all_text_contents() == [
        "Near each other",
        "Same grades",
        "Same focus area",
    ]
    values = tab.evaluate("[1, 2, 3].map((n) => document.getElementById('rank-' + n).value)")
    assert values == ["1", "3", "2"]


def test_what_is_typed_survives_a_closed_tab(open_page: Open) -> None:
    opened = open_page()
    opened.tab.get_by_label("Principal’s name").fill("Hana Maria Lindqvist")
    opened.tab.wait_for_timeout(600)
    opened.tab.reload()
    opened.tab.get_by_role("button", name="Put it back").click()
    assert opened.tab.get_by_label("Principal’s name").input_value() == "Hana Maria Lindqvist"


def test_signing_out_forgets_what_was_typed(open_page: Open) -> None:
    opened = open_page()
    opened.tab.get_by_label("Principal’s name").fill("Somebody")
    opened.tab.wait_for_timeout(600)
    kept = "Object.keys(localStorage).filter((k) => k.startsWith('iv-keep:')).length"
    assert opened.tab.evaluate(kept) == 1
    opened.tab.evaluate("document.querySelector('[data-forget]').requestSubmit()")
    opened.tab.wait_for_timeout(200)
    assert opened.tab.evaluate(kept) == 0


def test_words_are_counted(open_page: Open) -> None:
    tab = open_page().tab
    tab.get_by_label("A practice you are ready to show").fill("one two " * 31)
    assert tab.locator("word-count").text_content() == "2 words too many (62 of 60)"


def test_the_look_is_kept(open_page: Open) -> None:
    opened = open_page()
    opened.tab.locator("summary[aria-label^='Sol']").click()
    opened.tab.get_by_role("button", name="Dark").click()
    opened.tab.reload()
    assert opened.tab.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_search_follows_the_typing(open_page: Open) -> None:
    opened = open_page()
    opened.tab.get_by_label("Find a school").press_sequentially("P.S. 12", delay=20)
    opened.tab.get_by_text("Looking for “P.S. 12”.").wait_for(timeout=5000)
    assert opened.tab.url.endswith("?q=P.S.+12")
    assert opened.tab.evaluate("document.activeElement.name") == "q"  # the box was not redrawn
    assert opened.complaints == []


def test_a_job_is_asked_again_until_it_is_over(open_page: Open) -> None:
    """The part polls by itself; what comes back replaces it."""
    opened = open_page()
    opened.tab.evaluate("""() => {
        const job = document.getElementById("job-unknown");
        job.setAttribute("hx-get", "/?q=done"); job.setAttribute("hx-trigger", "load delay:200ms");
        job.setAttribute("hx-select", "#found"); job.setAttribute("hx-swap", "outerHTML"); htmx.process(job, true);
    }""")
    opened.tab.locator("#job-unknown").wait_for(state="detached", timeout=5000)
    assert opened.tab.get_by_text("Looking for “done”.").count() == 1


def test_a_bad_line_is_said(open_page: Open) -> None:
    opened = open_page()
    opened.context.set_offline(True)
    opened.tab.get_by_text("You are offline. Keep typing").wait_for(timeout=3000)
    opened.tab.get_by_label("Find a school").press_sequentially("x")
    opened.tab.get_by_text("Your text is still here. Try again").wait_for(timeout=5000)


def test_htmx_takes_our_settings(open_page: Open) -> None:
    tab = open_page().tab
    assert tab.evaluate("[htmx.version, htmx.config.includeIndicatorCSS]") == ["4.0.1", False]


def test_without_script_everything_is_there(open_page: Open) -> None:
    tab = open_page(width=390, script=False).tab
    assert tab.locator(".rank select:visible").count() == 3
    assert tab.locator("sortable-table tbody tr:visible").count() == 3
    tab.get_by_role("button", name="Menu").click()
    assert tab.locator(".place:visible").count() == 7
    tab.keyboard.press("Escape")
    tab.get_by_role("link", name="Plan a visit").click()
    assert tab.locator("#dialog-demo").is_visible()
    tab.locator("summary", has_text="More").click()
    assert tab.get_by_text("Letters to all schools").is_visible()
