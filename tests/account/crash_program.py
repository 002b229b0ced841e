"""A wizard into which a secret is pasted, and which then crashes with the secret in its locals.

Run by test_account_canary.py in a process of its own: python crash_program.py SECRET.
"""

import sys
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from solarrally_tui.app import WizardApp
from solarrally_tui.screens.account_paste import PasteScreen
from solarrally_tui.screens.services import real_services


def crash(self: PasteScreen) -> None:
    field = self.query_one("#secret", Input)
    text = field.value
    keys = {"secret": text, "again": [text] * 3}
    raise RuntimeError(f"a fault while {len(keys)} values were held")


async def paste_and_crash(pilot: Pilot[Any]) -> None:
    app = pilot.app
    await pilot.pause()
    screen = PasteScreen(app.session.services.accounts)  # type: ignore[attr-defined]
    await app.push_screen(screen)
    await pilot.pause()
    screen.query_one("#secret", Input).value = sys.argv[1]
    await pilot.pause()
    PasteScreen.action_keep = crash  # type: ignore[method-assign]
    await pilot.press("ctrl+n")
    await pilot.pause(1)


if __name__ == "__main__":
    app = WizardApp(real_services())
    app.run(headless=True, auto_pilot=paste_and_crash)
    sys.exit(app.return_code or 0)
