"""Filling in forms of which a journey knows only that they have fields."""

from typing import Any

WORDS = "We learn best beside a colleague, with one question each."


def fill_in(tab: Any, form: str) -> None:
    """Something plausible into every empty field of a form, so that nothing required is missing."""
    for field in tab.locator(f"{form} textarea:visible").all():
        if not field.input_value():
            field.fill(WORDS)
    for place, choice in enumerate(tab.locator(f"{form} select:visible").all()):
        if not choice.input_value():
            choice.select_option(index=place + 1)
    names = {str(r.get_attribute("name")) for r in tab.locator(f"{form} input[type=radio]").all()}
    for name in sorted(names):
        if not tab.locator(f"{form} input[name='{name}']:checked").count():
            tab.locator(f"{form} input[name='{name}']").first.check()
    for place, cell in enumerate(tab.locator(f"{form} table input").all()[:10]):
        cell.fill(f"Person {place // 2}" if place % 2 == 0 else "Teacher")
