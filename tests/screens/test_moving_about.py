"""Going somewhere at once: letters at fields, the rail, the palette; leaving for the shell."""

import pytest
from textual.widgets import Input

from solarrally_tui.app import WizardApp
from solarrally_tui.screens.billing import BillingScreen
from solarrally_tui.screens.common.footer_keys import FooterEntry, fitting
from solarrally_tui.screens.common.help import HelpScreen
from tests.screens.support import Open, settle, walk


def said(app: WizardApp) -> list[str]:
    return [notification.message for notification in app._notifications]


async def test_a_letter_leads_to_a_field(at: Open) -> None:
    async with at("billing") as (app, pilot):
        await walk(pilot, "ctrl+o", "s")
        assert app.focused is app.screen.query_one("#field-alerts-monthly-budget-usd Input", Input)


async def test_the_rail_leads_back_and_not_ahead(at: Open) -> None:
    async with at("size", (120, 40)) as (app, pilot):
        await pilot.click("#rail", offset=(6, 8))
        await settle(app, pilot)
        assert said(app) == ["Provision comes later. Next leads there."]
        await pilot.click("#rail", offset=(6, 3))
        await settle(app, pilot)
        assert isinstance(app.screen, BillingScreen)


async def test_a_terminal_that_cannot_wait_is_named(at: Open) -> None:
    async with at("welcome") as (app, pilot):
        await walk(pilot, "ctrl+z")
        assert said(app) == ["This terminal cannot put a program in the background."]


@pytest.mark.parametrize("step", ["account", "size", "status"])
async def test_help_needs_no_scrolling_on_a_large_terminal(at: Open, step: str) -> None:
    async with at(step, (200, 60), deployed="x" if step == "status" else "") as (app, pilot):
        await walk(pilot, "f1")
        assert isinstance(app.screen, HelpScreen)
        assert app.screen.query_one(".dialog-body").max_scroll_y == 0


def test_what_does_not_fit_is_behind_more() -> None:
    keys = [FooterEntry(f"f{n}", f"f{n}", "Something long") for n in range(2, 7)]
    quits, more = FooterEntry("ctrl+q", "^q", "Quit"), FooterEntry("ctrl+p", "^p", "More")
    shown = fitting([*keys, quits], 60, more)
    assert [entry.key for entry in shown] == ["f2", "f3", "ctrl+q", "ctrl+p"]
    assert sum(entry.columns for entry in shown) <= 60
    assert fitting([*keys, quits], 200, more)[-2:] == (quits, more)
